import { expect, test } from 'vitest';
import { progressText } from './backtest-progress.ts';

test.each([
  [1000, 250, 1000, 2000, '█████░░░░░░░░░░░░░░░ 25 %  1000 records, 500/s, about 6 s left'],
  // Beginnings are read twice: more than all is not told.
  [1000, 2000, 1000, 1000, '███████████████████░ 99 %  1000 records, 1000/s, about 10 ms left'],
  [0, 0, 1000, 0, '░░░░░░░░░░░░░░░░░░░░ 0 %  0 records, 0/s'],
  [10, 5, undefined, 1000, '10 records, 10/s'],
])('%d records, %d of %s bytes, after %d ms', (records, bytes, total, elapsed, text) => {
  expect(progressText(records, bytes, total, elapsed)).toBe(text);
});
