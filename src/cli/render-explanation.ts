import type { PlanExplanation } from '../plan/explain-plan.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';

/** An explanation for terminals: a block per operator, then what is demanded of the sources. */
export function renderExplanation(hunt: string, { nodes, variables, demand }: PlanExplanation): string {
  const lines: string[] = [`${hunt}`, ''];
  for (const { node, statement, operator, type, inputs, does, pushDown, index, state, retracts } of nodes) {
    const names = variables.filter((variable) => variable.node === node).map((variable) => variable.name);
    const from = inputs.length === 0 ? '' : ` ← ${inputs.join(', ')}`;
    lines.push(
      `${String(node).padStart(3)}  ${operator} ${type}${from}${names.length === 0 ? '' : `   = ${names.join(', ')}`}   (statement ${statement})`,
    );
    lines.push(`       does       ${does}`);
    if (pushDown !== null) lines.push(`       push-down  ${pushDown}`);
    if (index !== null) lines.push(`       index      ${index}`);
    lines.push(`       state      ${state}`);
    lines.push(`       leaves     ${retracts ?? 'never'}`);
  }
  lines.push('', 'Kept of the telemetry');
  for (const { type, identity, onRequest } of demand.types) {
    lines.push(`  ${type}: ${identity}${onRequest.length === 0 ? '' : `; also ${onRequest.join(', ')}`}`);
  }
  if (demand.references.length > 0) lines.push(`  references: ${demand.references.join(', ')}`);
  if (demand.linked.length > 0) lines.push(`  pairs: ${demand.linked.join('; ')}`);
  if (demand.patternTypes.length > 0) lines.push(`  looked at in records only: ${demand.patternTypes.join(', ')}`);
  return `${lines.map((line) => escapeTerminal(line)).join('\n')}\n`;
}
