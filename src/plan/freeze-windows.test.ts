import { expect, test } from 'vitest';
import { checkHuntflow } from '../language/check/check-huntflow.ts';
import { freezeWindows } from './freeze-windows.ts';
import { planHuntflow } from './plan-huntflow.ts';

test('LAST is the range that ends now, now included; other ranges stay', () => {
  const { plan } = planHuntflow(
    checkHuntflow(
      'a = GET process FROM s WHERE pid = 1 LAST 10 SECONDS\nb = FIND process CREATED BY a LAST 1 MINUTE\nc = GET process FROM s WHERE pid = 2 START 2020-01-01T00:00:00Z STOP 2020-01-02T00:00:00Z\nd = a WHERE pid = 1',
    ),
  );
  if (plan === undefined) throw new Error('the huntflow does not plan');
  const nowMs = Date.UTC(2026, 0, 1);
  const ranges = freezeWindows(plan, nowMs).nodes.flatMap((node) => (node.op === 'get' ? [node.timespan] : []));
  const end = { ms: nowMs, ns: 1 };
  expect(ranges).toEqual([
    { kind: 'absolute', start: { ms: nowMs - 10_000, ns: 0 }, stop: end },
    { kind: 'absolute', start: { ms: nowMs - 60_000, ns: 0 }, stop: end },
    { kind: 'absolute', start: { ms: Date.UTC(2020, 0, 1), ns: 0 }, stop: { ms: Date.UTC(2020, 0, 2), ns: 0 } },
  ]);
});
