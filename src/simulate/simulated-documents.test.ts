import { describe, expect, it, test } from 'vitest';
import { SCENARIOS } from './simulation.ts';
import { OPTIONS, simulated, START } from './testing/simulated.ts';

const everyAttack = Object.fromEntries(SCENARIOS.map((scenario) => [scenario, 1]));

describe.each(['winlogbeat', 'nxlog'] as const)('documents, Windows as %s', (windowsFormat) => {
  const { lines } = simulated({ windowsFormat, attacks: everyAttack });

  it('are JSON with every name once', () => {
    for (const line of [...lines.values()].flat()) {
      // NXLog's keywords are a number that JavaScript does not hold.
      const exact = line.replace('-9223372036854775808', '-1');
      expect(JSON.stringify(JSON.parse(exact))).toBe(exact);
    }
    expect(lines.get(windowsFormat)?.length).toBeGreaterThan(500);
  });
});

test('NXLog and Winlogbeat tell the same of the same seed', () => {
  const beat = simulated({ linuxHosts: 0, attacks: everyAttack }).lines.get('winlogbeat') ?? [];
  const nxlog = simulated({ linuxHosts: 0, attacks: everyAttack, windowsFormat: 'nxlog' }).lines.get('nxlog') ?? [];
  expect(nxlog).toHaveLength(beat.length);
  nxlog.forEach((line, i) => {
    const flat = JSON.parse(line) as Record<string, unknown>;
    const { winlog } = JSON.parse(beat[i] ?? '') as { winlog: Record<string, Record<string, string>> };
    expect(flat).toMatchObject(winlog['event_data'] as Record<string, string>);
    expect([flat['Hostname'], flat['RecordNumber'], String(flat['EventID'])]).toEqual([
      winlog['computer_name'],
      winlog['record_id'],
      winlog['event_id'],
    ]);
  });
});

describe('delivery', () => {
  const plain = simulated({ attacks: everyAttack });
  const disturbed = simulated({ attacks: everyAttack, duplicates: 0.1, late: { share: 0.2, maxMs: 9000 } });

  it('loses nothing and makes nothing up, whatever comes late or twice', () => {
    for (const [format, lines] of plain.lines) {
      const other = disturbed.lines.get(format) ?? [];
      expect(new Set(other)).toEqual(new Set(lines));
      expect(other).not.toEqual(lines);
    }
    const { duplicates, records } = disturbed.simulation.truth;
    const delivered = [...disturbed.lines.values()].reduce((sum, lines) => sum + lines.length, 0);
    expect(delivered).toBe(Object.values(records).reduce((sum, count) => sum + count, 0) + duplicates);
    expect(duplicates).toBeGreaterThan(0);
  });

  it('has the records of an attack at the lines that the truth names', () => {
    const planted = ({ lines, simulation }: typeof plain): string[] =>
      [...simulation.truth.attacks, ...simulation.truth.unfinished]
        .flatMap(({ format, records }) => records.map((line) => lines.get(format)?.[line] ?? 'none'))
        .sort();
    expect(planted(disturbed)).toEqual(planted(plain));
    expect(planted(plain).length).toBeGreaterThan(300);
    expect(planted(plain)).not.toContain('none');
  });
});

describe('attacks', () => {
  it('are told with what has come of them when the telemetry ends in the middle', () => {
    const { simulation } = simulated({ plannedAttacks: [{ scenario: 'slow-beacon', at: START }] }, 100_000);
    const { attacks, unfinished, hunts } = simulation.truth;
    expect(attacks).toEqual([]);
    expect(unfinished).toMatchObject([{ scenario: 'slow-beacon', hunts: { 'slow-beacon': 1 } }]);
    // After one call nobody can know.
    const early = simulated({ plannedAttacks: [{ scenario: 'slow-beacon', at: START }] }, 50_000);
    expect([hunts, early.simulation.truth.hunts]).toEqual([{ 'slow-beacon': 1 }, {}]);
  });

  it('that never began are named', () => {
    const { simulation } = simulated({ windowsHosts: 1, attacks: { 'lateral-movement': 1 } });
    expect(simulation.truth.missing).toHaveLength(1);
    expect(simulation.truth.missing[0]).toMatch(/^lateral-movement@/);
  });

  it('come again where they recur', () => {
    const { simulation } = simulated(
      { attacks: { 'web-shell': 1 }, attackSpanMs: 40_000, attacksRecur: true },
      200_000,
    );
    expect(simulation.begun.map(({ scenario }) => scenario)).toEqual(new Array(5).fill('web-shell'));
  });

  it('alert once per hour and key, by the clock of the host', () => {
    const start = Date.parse('2026-05-01T08:57:00Z');
    const planned = [{ scenario: 'slow-beacon' as const, at: start }];
    const { simulation } = simulated({ start, plannedAttacks: planned }, start - START + 600_000);
    const [attack] = simulation.truth.attacks;
    expect(attack?.alerts.map(({ time }) => time.slice(11, 13))).toEqual(['08', '09']);
  });
});

test('clocks that are wrong shift what a host says, and nothing else', () => {
  const { simulation, lines } = simulated({ clockSkewMs: 60_000, linuxHosts: 0 });
  for (const { name, clock_skew_ms: skew } of simulation.truth.hosts) {
    expect(Math.abs(skew)).toBeLessThanOrEqual(60_000);
    const own = (lines.get('winlogbeat') ?? []).filter((line) => line.includes(`"computer_name":"${name}"`));
    const first = Date.parse((JSON.parse(own[0] ?? '') as { '@timestamp': string })['@timestamp']);
    expect(Math.abs(first - OPTIONS.start - skew)).toBeLessThan(2000);
  }
});
