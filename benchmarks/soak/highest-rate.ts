import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { simulate } from './simulated-hosts.ts';

const SECONDS = 60;
const RATE = 2000;

/** Records a second that the hunts take from a pipe, with a state, when nothing holds them up. */
export async function highestRate(main: string, hunts: string, folder: string, seed: number): Promise<number> {
  const sensor = 'sysflow-ecs';
  const hosts = simulate({ main, sensor, seed, rate: RATE, seconds: SECONDS, start: Date.UTC(2026, 4, 1) });
  const args = ['run', hunts, '--source', '-', '--state', join(folder, 'highest'), '--format', 'json'];
  const run = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['pipe', 'pipe', 'ignore'] });
  hosts.stdout?.pipe(run.stdin);
  let text = '';
  run.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  const code = await new Promise((done) => run.on('close', done));
  if (code !== 0) throw new Error(`the run that measures the highest rate ended with ${String(code)}`);
  const { input, elapsed_ms } = JSON.parse(text) as { input: { records: number }; elapsed_ms: number };
  return Math.round((input.records * 1000) / elapsed_ms);
}
