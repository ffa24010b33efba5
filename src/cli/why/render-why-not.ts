import { formatInstant } from '../../catalogue/instant.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { terminalStyle, type StyleName } from '../../sinks/terminal/terminal-style.ts';
import { shownValue } from './described-record.ts';
import { entityLine } from './render-why.ts';
import { statementTexts } from '../statement-tree.ts';
import type { CarriedRow } from '../../hunts/trace/carried-row.ts';
import type { FailedComparison } from '../../hunts/trace/failed-comparisons.ts';
import type { StatementVerdict } from '../../hunts/trace/trace-record.ts';
import type { WhyNot } from './why-not.ts';

const MAX_VALUE = 300;
const STYLES: Readonly<Record<StatementVerdict['status'], StyleName>> = { in: 'green', out: 'red', missing: 'dim' };

/** Each statement that looks at an entity of the record, where it fell out, with both values, and its alerts. Everything is escaped. */
export function renderWhyNot({ hunt, record, trace }: WhyNot, options: { readonly color: boolean }): string {
  const style = terminalStyle(options.color);
  const { statements: verdicts, alerts, asOfMs } = trace;
  const types = new Set(verdicts.map(({ entity }) => entity.type));
  const lines = [`${shown(record.time)}  ${shown(record.place)}  ${shown(record.id)}  ${shown(record.kind)}`];
  for (const entity of record.entities) if (types.has(entity.type)) lines.push(`  ${entityLine(entity)}`);
  if (verdicts.length === 0) {
    lines.push('', `No statement of ${shown(hunt.id)} looks at what this record mentions.`);
    return `${lines.join('\n')}\n`;
  }
  if (asOfMs !== undefined) {
    lines.push('', `As of ${isoTime(asOfMs)}, when it had come furthest; LAST has let go of some of it since.`);
  }
  const texts = hunt.hunt === undefined ? [] : statementTexts(hunt.hunt, hunt.text);
  for (const statement of new Set(verdicts.map((verdict) => verdict.statement))) {
    const { line, text } = texts[statement - 1] ?? { line: 0, text: '' };
    lines.push('', `${statement}  ${escapeTerminal(text, { maxLength: MAX_VALUE })}  (line ${line})`);
    for (const { entity, status, reason, comparisons } of verdicts.filter((each) => each.statement === statement)) {
      const word = status === 'in' ? '' : status === 'out' ? ' fell out:' : ':';
      lines.push(`   ${style(STYLES[status], `${shown(named(entity))}${word} ${shown(reason)}`)}`);
      for (const comparison of comparisons) lines.push(...comparisonLines(comparison));
    }
  }
  if (hunt.hunt?.alerts.length === 0) lines.push('', `${shown(hunt.id)} alerts on nothing.`);
  for (const variable of new Set(alerts.map((alert) => alert.variable))) {
    lines.push('', `alert on ${shown(variable)}`);
    for (const { entity, fate, reason } of alerts.filter((each) => each.variable === variable)) {
      const colour = fate === 'raised' ? 'green' : fate === 'none' ? 'dim' : 'yellow';
      lines.push(`   ${style(colour, `${shown(named(entity))}: ${shown(reason)}`)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function named({ type, role }: { readonly type: string; readonly role: string }): string {
  return type === role ? type : `${type} (${role})`;
}

function isoTime(ms: number): string {
  return formatInstant({ ms, ns: 0 });
}

function comparisonLines({ text, found, referenced, other = 'the variable holds' }: FailedComparison): string[] {
  const there = found.length === 0 ? 'not known' : found.map((value) => `'${shownValue(value)}'`).join(', ');
  const lines = [
    `     ${escapeTerminal(text, { maxLength: MAX_VALUE })}`,
    `       found ${escapeTerminal(there, { maxLength: MAX_VALUE })}`,
  ];
  if (referenced === undefined) return lines;
  const others = referenced.length === 0 ? 'nothing' : referenced.map((value) => `'${shownValue(value)}'`).join(', ');
  return [...lines, `       ${shown(other)} ${escapeTerminal(others, { maxLength: MAX_VALUE })}`];
}

/** The document of `--format json`. */
export function whyNotDocument({ hunt, record, trace }: WhyNot): unknown {
  const texts = hunt.hunt === undefined ? [] : statementTexts(hunt.hunt, hunt.text);
  return {
    hunt: hunt.id,
    file: hunt.file,
    record,
    ...(trace.asOfMs === undefined ? {} : { as_of: isoTime(trace.asOfMs) }),
    statements: trace.statements.map(({ statement, entity, status, reason, comparisons, rows }) => ({
      statement,
      line: texts[statement - 1]?.line ?? null,
      text: texts[statement - 1]?.text ?? null,
      entity: { type: entity.type, role: entity.role, id: entity.key },
      status,
      reason,
      ...(rows.length === 0 ? {} : { rows: rows.map(rowDocument) }),
      comparisons: comparisons.map(({ text, attribute, found, referenced }) => ({
        comparison: text,
        attribute,
        found: found.map(shownValue),
        ...(referenced === undefined ? {} : { referenced: referenced.map(shownValue) }),
      })),
    })),
    alerts: trace.alerts.map(({ variable, entity, fate, id, reason, fellOutAt }) => ({
      variable,
      entity: { type: entity.type, role: entity.role, id: entity.key },
      fate,
      ...(id === undefined ? {} : { id }),
      reason,
      ...(fate === 'none' ? { fell_out_at: fellOutAt } : {}),
    })),
  };
}

function rowDocument({ type, key, values }: CarriedRow): unknown {
  const columns = Object.entries(values).map(([name, value]) => [name, shownValue(value)] as const);
  return { type, key, values: Object.fromEntries(columns) };
}

function shown(text: string): string {
  return escapeTerminal(text, { maxLength: 400 });
}
