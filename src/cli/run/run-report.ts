import { coverageDocument } from '../../hunts/coverage/coverage-document.ts';
import { inputDocument } from '../../hunts/input/input-document.ts';
import { formatInstant } from '../../catalogue/instant.ts';
import type { Cell } from '../../dataflow/listing-rows.ts';
import { isInstant } from '../../graph/value.ts';
import type { DisplayResult, HuntResult, VariableResult } from '../../hunts/run/hunt-result.ts';
import type { SaveResult } from '../../hunts/run/hunt-saves.ts';
import type { DisplayChange } from '../../hunts/run/live-displays.ts';
import type { Snapshot } from '../../hunts/run/run-observer.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { renderTable, type TableValue } from '../../sinks/terminal/render-table.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import type { SessionResult } from './session-result.ts';
import { renderNode } from '../check/render-explanation.ts';

/** One hunt in the result: what it answered, or why it did not run. */
export interface HuntReport {
  readonly hunt: string;
  readonly file: string;
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly result: HuntResult | undefined;
}

const NO_ALERTS = { opened: 0, revised: 0, retracted: 0, suppressed: 0 };

/** The document of `--format json`, and of the last line of ndjson. */
export function runDocument(
  hunts: readonly HuntReport[],
  { input, coverage }: Pick<SessionResult, 'input' | 'coverage'>,
  elapsedMs: number,
): unknown {
  return {
    hunts: hunts.map(({ hunt, file, ok, diagnostics, result }) => ({
      hunt,
      file,
      ok,
      diagnostics: diagnostics.map(diagnosticDocument),
      variables: (result?.variables ?? []).map(variableDocument),
      displays: (result?.displays ?? []).map(displayDocument),
      ...(result === undefined || result.saves.length === 0 ? {} : { saves: result.saves.map(saveDocument) }),
      alerts: result?.alerts ?? NO_ALERTS,
    })),
    input: inputDocument(input),
    coverage: coverage.map(({ hunts: of, partitions }) => ({
      hunts: of,
      partitions: partitions.map(coverageDocument),
    })),
    elapsed_ms: elapsedMs,
  };
}

export function diagnosticDocument({ code, severity, message, hint, range }: Diagnostic): unknown {
  const place = ({ line, column }: { line: number; column: number }): unknown => ({ line, column });
  return {
    code,
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    start: place(range.start),
    end: place(range.end),
  };
}

export function displayDocument(display: DisplayResult): unknown {
  const { kind, statement, line, variable, attribute, columns, rows, total, properties, nodes } = display;
  return {
    kind,
    statement,
    line,
    variable,
    ...(attribute === undefined ? {} : { attribute }),
    columns,
    rows: rows.map((row) => row.map(cellDocument)),
    total,
    ...(properties === undefined ? {} : { properties: cellsDocument(properties) }),
    ...(nodes === undefined ? {} : { nodes }),
  };
}

/** `rows` null: not written. */
function saveDocument({ save, rows, failure }: SaveResult): unknown {
  const { statement, variable, path } = save;
  return { statement, variable, path, rows: rows ?? null, ...(failure === undefined ? {} : { failure: failure.code }) };
}

/** What changed in a DISP of a live run. With `reset` what was told before is void. */
export function displayChangeDocument({ hunt, statement, line, variable, ...change }: DisplayChange): unknown {
  const { table, added, removed, reset } = change;
  return {
    kind: 'display-change',
    hunt,
    statement,
    line,
    variable,
    columns: table.columns,
    reset,
    added: added.map((row) => row.map(cellDocument)),
    removed: removed.map((row) => row.map(cellDocument)),
    total: table.total,
  };
}

/** Rows of a table that is shown again and again. */
const LIVE_ROWS = 50;

/** A DISP of a live run as it stands. */
export function renderLiveDisplay(
  { hunt, statement, variable, table }: DisplayChange,
  options: { width: number; color: boolean },
): string {
  const heading = escapeTerminal(`DISP ${variable} (${hunt}, statement ${statement})`);
  if (table.rows.length === 0) return `${heading}: nothing\n`;
  const rows = table.rows.slice(0, LIVE_ROWS).map(tableRow);
  const shown = rows.length === table.total ? '' : `${rows.length} of ${table.total} rows\n`;
  return `${heading}\n${renderTable(table.columns, rows, options)}${shown}`;
}

export function snapshotDocument({ hunt, file, record, variables, tables }: Snapshot): unknown {
  return {
    kind: 'snapshot',
    hunt,
    file,
    record,
    variables,
    tables: tables.map((table) => table.rows.map((row) => row.map(cellDocument))),
  };
}

const COMMANDS = { table: 'DISP', info: 'INFO', describe: 'DESCRIBE', explain: 'EXPLAIN' } as const;

/** Displays and variables as people read them. */
export function renderHunt(report: HuntReport, options: { width: number; color: boolean }): string {
  const { result } = report;
  if (result === undefined) return '';
  const parts: string[] = [];
  for (const { kind, variable, attribute, statement, columns, rows, total, nodes } of result.displays) {
    const shown = attribute === undefined ? variable : `${variable}.${attribute}`;
    const heading = `${COMMANDS[kind]} ${shown} (${report.hunt}, statement ${statement})`;
    if (nodes !== undefined) {
      const names = (node: number): string[] => (node === nodes.at(-1)?.node ? [variable] : []);
      const blocks = nodes.map((node) => `${renderNode(node, names(node.node)).join('\n')}\n`);
      parts.push(`${escapeTerminal(heading)}\n\n${blocks.join('\n')}`);
      continue;
    }
    if (rows.length === 0) {
      parts.push(`${escapeTerminal(heading)}: nothing\n`);
      continue;
    }
    const cut = rows.length === total ? '' : `${rows.length} of ${total} rows\n`;
    parts.push(`${escapeTerminal(heading)}\n${renderTable(columns, rows.map(tableRow), options)}${cut}`);
  }
  for (const { name, rows } of result.variables) {
    if (rows === undefined) continue;
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const cells = rows.map((row) => tableRow(columns.map((column) => row[column])));
    parts.push(`${escapeTerminal(name)} (${report.hunt})\n${renderTable(columns, cells, options)}`);
  }
  return parts.join('\n');
}

/** One line per variable of every hunt. */
export function renderSummary(reports: readonly HuntReport[], options: { width: number; color: boolean }): string {
  const records = reports.some((report) => report.result?.variables.some((variable) => variable.records !== undefined));
  const rows = reports.flatMap((report) =>
    (report.result?.variables ?? []).map((variable): TableValue[] => [
      report.hunt,
      variable.name,
      variable.type,
      variable.entities,
      ...(records ? [variable.records] : []),
    ]),
  );
  if (rows.length === 0) return '';
  const alerts = reports.flatMap(({ hunt, result }) => {
    const { opened, revised, retracted, suppressed } = result?.alerts ?? NO_ALERTS;
    if (opened + revised + retracted + suppressed === 0) return [];
    return [`${hunt}: ${opened} alerts, ${revised} revised, ${retracted} retracted, ${suppressed} suppressed\n`];
  });
  const table = renderTable(['hunt', 'variable', 'type', 'entities', ...(records ? ['records'] : [])], rows, options);
  return alerts.length === 0 ? table : `${table}\n${alerts.join('')}`;
}

function variableDocument({ name, type, entities, records, rows }: VariableResult): unknown {
  return {
    name,
    type,
    entities,
    ...(records === undefined ? {} : { records }),
    ...(rows === undefined ? {} : { rows: rows.map(cellsDocument) }),
  };
}

function cellsDocument(cells: Readonly<Record<string, Cell>>): unknown {
  return Object.fromEntries(Object.entries(cells).map(([key, cell]) => [key, cellDocument(cell)]));
}

/** Times as ISO 8601 UTC with all the digits known; absent as null. */
function cellDocument(cell: Cell): unknown {
  if (cell === undefined) return null;
  return isInstant(cell) ? formatInstant(cell) : cell;
}

function tableRow(row: readonly Cell[]): TableValue[] {
  return row.map((cell) => cellDocument(cell) as TableValue);
}
