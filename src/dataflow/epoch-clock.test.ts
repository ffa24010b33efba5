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

  describe('told what is in the future', () => {
    const YEAR_9999 = at(Date.UTC(9999, 11, 31));
    const later = at(YEAR_9999.ms + 1);

    test.each([0, 1, 2])(
      'is not moved by one record of the year 9999, also of the only host, or the first (%i)',
      (place) => {
        const clock = new EventClock(() => 10 * HOUR);
        const records = [at(1), at(2)];
        records.splice(place, 0, YEAR_9999, YEAR_9999);
        for (const record of records) clock.observe(record, 'a');
        expect(clock.now).toEqual(at(2));
        clock.finish();
        expect(clock.now).toEqual(at(2));
      },
    );

    test('takes the greatest time at the end that is not', () => {
      const clock = new EventClock(() => 10 * HOUR);
      clock.observe(at(0), 'a');
      clock.observe(at(1), 'b');
      clock.observe(at(9 * HOUR), 'a');
      clock.observe(YEAR_9999, 'a');
      clock.finish();
      expect(clock.now).toEqual(at(9 * HOUR));
    });

    test('goes on where all records are', () => {
      const clock = new EventClock(() => 0);
      for (const record of [YEAR_9999, later, at(YEAR_9999.ms + HOUR)]) clock.observe(record, 'a');
      expect(clock.now).toEqual(at(YEAR_9999.ms + HOUR));
      const far = [at(later.ms + 9 * HOUR), at(later.ms + 9 * HOUR + 5)];
      for (const record of far) clock.observe(record, 'a');
      expect(clock.now).toEqual(far[0]);
    });
  });
});
