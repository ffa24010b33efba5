import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import type { HuntCoverage } from '../hunt-tests/test-report.ts';

/** Of each hunt how many comparisons its tests decide by, and those that they do not need. Nothing where nobody asked. */
export function renderCoverage(coverage: readonly HuntCoverage[]): string {
  return coverage
    .map(({ hunt, clauses }) => {
      const open = clauses.filter(({ took, leftOut }) => !took || !leftOut);
      const lines = open.map(({ statement, comparison, took, leftOut }) => {
        const never = [...(took ? [] : ['takes anything']), ...(leftOut ? [] : ['leaves anything out'])].join(' or ');
        return `    statement ${statement}: ${escapeTerminal(comparison, { maxLength: 300 })} never ${never}\n`;
      });
      const decided = clauses.length - open.length;
      return `${escapeTerminal(hunt)}: ${decided} of ${clauses.length} comparisons decide both ways\n${lines.join('')}`;
    })
    .join('');
}
