import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { bundledHunt } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { RealIndices, SERVER } from './real-indices.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const HUNT = bundledHunt('node-exploit-shell.hunt.yaml');

// The server is started as CONTRIBUTING.md says; where there is none this is reported as skipped.
describe.skipIf(SERVER === undefined)('a run over an index that is killed', { timeout: 180_000 }, () => {
  const indices = new RealIndices(SERVER ?? 'http://127.0.0.1:9200');
  let folder = '';
  let file = '';
  let index = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-elastic-'));
    file = join(folder, 'sim.ndjson');
    const simulate = ['simulate', '--format', 'sysflow-ecs', '--records', '60000', '--hosts', '6', '--seed', '3'];
    await runWindhover([...simulate, '--attacks', 'node-exploit:6', '--out', file]);
    index = await indices.create('killed', 'date_nanos');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    await indices.fill(
      index,
      lines.map((source) => ({ source })),
    );
  });
  afterAll(async () => {
    await indices.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (source: string, state: string): string[] => ['run', HUNT, '--source', source, '--state', state];
  const alertIds = (state: string): string[] => {
    const path = join(state, 'alerts.ndjson');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    return [...new Set(lines.map((line) => (JSON.parse(line) as AlertDocument).event.id))].toSorted();
  };

  test('goes on with the same alerts and the same result', async () => {
    const source = `elastic+${SERVER}/${index}`;
    const [killed, whole] = [join(folder, 'killed'), join(folder, 'whole')];
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'src/main.ts', ...call(source, killed), '--format', 'ndjson'],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const died = new Promise<string | null>((done) => child.on('close', (_, signal) => done(signal)));
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('"kind":"alert"')) child.kill('SIGKILL');
    });
    expect(await died, said).toBe('SIGKILL');

    const second = await runWindhover([...call(source, killed), '--format', 'json']);
    const over = await runWindhover([...call(file, whole), '--format', 'json']);
    const [rest, all] = [second, over].map(
      ({ stdout }) => JSON.parse(stdout) as { hunts: Record<string, unknown>[]; input: { records: number } },
    );
    expect(rest?.input.records).toBeGreaterThan(0);
    expect(rest?.input.records).toBeLessThan(60_000);
    // How many alerts a run opened is told of that run alone.
    const found = (hunts: Record<string, unknown>[] = []): unknown[] => hunts.map(({ alerts: _, ...hunt }) => hunt);
    expect(found(rest?.hunts)).toEqual(found(all?.hunts));
    expect(alertIds(killed)).toEqual(alertIds(whole));
    expect(alertIds(whole).length).toBeGreaterThan(0);
  });
});
