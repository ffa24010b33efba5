import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { imageEnvironment } from '../image-environment.mjs';
import { freePort } from './free-port.ts';
import { metricSum } from './metric-sum.ts';
import { runMetrics } from './run-metrics.ts';
import { simulate } from './simulated-hosts.ts';
import { SENSORS, SOURCES } from './soak-hunts.ts';

const SECONDS = 60;
const RATE = 3000;

export interface HighestRateOptions {
  readonly main: string;
  /** Folder with the hunts of all sources. */
  readonly hunts: string;
  readonly folder: string;
  readonly seed: number;
  readonly retention: string;
}

/** Records a second that the hunts take from logs of both sources that they follow, with a state, when nothing holds them up. */
export async function highestRate({ main, hunts, folder, seed, retention }: HighestRateOptions): Promise<number> {
  const sources: string[] = [];
  let lines = 0;
  for (const name of SOURCES) {
    const log = join(folder, `highest-${name}.ndjson`);
    const start = Date.now() - SECONDS * 1000;
    const hosts = simulate({ main, sensor: SENSORS[name], seed, rate: RATE, seconds: SECONDS, start });
    if (hosts.stdout !== null) await pipeline(hosts.stdout, createWriteStream(log));
    for await (const _ of createInterface({ input: createReadStream(log) })) lines++;
    sources.push('--source', `${name}=${log}`);
  }
  const port = await freePort();
  const state = ['--state', join(folder, 'highest'), '--retention', retention, '--metrics', String(port)];
  const run = spawn(process.execPath, [main, 'run', hunts, '--follow', ...sources, ...state], {
    cwd: folder,
    env: { ...imageEnvironment(), ...process.env },
    stdio: 'ignore',
  });
  const ended = once(run, 'close');
  const began = Date.now();
  for (let taken = 0; taken < lines && run.exitCode === null;) {
    await new Promise((next) => setTimeout(next, 200));
    const text = await runMetrics(port);
    taken = (metricSum(text, 'windhover_records_total') ?? 0) + (metricSum(text, 'windhover_refused_total') ?? 0);
  }
  const seconds = (Date.now() - began) / 1000;
  run.kill('SIGINT');
  const [code] = (await ended) as [number | null];
  if (code !== 130) throw new Error(`the run that measures the highest rate ended with ${String(code)}`);
  return Math.round(lines / seconds);
}
