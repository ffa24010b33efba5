import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

let folder: string;
let pid: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-revisions-'));
  mkdirSync(join(folder, 'hunts'));
  pid = 0;
  hunt('other', { name: 'none' });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Processes of a name start, in a log. */
function starts(name: string, count: number, log = 's.ndjson'): void {
  for (let i = 0; i < count; i++) {
    const at = `2026-05-01T08:00:${String(++pid).padStart(2, '0')}Z`;
    const process = { pid, start: at, name, executable: `/bin/${name}`, thread: { id: pid } };
    const event = { sf_type: 'PE', action: 'process-start' };
    appendFileSync(join(folder, log), `${JSON.stringify({ '@timestamp': at, event, host: { id: 'h' }, process })}\n`);
  }
}

interface Hunt {
  readonly name?: string;
  readonly source?: string;
  readonly more?: string;
  readonly alerts?: readonly string[];
}

function hunt(id: string, { name = 'sh', source = 's', more = '', alerts = ['p'] }: Hunt = {}): void {
  const told = alerts.map((on) => `  - { on: ${on}, title: '${on} {pid}' }\n`).join('');
  const flow = `  p = GET process FROM ${source} WHERE name = '${name}'\n  q = p WHERE pid > 1\n`;
  write(id, `hunt: ${id}\n${more}huntflow: |\n${flow}${told === '' ? '' : `alerts:\n${told}`}`);
}

function write(id: string, text: string): void {
  writeFileSync(join(folder, 'hunts', `${id}.hunt.yaml`), text);
}

function remove(id: string): void {
  rmSync(join(folder, 'hunts', `${id}.hunt.yaml`));
}

async function run(state = 'state', expected = 0): Promise<string> {
  const sources = ['--source', 's=s.ndjson', '--source', 't=t.ndjson'];
  const { code, stderr } = await runWindhover(['run', 'hunts', ...sources, '--state', state], { cwd: folder });
  expect([code, stderr]).toEqual([expected, stderr]);
  return stderr;
}

function alerts(state = 'state'): AlertDocument[] {
  return readFileSync(join(folder, state, 'alerts.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AlertDocument);
}

/** Title and revision of what left since so many alerts. */
function told(from: number): string[] {
  return alerts()
    .slice(from)
    .map(({ message, windhover }) => `${message} r${windhover.revision}`);
}

describe('revisions of alerts count on', () => {
  test('when a hunt is gone and comes back, each time', async () => {
    starts('sh', 2);
    hunt('a');
    await run();
    expect(told(0)).toEqual(['p 1 r1', 'p 2 r1']);
    for (const revision of [2, 3]) {
      const before = alerts().length;
      remove('a');
      expect(await run()).toContain('a: it is not run any more; its state is given back');
      hunt('a');
      await run();
      expect(told(before)).toEqual([`p 1 r${revision}`, `p 2 r${revision}`]);
    }
    // What the hunt finds for the first time is at its first revision.
    starts('sh', 1);
    await run();
    expect(told(6)).toEqual(['p 3 r1']);
  });

  test('when a hunt is switched off and on, alone in its state', async () => {
    remove('other');
    starts('sh', 1);
    hunt('a');
    await run();
    hunt('a', { more: 'enabled: false\n' });
    await run();
    hunt('a');
    await run();
    expect(told(0)).toEqual(['p 1 r1', 'p 1 r2']);
  });

  test('when a hunt reads other sources', async () => {
    starts('sh', 1);
    writeFileSync(join(folder, 't.ndjson'), readFileSync(join(folder, 's.ndjson')));
    hunt('a');
    await run();
    hunt('a', { source: 't' });
    expect(await run()).toContain('a: it reads other sources');
    hunt('a');
    await run();
    expect(told(0)).toEqual(['p 1 r1', 'p 1 r2', 'p 1 r3']);
  });

  test('when an alert is taken out of a hunt and put in again, whatever else happens to the hunt', async () => {
    starts('sh', 2);
    hunt('a', { alerts: ['p', 'q'] });
    await run();
    expect(told(0).sort()).toEqual(['p 1 r1', 'p 2 r1', 'q 2 r1']);
    hunt('a', { alerts: ['p'] });
    await run();
    hunt('a', { alerts: ['p', 'q'] });
    await run();
    expect(told(3)).toEqual(['q 2 r2']);
    hunt('a', { alerts: [] });
    await run();
    remove('a');
    await run();
    hunt('a', { alerts: [] });
    await run();
    hunt('a', { alerts: ['p'] });
    await run();
    expect(told(4)).toEqual(['p 1 r2', 'p 2 r2']);
    hunt('a', { alerts: ['p', 'q'] });
    await run();
    expect(told(6)).toEqual(['q 2 r3']);
  });

  test('in a hunt of several alerts that is edited again and again', async () => {
    starts('sh', 2);
    hunt('a', { alerts: ['p', 'q'] });
    await run();
    for (const revision of [2, 3, 4]) {
      const before = alerts().length;
      // The same answers by another pattern: its source is read again.
      hunt('a', { name: `sh' AND pid < 1${revision} AND name = 'sh`, alerts: ['p', 'q'] });
      expect(await run()).toContain('its source is read again');
      expect(told(before).sort()).toEqual([`p 1 r${revision}`, `p 2 r${revision}`, `q 2 r${revision}`]);
    }
  });
});

describe('a hunt that cannot run when its state is opened', () => {
  const BROKEN = {
    'does not check': 'hunt: a\nhuntflow: |\n  p = GET process FROM s WHERE nam = "sh"\n',
    'is no hunt file': 'hunt: [a\n',
    'has no place for its source': 'hunt: a\nhuntflow: |\n  p = GET process FROM nowhere WHERE name = "sh"\n',
  };

  test.each(Object.entries(BROKEN))('keeps its state where it %s, and goes on from there', async (_, text) => {
    starts('sh', 2);
    hunt('a');
    await run();
    write('a', text);
    // The others of its cohort go on meanwhile.
    hunt('other', { name: 'sh', alerts: [] });
    hunt('third', { name: 'nc' });
    starts('nc', 1);
    starts('sh', 1);
    for (const _again of [1, 2]) {
      expect(await run('state', 1)).toContain(
        'a: it cannot run as it is; what the state holds for it is kept until it can',
      );
    }
    expect(told(2)).toEqual(['p 3 r1']);
    starts('sh', 1);
    hunt('a');
    const stderr = await run();
    expect(stderr).not.toContain('given back');
    // It has missed nothing, and says nothing again.
    expect(told(3)).toEqual(['p 4 r1', 'p 5 r1']);
  });

  test('as the only one of its state, too; gone for good, it gives it back', async () => {
    remove('other');
    starts('sh', 1);
    hunt('a');
    await run();
    write('a', BROKEN['is no hunt file']);
    await run('state', 1);
    hunt('a');
    await run();
    expect(told(0)).toEqual(['p 1 r1']);
    remove('a');
    hunt('other', { name: 'none' });
    expect(await run()).toContain('a: it is not run any more; its state is given back');
  });

  test('one whose file is another does not wait for it', async () => {
    hunt('a');
    hunt('b');
    starts('sh', 1);
    await run();
    remove('b');
    write('a', BROKEN['is no hunt file']);
    const stderr = await run('state', 1);
    expect(stderr).toContain('b: it is not run any more; its state is given back');
    expect(stderr).toContain('a: it cannot run as it is');
  });
});
