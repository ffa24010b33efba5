import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { renderAlert } from '../../sinks/terminal/render-alert.ts';
import { terminalStyle } from '../../sinks/terminal/terminal-style.ts';
import type { DescribedEntity } from './described-record.ts';
import type { StatementNode } from '../statement-tree.ts';
import type { Lineage, LineageRecord } from './why.ts';

/** Attributes of an entity that are shown; longest value. */
const MOST_ATTRIBUTES = 8;
const MAX_VALUE = 160;
const MAX_STATEMENT = 300;

/** Said of every entity of a record, and types that every record has: JSON and HTML show them. */
const ENVIRONMENT = /^(?:host|container|orchestrator)\./u;
const COMMON: ReadonlySet<string> = new Set(['x-oca-event', 'observed-data', 'x-oca-asset', 'directory']);

/** Attributes that tell most about an entity, in this order; the others follow by name. */
const FIRST = ['name', 'pid', 'command_line', 'value', 'path', 'user_id', 'src_port', 'dst_port', 'key'];

/** The lineage of an alert as a tree: the alert, below it statements, entities and records. Everything is escaped. */
export function renderWhy(lineage: Lineage, options: { readonly color: boolean; readonly width: number }): string {
  const { alert, records } = lineage;
  const style = terminalStyle(options.color);
  const { entity, variable, status } = alert.windhover;
  const sections: [string, string[]][] = [
    [`statements: ${shown(variable)} of ${shown(alert.windhover.hunt)}`, statementLines(lineage)],
    ['entity', [`${shown(entity.type)} ${shown(entity.id)}`]],
    [records.length === 1 ? 'record' : 'records', records.flatMap(recordLines)],
  ];
  const lines = [renderAlert(alert, { color: options.color, width: options.width, maxChain: 16 }), ''];
  lines.push(`alert ${shown(alert.event.id)}, ${status}`);
  for (const [i, [heading, content]] of sections.entries()) {
    const last = i === sections.length - 1;
    lines.push(`${last ? '└' : '├'} ${style('bold', heading)}`);
    for (const line of content) lines.push(`${last ? ' ' : '│'}   ${line}`);
  }
  return `${lines.join('\n')}\n`;
}

function statementLines({ hunt }: Lineage): string[] {
  if (hunt === undefined) return ['the hunt is not at hand: name its file with --hunt'];
  const changed = hunt.isSame ? [] : [`${shown(hunt.file)} has changed since the alert was raised; as it is now:`];
  if (hunt.statements === undefined) return [...changed, shown(problemText(hunt))];
  return [...changed, ...treeLines(hunt.statements, new Set())];
}

/** Why a hunt shows no statements; not escaped. */
export function problemText({ problem }: NonNullable<Lineage['hunt']>): string {
  if (problem === undefined) return '';
  const { place, message, code } = problem;
  return place === undefined ? message : `it does not check: ${place}: ${message} [${code}]`;
}

/** Statements below what reads them; what was shown already is named only. */
function treeLines(node: StatementNode, seen: Set<number>): string[] {
  const { statement, line, text, inputs } = node;
  if (seen.has(statement) && inputs.length > 0) return [`${statement}  as above`];
  seen.add(statement);
  const own = `${statement}  ${escapeTerminal(text, { maxLength: MAX_STATEMENT })}  (line ${line})`;
  const below = inputs.flatMap((input, i) => {
    const isLast = i === inputs.length - 1;
    const [first = '', ...rest] = treeLines(input, seen);
    return [`${isLast ? '└' : '├'} ${first}`, ...rest.map((each) => `${isLast ? ' ' : '│'} ${each}`)];
  });
  return [own, ...below];
}

function recordLines({ record, fate, described, selections }: LineageRecord): string[] {
  const head = `${shown(record.time ?? '')}  ${shown(record.place ?? '')}  ${shown(record.id ?? described?.id ?? '')}`;
  if (described === undefined) return [head, `  ${fate.status === 'read' ? '' : shown(fate.reason)}`];
  return [
    `${head}  ${shown(described.kind)}`,
    ...described.entities.flatMap((entity) => {
      const by = selections
        .filter(({ type, role, key }) => type === entity.type && role === entity.role && key === entity.key)
        .map(({ statement, isOpen }) => `${statement}${isOpen ? ' with what other variables hold' : ''}`);
      if (by.length === 0 && COMMON.has(entity.type)) return [];
      const chosen = by.length === 0 ? '' : `  ← selected by statement ${by.join(', ')}`;
      return [`  ${entityLine(entity)}${chosen}`];
    }),
  ];
}

/** `process  name=sh pid=12 command_line=…`. */
export function entityLine({ type, role, attributes }: DescribedEntity): string {
  const names = [
    ...FIRST.filter((name) => Object.hasOwn(attributes, name)),
    ...Object.keys(attributes).filter((name) => !FIRST.includes(name) && !ENVIRONMENT.test(name)),
  ];
  const values = names
    .slice(0, MOST_ATTRIBUTES)
    .map((name) => `${shown(name)}=${escapeTerminal(attributes[name] ?? '', { maxLength: MAX_VALUE })}`);
  const what = type === role ? type : `${type} (${role})`;
  return `${shown(what)}  ${values.join(' ')}`;
}

function shown(text: string): string {
  return escapeTerminal(text, { maxLength: 400 });
}

function huntDocument({ file, isSame, statements, problem }: NonNullable<Lineage['hunt']>): unknown {
  return { file, same: isSame, statements: statements ?? null, ...(problem === undefined ? {} : { problem }) };
}

/** The document of `--format json`. */
export function whyDocument({ alert, hunt, records }: Lineage): unknown {
  return {
    alert,
    hunt: hunt === undefined ? null : huntDocument(hunt),
    records: records.map(({ record, fate, described, selections }) => ({
      id: record.id,
      place: record.place ?? null,
      time: record.time ?? null,
      status: fate.status,
      ...(fate.status === 'read' ? {} : { reason: fate.reason }),
      ...(described === undefined ? {} : { kind: described.kind, entities: described.entities }),
      selected_by: selections.map(({ statement, type, role, key, isOpen }) => ({
        statement,
        entity: { type, role, id: key },
        with_other_variables: isOpen,
      })),
    })),
  };
}
