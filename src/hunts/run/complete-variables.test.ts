import { expect, test } from 'vitest';
import { checkHuntflow } from '../../language/check/check-huntflow.ts';
import { planHuntflow } from '../../plan/plan-huntflow.ts';
import { CompleteVariables } from './complete-variables.ts';

const at = (second: number): { ms: number; ns: number } => ({ ms: Date.UTC(2026, 0, 1, 0, 0, second), ns: 0 });

test('a GET with a range is complete once, when its end and the lateness have passed', () => {
  const { plan } = planHuntflow(
    checkHuntflow(
      [
        'a = GET process FROM s WHERE pid = 1 START 2026-01-01T00:00:00Z STOP 2026-01-01T00:00:10Z',
        'b = GET process FROM s WHERE pid = 1 START 2026-01-01T00:00:00Z STOP 2026-01-01T00:00:20Z',
        'c = GET process FROM s WHERE pid = 1 LAST 1 SECOND',
        'd = FIND process CREATED BY a',
      ].join('\n'),
    ),
  );
  if (plan === undefined) throw new Error('the huntflow does not plan');
  const complete = new CompleteVariables([{ id: 'h', plan }], 5000);
  expect(complete.take(undefined)).toEqual([]);
  expect(complete.take(at(15))).toEqual([]);
  expect(complete.take(at(16))).toEqual([{ hunt: 'h', variable: 'a', stop: at(10) }]);
  expect(complete.take(at(16))).toEqual([]);
  expect(complete.take(at(500)).map(({ variable }) => variable)).toEqual(['b']);
});
