import { Simulation, type SimulationOptions } from '../simulation.ts';

export const START = Date.parse('2026-05-01T08:00:00Z');

export const OPTIONS: SimulationOptions = {
  seed: 7,
  linuxHosts: 1,
  windowsHosts: 2,
  start: START,
  rate: 40,
  attacks: {},
  attackSpanMs: 60_000,
  duplicates: 0,
  late: { share: 0, maxMs: 0 },
};

/** All telemetry of some time, by format. */
export function simulated(
  options: Partial<SimulationOptions>,
  spanMs = 60_000,
): { readonly lines: Map<string, string[]>; readonly trace: Buffer; readonly simulation: Simulation } {
  const simulation = new Simulation({ ...OPTIONS, ...options });
  const lines = new Map<string, string[]>();
  const blocks: Uint8Array[] = [];
  for (const { format, text, bytes } of simulation.chunks({ until: START + spanMs })) {
    if (bytes !== undefined) blocks.push(bytes);
    const known = lines.get(format) ?? [];
    lines.set(format, known);
    known.push(...text.split('\n').filter((line) => line !== ''));
  }
  return { lines, trace: Buffer.concat(blocks), simulation };
}
