import { describe, expect, test } from 'vitest';
import { bundledHunt, HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';

interface Document {
  readonly hunts: readonly {
    readonly ok: boolean;
    readonly variables: readonly {
      readonly name: string;
      readonly entities: number;
      readonly rows?: readonly Record<string, unknown>[];
    }[];
    readonly alerts: { readonly opened: number };
  }[];
  readonly input: { readonly records: number; readonly ignored: number; readonly undecodable: number };
}

async function run(...args: string[]): Promise<Document> {
  const { code, stdout, stderr } = await runWindhover(['run', '--format', 'json', ...args]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Document;
}

function entities(document: Document, name: string): number | undefined {
  return document.hunts[0]?.variables.find((variable) => variable.name === name)?.entities;
}

const SEGMENTS = ['682', '712', '742'];
const express = (segment: string, stream: string): string =>
  recording(`sysflow-ecs/express-mon.1531776${segment}.${stream}.ndjson.gz`);

describe.skipIf(!HAS_RECORDINGS)('the hunts of the two posts', () => {
  test('44 shells of the service, 44 children, over the three segments', { timeout: 120_000 }, async () => {
    const document = await run(
      bundledHunt('blog/open-hunting-stack.hf'),
      '--source',
      recording('sysflow-ecs/express-mon.*'),
    );
    expect(entities(document, 'exploits')).toBe(44);
    expect(entities(document, 'exp_spawn')).toBe(44);
  });

  test.each([
    ['682', 19],
    ['712', 8],
    ['742', 17],
  ])('segment %s has %i of them', { timeout: 120_000 }, async (segment, shells) => {
    const document = await run(bundledHunt('blog/open-hunting-stack.hf'), '--source', express(segment, '*'));
    expect(entities(document, 'exploits')).toBe(shells);
  });

  test('the bundled exploit hunt tells the attack from the service’s own shells', { timeout: 120_000 }, async () => {
    const document = await run(
      bundledHunt('node-exploit-shell.hunt.yaml'),
      '--source',
      recording('sysflow-ecs/express-mon.*'),
      '--rows',
      'exploits',
    );
    expect(document.hunts[0]?.alerts.opened).toBe(1);
    const pids = document.hunts[0]?.variables
      .find((variable) => variable.name === 'exploits')
      ?.rows?.map((row) => row['pid']);
    expect(new Set(pids)).toEqual(new Set([17753]));
  });

  test('one scheduler and its seven tasks; none of them alerts', { timeout: 120_000 }, async () => {
    const source = recording('sysmon/empire_persistence_registry_modification_run_keys_standard_user.ndjson.gz');
    const blog = await run(bundledHunt('blog/scheduled-tasks.hf'), '--source', source);
    expect([entities(blog, 'spschedule'), entities(blog, 'tasks')]).toEqual([1, 7]);
    const implant = await run(bundledHunt('scheduled-task-implant.hunt.yaml'), '--source', source);
    expect([entities(implant, 'scheduler'), entities(implant, 'tasks'), entities(implant, 'implants')]).toEqual([
      1, 7, 0,
    ]);
    expect(implant.hunts[0]?.alerts.opened).toBe(0);
  });
});

describe.skipIf(!HAS_RECORDINGS)('records of every recording', () => {
  test.each([
    ['sysmon/cmd_bitsadmin_download_psh_script.ndjson.gz', 336],
    ['sysmon/covenant_sharpwmi_create_dcerpc_wmi.ndjson.gz', 1716],
    ['sysmon/empire_enable_rdp.ndjson.gz', 2074],
    ['sysmon/empire_launcher_vbs.ndjson.gz', 1190],
    ['sysmon/empire_persistence_registry_modification_run_keys_standard_user.ndjson.gz', 20_156],
    ['sysmon/schtask_create.ndjson.gz', 906],
    ['sysmon/sysmon_log4shell_cve2021_44228_java_serialized_object.ndjson.gz', 487],
    ['sysflow/express/*.sf', 45_105],
    ['sysflow/k8s_small.sf', 5243],
    ['stix/doctored-1k.json', 974],
    ['stix/test_bundle_nt_1.json', 5],
    ['stix/test_bundle_nt_2.json', 201],
    ...SEGMENTS.flatMap((segment, i): [string, number][] => [
      [`sysflow-ecs/express-mon.1531776${segment}.events.ndjson.gz`, [18_755, 6325, 20_025][i] as number],
      [`sysflow-ecs/express-mon.1531776${segment}.alerts.ndjson.gz`, [38, 475, 59][i] as number],
    ]),
  ])('%s: %i', { timeout: 120_000 }, async (path, records) => {
    const { input } = await run(bundledHunt('blog/scheduled-tasks.hf'), '--source', recording(path));
    expect(input).toMatchObject({ records, undecodable: 0 });
  });
});
