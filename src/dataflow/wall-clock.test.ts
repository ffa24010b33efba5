import { expect, test } from 'vitest';
import { WallClock } from './wall-clock.ts';

test('the wall clock is what it is set to, and never goes back', () => {
  const clock = new WallClock();
  expect(clock.now).toBeUndefined();
  clock.set(1000);
  clock.observe();
  clock.set(900);
  clock.finish();
  expect(clock.now).toEqual({ ms: 1000, ns: 0 });
  clock.restore({ ms: 5000, ns: 7 });
  clock.set(5000);
  expect(clock.now).toEqual({ ms: 5000, ns: 7 });
  clock.set(5001.5);
  expect(clock.now).toEqual({ ms: 5001, ns: 0 });
});
