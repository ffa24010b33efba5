import { describe, expect, test } from 'vitest';
import { EventClock } from './epoch-clock.ts';

const HOUR = 3_600_000;
const at = (ms: number): { ms: number; ns: number } => ({ ms, ns: 0 });

describe('the event clock', () => {
  test('is the greatest time and never goes back', () => {
    const clock = new EventClock();
    clock.observe(at(10), 'a');
    clock.observe({ ms: 20, ns: 5 }, 'a');
    clock.observe(at(15), 'a');
    expect(clock.now).toEqual({ ms: 20, ns: 5 });
  });

  test('a single host may jump', () => {
    const clock = new EventClock();
    clock.observe(at(0), 'a');
    clock.observe(at(10 * HOUR), 'a');
    expect(clock.now).toEqual(at(10 * HOUR));
  });

  test('with several hosts a jump waits until another agrees', () => {
    const clock = new EventClock();
    clock.observe(at(0), 'a');
    clock.observe(at(1), 'b');
    clock.observe(at(1000 * HOUR), 'b');
    expect(clock.now).toEqual(at(1));
    clock.observe(at(2), 'a');
    expect(clock.now).toEqual(at(2));
    clock.observe(at(3 * HOUR), 'a');
    expect(clock.now).toEqual(at(3 * HOUR));
  });

  test('at the end of the input it takes the greatest time', () => {
    const clock = new EventClock();
    clock.observe(at(0), 'a');
    clock.observe(at(1), 'b');
    clock.observe(at(9 * HOUR), 'a');
    clock.finish();
    expect(clock.now).toEqual(at(9 * HOUR));
  });
});
