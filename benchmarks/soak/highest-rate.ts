import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { imageEnvironment } from '../image-environment.mjs';
import { simulate } from './simulated-hosts.ts';
import { SENSORS, SOURCES } from './soak-hunts.ts';

const SECONDS = 60;
const RATE = 2000;

export interface HighestRateOptions {
  readonly main: string;
  /** Folder with the hunts of all sources. */
  readonly hunts: string;
  readonly folder: string;
  readonly seed: number;
  readonly retention: string;
}

/** Records a second that the hunts take from files of both sources, with a state, when nothing holds them up. */
export async function highestRate({ main, hunts, folder, seed, retention }: HighestRateOptions): Promise<number> {
  const sources: string[] = [];
  for (const name of SOURCES) {
    const file = join(folder, `highest-${name}.ndjson`);
    const start = Date.UTC(2026, 4, 1);
    const hosts = simulate({ main, sensor: SENSORS[name], seed, rate: RATE, seconds: SECONDS, start });
    if (hosts.stdout !== null) await pipeline(hosts.stdout, createWriteStream(file));
    sources.push('--source', `${name}=${file}`);
  }
  const state = ['--state', join(folder, 'highest'), '--retention', retention];
  const run = spawn(process.execPath, [main, 'run', hunts, ...sources, ...state, '--format', 'json'], {
    cwd: folder,
    env: { ...imageEnvironment(), ...process.env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  run.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const [code] = (await once(run, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the run that measures the highest rate ended with ${String(code)}`);
  const { input, elapsed_ms } = JSON.parse(text) as { input: { records: number }; elapsed_ms: number };
  return Math.round((input.records * 1000) / elapsed_ms);
}
