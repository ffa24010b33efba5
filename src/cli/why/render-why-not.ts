import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { terminalStyle, type StyleName } from '../../sinks/terminal/terminal-style.ts';
import { shownValue } from './described-record.ts';
import { entityLine } from './render-why.ts';
import { statementTexts } from '../statement-tree.ts';
import type { FailedComparison, StatementVerdict } from '../../hunts/trace-record.ts';
import type { WhyNot } from './why-not.ts';

const MAX_VALUE = 300;
const STYLES: Readonly<Record<StatementVerdict['status'], StyleName>> = { in: 'green', out: 'red', missing: 'dim' };

/** Each statement that looks at an entity of the record, and where it fell out, with both values. Everything is escaped. */
export function renderWhyNot({ hunt, record, verdicts }: WhyNot, options: { readonly color: boolean }): string {
  const style = terminalStyle(options.color);
  const types = new Set(verdicts.map(({ entity }) => entity.type));
  const lines = [`${shown(record.time)}  ${shown(record.place)}  ${shown(record.id)}  ${shown(record.kind)}`];
  for (const entity of record.entities) if (types.has(entity.type)) lines.push(`  ${entityLine(entity)}`);
  if (verdicts.length === 0) {
    lines.push('', `No statement of ${shown(hunt.id)} looks at what this record mentions.`);
    return `${lines.join('\n')}\n`;
  }
  const texts = hunt.hunt === undefined ? [] : statementTexts(hunt.hunt, hunt.text);
  for (const statement of new Set(verdicts.map((verdict) => verdict.statement))) {
    const { line, text } = texts[statement - 1] ?? { line: 0, text: '' };
    lines.push('', `${statement}  ${escapeTerminal(text, { maxLength: MAX_VALUE })}  (line ${line})`);
    for (const { entity, status, reason, comparisons } of verdicts.filter((each) => each.statement === statement)) {
      const what = entity.type === entity.role ? entity.type : `${entity.type} (${entity.role})`;
      const word = status === 'in' ? '' : status === 'out' ? ' fell out:' : ':';
      const told = ` ${reason}`;
      lines.push(`   ${style(STYLES[status], `${shown(what)}${word}${shown(told)}`)}`);
      for (const comparison of comparisons) lines.push(...comparisonLines(comparison));
    }
  }
  return `${lines.join('\n')}\n`;
}

function comparisonLines({ text, found, referenced }: FailedComparison): string[] {
  const there = found.length === 0 ? 'not known' : found.map((value) => `'${shownValue(value)}'`).join(', ');
  const lines = [
    `     ${escapeTerminal(text, { maxLength: MAX_VALUE })}`,
    `       found ${escapeTerminal(there, { maxLength: MAX_VALUE })}`,
  ];
  if (referenced === undefined) return lines;
  const others = referenced.length === 0 ? 'nothing' : referenced.map((value) => `'${shownValue(value)}'`).join(', ');
  return [...lines, `       the variable holds ${escapeTerminal(others, { maxLength: MAX_VALUE })}`];
}

/** The document of `--format json`. */
export function whyNotDocument({ hunt, record, verdicts }: WhyNot): unknown {
  const texts = hunt.hunt === undefined ? [] : statementTexts(hunt.hunt, hunt.text);
  return {
    hunt: hunt.id,
    file: hunt.file,
    record,
    statements: verdicts.map(({ statement, entity, status, reason, comparisons }) => ({
      statement,
      line: texts[statement - 1]?.line ?? null,
      text: texts[statement - 1]?.text ?? null,
      entity: { type: entity.type, role: entity.role, id: entity.key },
      status,
      reason,
      comparisons: comparisons.map(({ text, attribute, found, referenced }) => ({
        comparison: text,
        attribute,
        found: found.map(shownValue),
        ...(referenced === undefined ? {} : { referenced: referenced.map(shownValue) }),
      })),
    })),
  };
}

function shown(text: string): string {
  return escapeTerminal(text, { maxLength: 400 });
}
