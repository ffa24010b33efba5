import { spawn } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readLog, type SoakAlert } from './alert-comparison.ts';
import { simulate } from './simulated-hosts.ts';
import type { SoakedSource } from './soaked-source.ts';

/**
 * Alerts of a run that nothing happens to, over the same records: the telemetry made once more and what was added to it, by
 * the clock of the records, without a retention.
 */
export async function undisturbedAlerts(
  source: SoakedSource,
  hunts: string,
  folder: string,
): Promise<Map<string, SoakAlert>> {
  const { main } = source.telemetry;
  const state = join(folder, `undisturbed-${source.name}`);
  const args = [
    'run',
    join(hunts, source.name),
    '--source',
    '-',
    '--state',
    state,
    '--config',
    join(folder, 'none.yaml'),
  ];
  const run = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
  let told = '';
  run.stderr.on('data', (chunk: Buffer) => (told = (told + chunk.toString('utf8')).slice(-2000)));
  const ended = new Promise<number | null>((done) => run.on('exit', done));
  const hosts = simulate(source.telemetry);
  if (hosts.stdout === null) throw new Error('the simulator has no output');
  await pipeline(hosts.stdout, run.stdin, { end: false });
  await pipeline(createReadStream(source.added), run.stdin);
  const code = await ended;
  if (code !== 0) throw new Error(`the undisturbed run over ${source.name} ended with ${code}: ${told}`);
  const { latest, violations } = readLog(readFileSync(join(state, 'alerts.ndjson'), 'utf8').split('\n'));
  if (violations.length > 0) throw new Error(`the undisturbed run over ${source.name}: ${violations.join('; ')}`);
  return latest;
}
