import type { Analytic } from './analytic.ts';
import { SUSPICIOUS_COMMANDS } from './suspicious-commands.ts';

/** Longest command line looked at, UTF-16 units. */
const MAX_COMMAND_LINE = 65_536;

/** Points of a command line and the techniques it hints at; each hint counts once. */
export const suspiciousProcessScoring: Analytic = {
  scope: 'row',
  rate(row) {
    const [first] = row.values('command_line').flat();
    const text = typeof first === 'string' ? first.slice(0, MAX_COMMAND_LINE).toLowerCase() : '';
    const found = SUSPICIOUS_COMMANDS.filter(({ all }) =>
      all.every((some) => some.some((each) => text.includes(each))),
    );
    const techniques = [...new Set(found.map((each) => each.technique))].sort();
    return {
      x_suspicious_score: found.reduce((sum, each) => sum + each.points, 0),
      ...(techniques.length === 0 ? {} : { x_suspicious_techniques: techniques }),
    };
  },
};
