import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LOG_FIELDS, RUN_EVENTS, type RunEvent } from '../../src/cli/log/run-events.ts';
import { runWindhover } from '../support/run-windhover.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-run-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Line = Record<string, unknown>;

const ALWAYS = [
  ...['log.level', '@timestamp', 'ecs.version', 'service.name', 'process.pid', 'event.action', 'message'],
];

/** The lines of a log; each is held against the table of events. */
function lines(stderr: string): Line[] {
  return stderr
    .split('\n')
    .filter(Boolean)
    .map((text) => {
      const line = JSON.parse(text) as Line;
      const event = (RUN_EVENTS as Readonly<Record<string, RunEvent>>)[String(line['event.action'])];
      expect(event, text).toBeDefined();
      expect(line['log.level']).toBe(event?.level);
      const allowed = new Set([...ALWAYS, ...(event?.fields ?? []).map((field) => LOG_FIELDS[field])]);
      expect(Object.keys(line).filter((key) => !allowed.has(key))).toEqual([]);
      return line;
    });
}

const record = {
  '@timestamp': '2026-01-01T00:00:00Z',
  event: { sf_type: 'PE', action: 'process-start' },
  host: { id: 'h' },
  process: { pid: 1, start: '2026-01-01T00:00:00Z', name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
};
writeFileSync(join(folder, 'good.hf'), "p = GET process FROM s WHERE name = 'sh' DISP p ATTR pid");
writeFileSync(join(folder, 'bad.hf'), 'p = GET process FROM s WHERE nam = 1');
const hostile = 'a\u001b[2J\u202eb.ndjson';
writeFileSync(join(folder, hostile), `${JSON.stringify(record)}\n"}\n`);

describe('run --log-format json', () => {
  test('stderr is events of the table, and stdout is what it is without', async () => {
    const call = ['run', 'good.hf', 'bad.hf', '--source', `s=${hostile}`, '--metrics', '0'];
    const { code, stderr, stdout } = await runWindhover([...call, '--log-format', 'json'], { cwd: folder });
    const told = lines(stderr);
    expect(told.map((line) => line['event.action'])).toEqual([
      ...['run-started', 'hunt-invalid', 'metrics-listening', 'source-recognised', 'source-summary'],
      ...['input-undecodable', 'run-ended'],
    ]);
    expect(told[1]).toMatchObject({ 'file.path': 'bad.hf', 'windhover.line': 1, 'windhover.hunt': 'bad' });
    expect(told[3]).toMatchObject({ 'windhover.place': String.raw`a\x1b[2J\u202eb.ndjson` });
    expect(told.at(-1)).toMatchObject({ 'process.exit_code': code, 'windhover.records': 1 });
    const text = await runWindhover(call, { cwd: folder });
    expect([text.code, text.stdout]).toEqual([code, stdout]);
    expect(text.stderr).toContain('bad.hf:1:');
  });

  test('an error that ends the run is an event, also when the configuration asks for it', async () => {
    const missing = await runWindhover(['run', 'nope.hf', '--log-format', 'json'], { cwd: folder });
    expect([missing.code, missing.stdout]).toEqual([2, '']);
    expect(lines(missing.stderr)).toMatchObject([{ 'event.action': 'run-failed', 'event.code': 'hunt-missing' }]);
    writeFileSync(join(folder, 'w.yaml'), 'log: { format: json, level: error }\n');
    const configured = await runWindhover(['run', 'nope.hf', '--config', 'w.yaml'], { cwd: folder });
    expect(lines(configured.stderr)).toMatchObject([{ 'event.action': 'run-failed', 'process.exit_code': 2 }]);
    const quiet = await runWindhover(['run', 'good.hf', '--source', hostile, '--config', 'w.yaml'], { cwd: folder });
    expect([quiet.code, quiet.stderr]).toEqual([0, '']);
    const asText = await runWindhover(['run', 'nope.hf', '--config', 'w.yaml', '--log-format', 'text'], {
      cwd: folder,
    });
    expect(asText.stderr).toMatch(/^error: There is no hunt/);
  });

  test('a wrong value in the configuration is named, and --watch stays text', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'log: { format: xml }\n');
    const wrong = await runWindhover(['run', 'good.hf', '--config', 'wrong.yaml'], { cwd: folder });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/wrong\.yaml:1: .*text or json/)]);
    const watched = await runWindhover(['run', 'good.hf', '--source', hostile, '--watch', '--log-format', 'json'], {
      cwd: folder,
      interrupt: () => {},
    });
    expect(watched.code).toBe(2);
  });
});
