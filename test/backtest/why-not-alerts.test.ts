import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { HistoryFolder } from './history.ts';

const LONG = process.env['WINDHOVER_LONG'] === '1';
const folder = new HistoryFolder();
afterAll(() => folder.remove());

const hunt = (last: string): string => `hunt: fates
huntflow: |
  a = GET process FROM s WHERE pid > 2${last}
  b = a WHERE name = 'sh'
  c = FIND process CREATED BY b
  g = GROUP a BY name WITH COUNT(pid) AS n
  few = g WHERE n < 3
alerts:
  - { on: b, title: 'b {pid}', settle: 0s }
  - { on: c, title: 'c {pid}', settle: 30s, suppress: { by: [name], for: 1h } }
  - { on: few, title: 'few {name}', settle: 0s }
`;

interface Fate {
  readonly variable: string;
  readonly fate: string;
  readonly id?: string;
  readonly entity: { readonly id: string };
}

const record = fc.record({
  pid: fc.integer({ min: 1, max: 8 }),
  name: fc.constantFrom('sh', 'ls'),
  parent: fc.integer({ min: 1, max: 8 }),
  gap: fc.constantFrom(0, 1, 15),
});

test('what why-not says of alerts is what a backtest raises', { timeout: 600_000 }, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 5, maxLength: 12 }), fc.boolean(), async (drawn, isLast) => {
      folder.write('fates.hunt.yaml', hunt(isLast ? ' LAST 10 s' : ''));
      let second = 0;
      const records = drawn.map(({ pid, name, parent, gap }) => {
        const time = new Date(Date.UTC(2026, 4, 1, 8) + (second += gap) * 1000).toISOString();
        return { time, process: { pid, name, ...(parent < pid ? { parent: { pid: parent, name: 'sh' } } : {}) } };
      });
      folder.records('log.ndjson', records);
      const call = ['fates.hunt.yaml', '--source', 'log.ndjson'];
      const { document } = await folder.backtest(...call);
      const alerts = document.hunts[0]?.alerts ?? [];
      const standing = new Set(alerts.map(({ event }) => event.id));
      for (let line = 1; line <= Math.min(records.length, 5); line++) {
        const args = ['why-not', `log.ndjson#${line}`, '--hunt', ...call, '--format', 'json'];
        const { stdout } = await folder.windhover(...args);
        for (const { variable, fate, id, entity } of (JSON.parse(stdout) as { alerts: Fate[] }).alerts) {
          seen.set(fate, (seen.get(fate) ?? 0) + 1);
          const said = JSON.stringify([line, variable, fate, id, entity.id, isLast]);
          if (fate === 'raised' || fate === 'suppressed') expect(standing.has(id as string), said).toBe(true);
          if (fate === 'retracted') expect(standing.has(id as string), said).toBe(false);
          // An alert that shows this very entity is told of it.
          const own = alerts.filter(
            ({ windhover }) => windhover.variable === variable && windhover.entity.id === entity.id,
          );
          if (own.length > 0) expect(fate, said).toBe('raised');
        }
      }
    }),
    { numRuns: LONG ? 300 : 10 },
  );
  for (const fate of ['raised', 'suppressed', 'none']) expect(seen.get(fate), fate).toBeGreaterThan(5);
});
