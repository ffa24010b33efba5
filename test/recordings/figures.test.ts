import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundledHunt, HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';

type Row = Readonly<Record<string, unknown>>;

const folder = mkdtempSync(join(tmpdir(), 'windhover-figures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function rowsOf(hunt: string, source: string, ...names: string[]): Promise<Record<string, readonly Row[]>> {
  const rows = names.flatMap((name) => ['--rows', name]);
  const { code, stdout, stderr } = await runWindhover(['run', hunt, '--source', source, ...rows, '--format', 'json']);
  expect(code, stderr).toBe(0);
  const { hunts } = JSON.parse(stdout) as { hunts: { variables: { name: string; rows?: Row[] }[] }[] };
  return Object.fromEntries(hunts[0]?.variables.map((variable) => [variable.name, variable.rows ?? []]) ?? []);
}

function counted(values: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

/** What the description of the recordings says of single entities; numbers of entities are in the test of recordings. */
describe.skipIf(!HAS_RECORDINGS)('what is known of the recordings', { timeout: 120_000 }, () => {
  test('of 44 shells one is the exploit, the others are the work of the application', async () => {
    const hunt = bundledHunt('blog/open-hunting-stack.hf');
    const source = recording('sysflow-ecs/express-mon.*');
    const { exploits = [], exp_spawn: children = [] } = await rowsOf(hunt, source, 'exploits', 'exp_spawn');
    expect(new Set(exploits.map((row) => row['pid'])).size).toBe(44);
    expect(new Set(children.map((row) => row['pid'])).size).toBe(44);
    const work = exploits.filter((row) => String(row['command_line']).includes(' -c python cos-write.py '));
    expect(counted(work.map((row) => row['binary_ref.path']))).toEqual({ '/bin/sh': 39, '/bin/dash': 4 });
    const [exploit, ...more] = exploits.filter((row) => !work.includes(row));
    expect(exploit).toMatchObject({ pid: 17_753, command_line: expect.stringMatching(/-c \/tmp\/exfil\.py -a$/) });
    expect(more).toEqual([]);
  });

  test('the dropped script makes 22 flows of TCP and 88 of UDP to four addresses', async () => {
    const hunt = join(folder, 'flows.hf');
    const flows = `p = GET process FROM s WHERE pid = 17754
n = FIND network-traffic CREATED BY p
e = n WHERE dst_port = 443 AND dst_ref.value LIKE '104.244.42.%'`;
    writeFileSync(hunt, flows);
    const { e = [] } = await rowsOf(hunt, `s=${recording('sysflow/express/*.sf')}`, 'e');
    expect(counted(e.map((row) => row['protocols']))).toEqual({ tcp: 22, udp: 88 });
    const addresses = new Set(e.map((row) => row['dst_ref.value']));
    expect(addresses).toEqual(new Set(['2', '66', '130', '194'].map((last) => `104.244.42.${last}`)));
  });

  test('the scheduler and the names of its seven tasks', async () => {
    const source = recording('sysmon/empire_persistence_registry_modification_run_keys_standard_user.ndjson.gz');
    const hunt = bundledHunt('blog/scheduled-tasks.hf');
    const { spschedule = [], tasks = [] } = await rowsOf(hunt, source, 'spschedule', 'tasks');
    expect(spschedule).toEqual([
      expect.objectContaining({ pid: 1144, x_unique_id: '3ddc5665-e7cd-5f51-1800-000000000500' }),
    ]);
    expect(counted(tasks.map((row) => row['name']))).toEqual({
      'taskhostw.exe': 2,
      'RemoteFXvGPUDisablement.exe': 1,
      'dsregcmd.exe': 1,
      'wermgr.exe': 1,
      'dxgiadaptercache.exe': 1,
      'ClipRenew.exe': 1,
    });
  });
});
