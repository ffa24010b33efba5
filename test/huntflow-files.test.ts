import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { huntFilesOf } from '../src/cli/hunt-files-of.ts';
import { runWindhover } from './support/run-windhover.ts';

const root = mkdtempSync(join(tmpdir(), 'windhover-huntflow-files-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const FLOW = "p = GET process FROM s WHERE name = 'sh'\n";

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'hunts-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** What of a folder runs. */
function filesOf(files: Readonly<Record<string, string>>, hunts: readonly string[] = ['.']): Promise<string[]> {
  return huntFilesOf(hunts, folderOf(files));
}

const hunt = (id: string, path: string, more = ''): string => `hunt: ${id}\nhuntflow: ${path}\n${more}`;

describe('a huntflow that a hunt file names', () => {
  test('is no hunt of its own in a folder, whatever its name, and in whichever folder of the call it lies', async () => {
    expect(await filesOf({ 'h.hf': FLOW, 'h.hunt.yaml': hunt('h', './h.hf'), 'other.hf': FLOW })).toEqual([
      'h.hunt.yaml',
      'other.hf',
    ]);
    expect(await filesOf({ 'flows/x.hf': FLOW, 'a.hunt.yaml': hunt('a', 'flows/x.hf') })).toEqual(['a.hunt.yaml']);
    const apart = { 'flows/x.hf': FLOW, 'hunts/a.hunt.yaml': hunt('a', '../flows/x.hf') };
    expect(await filesOf(apart, ['flows', 'hunts'])).toEqual(['hunts/a.hunt.yaml']);
    // Alone, it is what the call is about.
    expect(await filesOf(apart, ['flows'])).toEqual(['flows/x.hf']);
  });

  test('is one where the call names it itself', async () => {
    const both = { 'h.hf': FLOW, 'h.hunt.yaml': hunt('i', './h.hf') };
    expect(await filesOf(both, ['h.hf', 'h.hunt.yaml'])).toEqual(['h.hf', 'h.hunt.yaml']);
  });

  test('belongs to the hunt file also while that is broken elsewhere', async () => {
    for (const broken of ['alerts: 7\n', 'tags: [\n', 'caf\xe9: 1\n', 'enabled: false\n']) {
      expect(await filesOf({ 'h.hf': FLOW, 'h.hunt.yaml': hunt('h', '"./h.hf"  # apart', broken) })).toEqual([
        'h.hunt.yaml',
      ]);
    }
  });

  test('runs once, with the alerts of the hunt file', async () => {
    const alerts = 'alerts: [{on: p, title: "sh ran"}]\n';
    const folder = folderOf({ 'h.hf': FLOW, 'h.hunt.yaml': hunt('h', './h.hf', alerts) });
    const time = '2026-11-02T10:00:00.000Z';
    const event = { sf_type: 'PE', start: time, end: time };
    const log = join(root, 'log.ndjson');
    writeFileSync(log, `${JSON.stringify({ '@timestamp': time, event, process: { pid: 7, name: 'sh' } })}\n`);
    for (const command of ['run', 'backtest']) {
      const { code, stdout } = await runWindhover([command, folder, '--source', `s=${log}`, '--format', 'json']);
      expect([command, code]).toEqual([command, 0]);
      const { hunts } = JSON.parse(stdout) as { hunts: { hunt: string; alerts: unknown }[] };
      expect(hunts.map((each) => each.hunt)).toEqual(['h']);
    }
  });

  test('is checked with the relations of the hunt file', async () => {
    const extended = "p = GET process FROM s WHERE name = 'sh'\nq = FIND process INJECTED BY p\n";
    const lone = folderOf({ 'h.hf': extended });
    expect((await runWindhover(['check', lone])).code).toBe(1);
    const named = folderOf({ 'h.hf': extended, 'h.hunt.yaml': hunt('h', './h.hf', 'relations: extended\n') });
    const { code, stdout } = await runWindhover(['check', named]);
    expect([code, stdout]).toEqual([0, '2 files, 2 statements: ok\n']);
  });
});
