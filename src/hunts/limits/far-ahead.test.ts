import { expect, test } from 'vitest';
import { TextDictionary } from '../../telemetry/text-dictionary.ts';
import { emptyObserver } from '../testing/empty-observer.ts';
import { FarAhead } from './far-ahead.ts';

const HOUR = 3_600_000;

test('a clock that is ahead is told once per source, with its host and how far', () => {
  const told: string[] = [];
  const ahead = new FarAhead({
    ...emptyObserver,
    notice: (source, { code, message }) => told.push(`${source} ${code}: ${message}`),
  });
  const hosts = new TextDictionary({ seed: 1 });
  const code = hosts.code('web-1');
  const batch = (...times: number[]): Parameters<FarAhead['look']>[1] => ({
    size: times.length,
    lastMs: Float64Array.from([...times, 9e15]),
    host: Uint32Array.from(times.map((_, i) => (i === 0 ? 0 : code))) as never,
    hosts,
  });
  ahead.look('a', batch(HOUR, HOUR + 299_999), HOUR);
  expect(told).toEqual([]);
  ahead.look('a', batch(HOUR, 2 * HOUR + 59_000), HOUR);
  ahead.look('a', batch(9 * HOUR), HOUR);
  ahead.look('b', batch(2 * HOUR), HOUR);
  expect(told).toEqual([
    expect.stringMatching(/^a clock-ahead: a record of web-1 is of a time .* ahead of/u),
    expect.stringMatching(/^b clock-ahead: a record of a host without a name /u),
  ]);
});
