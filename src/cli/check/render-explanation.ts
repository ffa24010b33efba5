import type { PlanExplanation } from '../../plan/explain-plan.ts';
import type { NodeExplanation } from '../../plan/node-explanation.ts';
import type { LeftOutExplanation } from './explain-left-out.ts';
import { displayWidth } from '../../sinks/terminal/display-width.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';

/** Columns of the text; words longer than that stand alone. */
const WIDTH = 80;
/** Where the text beside a label begins. */
const LABEL = 15;

/**
 * An explanation for terminals: a block per operator, then what is kept of the telemetry. `[n]` is operator n. Whatever
 * comes from the hunt is escaped.
 */
export function renderExplanation(
  hunt: string,
  { nodes, variables, files, demand, leftOut }: PlanExplanation & { readonly leftOut: LeftOutExplanation },
): string {
  const lines = [escapeTerminal(hunt), ''];
  for (const node of nodes) {
    const names = variables.filter((variable) => variable.node === node.node).map((variable) => variable.name);
    lines.push(...renderNode(node, names), '');
  }
  if (files.reads.length > 0) lines.push(...wrapped('Reads before it runs: ', files.reads.join(', '), 2));
  if (files.writes.length > 0) lines.push(...wrapped('Writes: ', files.writes.join(', '), 2));
  if (files.reads.length + files.writes.length > 0) lines.push('');
  lines.push('Kept of the telemetry, and what makes two mentions one entity');
  for (const { type, identity, onRequest } of demand.types) {
    lines.push(...wrapped(`  ${type}: `, identity, 4));
    if (onRequest.length > 0) lines.push(...wrapped('    with ', onRequest.join(', '), 6));
  }
  if (demand.references.length > 0) lines.push(...wrapped('References: ', demand.references.join(', '), 2));
  if (demand.linked.length > 0) lines.push(...wrapped('Pairs: ', demand.linked.join('; '), 2));
  if (demand.patternTypes.length > 0) {
    lines.push(...wrapped('Looked at inside records, not kept: ', demand.patternTypes.join(', '), 2));
  }
  lines.push('', ...wrapped('Left out of an Elasticsearch index: ', leftOutText(leftOut), 2));
  return `${lines.join('\n')}\n`;
}

function leftOutText({ kinds, allBecause }: LeftOutExplanation): string {
  const unused = 'documents that nothing is used of';
  if (allBecause !== null) return `${unused}; no kind of record, as ${allBecause}`;
  return kinds.length === 0 ? `${unused}; every kind of record is looked at` : `${unused}, ${kinds.join(', ')}`;
}

/** One operator as a block of lines; `names` are the variables that it is the answer of. */
export function renderNode(node: NodeExplanation, names: readonly string[]): string[] {
  const { operator, type, statement, does, pushDown, index, state, retracts } = node;
  const title = `${`[${node.node}]`.padEnd(5)}${names.map((name) => `${name} = `).join('')}${operator} ${type}`;
  const place = `statement ${statement}`;
  const gap = Math.max(2, WIDTH - displayWidth(title) - displayWidth(place));
  const facts: [string, string | null][] = [
    ['does', does],
    ['push-down', pushDown],
    ['index', index],
    ['state', state],
    ['retracts', retracts === null ? 'never' : `when ${retracts.replaceAll('; ', ', or when ')}`],
  ];
  return [
    `${escapeTerminal(title)}${' '.repeat(gap)}${place}`,
    ...facts.flatMap(([label, text]) =>
      text === null ? [] : wrapped(`     ${label}`.padEnd(LABEL + 1), text, LABEL + 1),
    ),
  ];
}

/** `head` and `text` in lines of at most `WIDTH` columns, broken at blanks; further lines are indented. */
function wrapped(head: string, text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = escapeTerminal(head);
  let isEmpty = true;
  for (const word of escapeTerminal(text).split(' ')) {
    if (!isEmpty && displayWidth(line) + 1 + displayWidth(word) > WIDTH) {
      lines.push(line);
      line = ' '.repeat(indent);
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
