import { resolve } from 'node:path';
import { Simulation } from '../../simulate/simulation.ts';
import type { SimulateOptions } from './simulate-options.ts';
import { SimulatedFiles } from './simulated-files.ts';
import type { SimulatedOutput } from './simulated-output.ts';
import { write, type TerminalIo } from '../terminal-io.ts';

/** How often live telemetry is written. */
const LIVE_STEP_MS = 50;

/** Writes telemetry until its limit or the end of patience, its truth after it. Answers with the exit code. */
export async function simulate(
  { simulation: simulationOptions, limit, live, out, to, truth, quiet }: SimulateOptions,
  io: TerminalIo,
  wait: (ms: number, signal: AbortSignal) => Promise<void> = pause,
): Promise<number> {
  const simulation = new Simulation(simulationOptions);
  const files =
    to === undefined ? new SimulatedFiles({ out, truth }, simulationOptions, io) : await openTopic(to, truth, io);
  await files.begin();
  try {
    if (live) await writeLive(simulation, limit, files, io, wait);
    else {
      for (const chunk of simulation.chunks(limit)) {
        await files.write(chunk);
        if (io.signal.aborted) break;
      }
    }
    // What is still under way when somebody ends it early has been made, and the truth speaks of it.
    for (const chunk of simulation.chunks({ until: simulation.now })) await files.write(chunk);
    await files.end(`${JSON.stringify(simulation.truth, null, 2)}\n`);
  } finally {
    await files.close();
  }
  if (io.signal.aborted && io.signal.reason === 'output-closed') return 0;
  if (!quiet) await write(io.stderr, summary(simulation));
  return io.signal.aborted ? 130 : 0;
}

async function writeLive(
  simulation: Simulation,
  { records, until }: SimulateOptions['limit'],
  files: SimulatedOutput,
  io: TerminalIo,
  wait: (ms: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!io.signal.aborted && simulation.now < until && simulation.records < records) {
    await wait(LIVE_STEP_MS, io.signal);
    const now = Math.max(simulation.now, Math.min(io.now(), until));
    for (const chunk of simulation.chunks({ records, until: now, more: true })) await files.write(chunk);
    await files.flush();
  }
}

async function openTopic(
  { target, compression, config }: NonNullable<SimulateOptions['to']>,
  truth: string | undefined,
  io: TerminalIo,
): Promise<SimulatedOutput> {
  const { openProducer } = await import('../replay/replay-sinks.ts');
  const { SimulatedTopic } = await import('./simulated-topic.ts');
  const producer = await openProducer(target, { config, compression }, io);
  return new SimulatedTopic(producer, truth === undefined ? undefined : resolve(io.cwd, truth));
}

function summary({ records, truth }: Simulation): string {
  const { attacks, unfinished, missing } = truth;
  const planted = `${records} records, ${attacks.length} attacks`;
  const begun = unfinished.length === 0 ? '' : `, ${unfinished.length} more begun`;
  const late = missing.length === 0 ? '' : `; not begun: ${missing.join(', ')}`;
  return `${planted}${begun}${late}\n`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    }
    signal.addEventListener('abort', finish);
  });
}
