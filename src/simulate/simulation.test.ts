import { describe, expect, it } from 'vitest';
import { Simulation, type SimulationOptions } from './simulation.ts';

const START = Date.parse('2026-05-01T08:00:00Z');
const OPTIONS: SimulationOptions = {
  seed: 3,
  linuxHosts: 2,
  windowsHosts: 2,
  start: START,
  rate: 50,
  attacks: { 'node-exploit': 2, 'scheduled-task': 2 },
  attackSpanMs: 20_000,
  attackPace: 15,
  attackMoments: 'even',
  duplicates: 0,
  late: { share: 0.2, maxMs: 4000 },
};

describe('the simulation', () => {
  it('lets attacks take turns over the span, and hastens them so that they end within it', () => {
    const simulation = new Simulation(OPTIONS);
    for (const { records } of simulation.chunks({ until: START + 20_000 })) expect(records).toBeGreaterThan(0);
    expect(simulation.begun.map(({ scenario, host }) => [scenario, host])).toEqual([
      ['node-exploit', 'web-01'],
      ['scheduled-task', 'desk-01.corp.example'],
      ['node-exploit', 'web-02'],
      ['scheduled-task', 'desk-02.corp.example'],
    ]);
    const starts = simulation.begun.map(({ start }) => start - START);
    expect(starts.every((start, i) => i === 0 || start > (starts[i - 1] as number))).toBe(true);
    expect(simulation.truth.attacks).toHaveLength(4);
  });

  it('goes on where the last call ended, what is late still under way, and loses nothing', () => {
    const simulation = new Simulation(OPTIONS);
    let delivered = 0;
    const underWay: number[] = [];
    for (let at = 1000; at <= 20_000; at += 1000) {
      for (const { records } of simulation.chunks({ until: START + at, more: at < 20_000 })) delivered += records;
      underWay.push(simulation.records - delivered);
    }
    expect(underWay[0]).toBeGreaterThan(0);
    expect(underWay.at(-1)).toBe(0);
  });
});
