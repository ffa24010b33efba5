import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AlertGroup } from './alert-group.ts';
import { WaitingAlerts } from './waiting-alerts.ts';

const TIMES = fc.constantFrom(-Infinity, 10, 20, 20.5, 30);

it('gives each alert once, when the time that was said last has come', () => {
  const steps = fc.array(
    fc.oneof(fc.record({ add: fc.nat(5), dueAt: TIMES }), fc.record({ at: fc.constantFrom(5, 10, 20, 25, Infinity) })),
  );
  fc.assert(
    fc.property(steps, (taken) => {
      const groups = Array.from({ length: 6 }, (_, i) => new AlertGroup(String(i), 0, 0));
      const waiting = new WaitingAlerts();
      const due = new Map<AlertGroup, number>();
      for (const step of taken) {
        if ('add' in step) {
          const group = groups[step.add] as AlertGroup;
          waiting.add(group, step.dueAt);
          due.set(group, step.dueAt);
        } else {
          const expected = [...due].filter(([, dueAt]) => dueAt <= step.at).map(([group]) => group);
          const found = waiting.takeDue(step.at);
          expect(new Set(found)).toEqual(new Set(expected));
          expect(found).toHaveLength(expected.length);
          expect(found.every(({ dueAt }) => dueAt === Infinity)).toBe(true);
          const times = found.map((group) => due.get(group) as number);
          expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
          for (const group of expected) due.delete(group);
        }
        expect(waiting.dueFrom).toBe(Math.min(Infinity, ...due.values()));
        for (const [group, dueAt] of due) expect(group.dueAt).toBe(dueAt);
      }
    }),
  );
});
