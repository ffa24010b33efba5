import { expect, test } from 'vitest';
import { FAULTS } from '../../benchmarks/soak/fault-schedule.ts';
import { readOptions } from '../../benchmarks/soak/soak-options.ts';

test('half an hour, unless something else is said', () => {
  const usual = { minutes: 30, seed: 1, rate: undefined, faults: FAULTS, write: false, keep: false };
  expect(readOptions([])).toEqual(usual);
  expect(readOptions(['--faults', 'sink,kill'])).toEqual({ ...usual, faults: ['kill', 'sink'] });
  expect(readOptions(['--minutes', '2', '--seed', '7', '--rate', '500', '--write', '--keep'])).toEqual({
    minutes: 2,
    seed: 7,
    rate: 500,
    faults: FAULTS,
    write: true,
    keep: true,
  });
});

test.each([
  [['--minutes', '0'], '--minutes 0: a whole number'],
  [['--rate', '1e3'], '--rate 1e3: a whole number'],
  [['--faults', 'kill,quake'], '--faults quake: one of kill,'],
  [['--seed'], '--seed'],
  [['--hours', '1'], '--hours'],
  [['thirty'], 'thirty'],
])('%j is told with the usage', (args, told) => {
  const answer = readOptions(args);
  expect(answer).toContain(told);
  expect(answer).toContain('npm run soak --');
});
