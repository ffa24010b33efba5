import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AlertGroup } from './alert-group.ts';
import { AlertMember } from './alert-member.ts';
import type { AlertRow } from './alert-row.ts';

const rowOf = (name: number, ms: number): AlertRow => ({
  rowKey: String(name),
  episode: '0',
  type: 'process',
  time: { ms, ns: 0 },
  attributes: {},
});

/** Rows that come, move to another time, come as another object, or go. */
const step = fc.record({
  what: fc.constantFrom('put', 'put', 'put', 'anew', 'remove'),
  name: fc.nat(6),
  ms: fc.nat(5),
  look: fc.boolean(),
});

describe('rows behind one alert', () => {
  test('the one that is shown is the one with the least time and key, whatever has come and gone', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const group = new AlertGroup('g', 0, 0);
        for (const { what, name, ms, look } of steps) {
          const row = rowOf(name, ms);
          const known = [...group.members.values()].find(({ rowKey }) => rowKey === row.rowKey);
          if (what === 'remove') {
            if (known !== undefined) group.remove(known);
          } else if (known === undefined || what === 'anew') {
            group.put(new AlertMember(group, row));
          } else {
            known.open(row);
            group.put(known);
          }
          if (!look) continue;
          const rows = [...group.members.values()].map((member) => member.row);
          const [least] = rows.sort((a, b) => a.time.ms - b.time.ms || (a.rowKey < b.rowKey ? -1 : 1));
          expect(group.best?.row).toBe(least);
        }
      }),
    );
  });
});
