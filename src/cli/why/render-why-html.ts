import { alertHtml } from '../../backtest/html/alert-html.ts';
import { escapeHtml } from '../../backtest/html/escape-html.ts';
import { PAGE_STYLE } from '../../backtest/html/page-style.ts';
import { problemText } from './render-why.ts';
import type { StatementNode } from '../statement-tree.ts';
import type { Lineage, LineageRecord } from './why.ts';

const GAP = 12;
const BOX_WIDTH = 290;
const BOX_HEIGHT = 46;
const COLUMN = BOX_WIDTH + 70;
const MAX_CHARACTERS = 42;

interface Box {
  readonly title: string;
  readonly text: string;
  readonly links: readonly number[];
}

/**
 * The lineage of an alert as one page that needs nothing else: a graph from records over statements to the alert, and
 * what the records say.
 */
export function renderWhyHtml(lineage: Lineage): string {
  const { alert, hunt, records } = lineage;
  const changed =
    hunt?.isSame === false ? '<p class="missed">The hunt has changed since the alert was raised.</p>' : '';
  const absent = hunt === undefined ? '<p class="dim">The hunt is not at hand: name its file with --hunt.</p>' : '';
  const problem = hunt?.problem === undefined ? '' : `<p class="missed">The hunt: ${escapeHtml(problemText(hunt))}</p>`;
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">` +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>Why: ${escapeHtml(alert.message, 200)}</title><style>${PAGE_STYLE}` +
    'svg rect { fill: var(--soft); stroke: var(--line); } svg path { fill: none; stroke: var(--dim); }</style></head><body>\n' +
    `<h1>Why</h1>${alertHtml(alert).replace('<details ', '<details open ')}${changed}${absent}${problem}` +
    `<h2>From records to the alert</h2>${graph(lineage)}` +
    `<h2>Records</h2>${records.map(recordHtml).join('')}</body></html>\n`
  );
}

function recordHtml({ record, fate, described }: LineageRecord): string {
  const head = `<h3>${escapeHtml(record.time ?? '')} <code>${escapeHtml(record.place ?? '')}</code></h3>`;
  if (described === undefined)
    return `${head}<p class="dim">${fate.status === 'read' ? '' : escapeHtml(fate.reason)}</p>`;
  const entities = described.entities.map(({ type, role, attributes }) => {
    const rows = Object.entries(attributes).map(
      ([name, value]) => `<dt>${escapeHtml(name, 100)}</dt><dd><code>${escapeHtml(value)}</code></dd>`,
    );
    return `<details><summary>${escapeHtml(type === role ? type : `${type} (${role})`)}</summary><dl>${rows.join('')}</dl></details>`;
  });
  return `${head}<p class="dim">${escapeHtml(described.kind)}, ${escapeHtml(described.id)}</p>${entities.join('')}`;
}

/** Three columns: records, statements (inputs first), the alert. */
function graph({ alert, hunt, records }: Lineage): string {
  const statements = new Map<number, StatementNode>();
  const visit = (node: StatementNode): void => {
    for (const input of node.inputs) visit(input);
    statements.set(node.statement, node);
  };
  if (hunt?.statements !== undefined) visit(hunt.statements);
  const order = [...statements.keys()].sort((a, b) => a - b);
  const last = hunt?.statements?.statement;
  const recordBoxes = records.map(({ record, selections }): Box => {
    const chosen = new Set(selections.map(({ statement }) => order.indexOf(statement)));
    return { title: record.place?.split('/').at(-1) ?? record.id ?? '', text: record.time ?? '', links: [...chosen] };
  });
  const statementBoxes = order.map((number): Box => ({
    title: `statement ${number}`,
    text: statements.get(number)?.text ?? '',
    links: [],
  }));
  const alertBox: Box = { title: 'alert', text: alert.message, links: [] };
  const height = Math.max(recordBoxes.length, statementBoxes.length, 1) * (BOX_HEIGHT + GAP);
  const middle = (row: number): number => row * (BOX_HEIGHT + GAP) + BOX_HEIGHT / 2;
  const curve = (column: number, from: number, toColumn: number, to: number): string => {
    const [x1, x2] = [column * COLUMN + BOX_WIDTH, toColumn * COLUMN];
    const bend = (x1 + x2) / 2;
    return `<path d="M${x1} ${middle(from)} C${bend} ${middle(from)} ${bend} ${middle(to)} ${x2} ${middle(to)}"/>`;
  };
  const edges = [
    ...recordBoxes.flatMap(({ links }, row) => links.filter((to) => to >= 0).map((to) => curve(0, row, 1, to))),
    ...(last === undefined ? [] : [curve(1, order.indexOf(last), 2, 0)]),
    ...order.flatMap((number, row) =>
      (statements.get(number)?.inputs ?? []).map(({ statement }) => {
        const x = COLUMN + BOX_WIDTH;
        const [y1, y2] = [middle(order.indexOf(statement)), middle(row)];
        return `<path d="M${x} ${y1} C${x + 50} ${y1} ${x + 50} ${y2} ${x} ${y2}"/>`;
      }),
    ),
  ];
  const columns = [recordBoxes, statementBoxes, [alertBox]];
  const boxes = columns.flatMap((column, c) =>
    column.map((box, row) => boxSvg(box, c * COLUMN, row * (BOX_HEIGHT + GAP))),
  );
  const width = 2 * COLUMN + BOX_WIDTH;
  return `<svg viewBox="-1 -1 ${width + 2} ${height + 2}" width="${width}" role="img" aria-label="Records, statements and the alert">${edges.join('')}${boxes.join('')}</svg>`;
}

function boxSvg({ title, text }: Box, x: number, y: number): string {
  return (
    `<g><title>${escapeHtml(text, 1000)}</title><rect x="${x}" y="${y}" width="${BOX_WIDTH}" height="${BOX_HEIGHT}" rx="4"/>` +
    `<text x="${x + 8}" y="${y + 18}" font-weight="600">${escapeHtml(title, MAX_CHARACTERS)}</text>` +
    `<text x="${x + 8}" y="${y + 36}">${escapeHtml(text, MAX_CHARACTERS)}</text></g>`
  );
}
