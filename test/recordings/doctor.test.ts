import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DoctorReport } from '../../src/cli/doctor/doctor-report.ts';
import { HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A recording in each shape: its format, records, and what was ignored of it. */
const RECORDINGS: readonly (readonly [string, string, number, number])[] = [
  ['sysflow-ecs/alpine.events.ndjson.gz', 'sysflow-ecs', 24, 0],
  ['sysflow-json/k8s_small.ndjson.gz', 'sysflow-json', 5243, 4],
  ['sysflow-ecs/mitre-tag-timeline/elastic_sysflow.json', 'sysflow-ecs', 14, 0],
  ['sysmon/cmd_bitsadmin_download_psh_script.ndjson.gz', 'sysmon-winevt', 336, 88],
  ['sysmon/empire_launcher_vbs.ndjson.gz', 'sysmon-nxlog', 1190, 877],
  ['sysmon/empire_enable_rdp.ndjson.gz', 'winlogbeat', 2074, 594],
  ['sysmon/sysmon_log4shell_cve2021_44228_java_serialized_object.ndjson.gz', 'sentinel', 487, 0],
  ['stix/doctored-1k.json', 'stix-bundle', 974, 0],
];

describe.skipIf(!HAS_RECORDINGS)('doctor on recordings', () => {
  test.each(RECORDINGS)('%s is %s', { timeout: 120_000 }, async (path, format, records, ignored) => {
    const { code, stdout } = await runWindhover(['doctor', recording(path), '--format', 'json']);
    const [file] = (JSON.parse(stdout) as DoctorReport).files;
    expect([code, file?.format, file?.records, file?.ignored]).toEqual([0, format, records, ignored]);
    expect(file?.ignored_kinds.some(({ what }) => what === 'others')).toBe(false);
    expect(file?.kinds.reduce((sum, kind) => sum + kind.records, 0)).toBe(records);

    // What it proposes runs, and finds something.
    const hunt = join(folder, 'start.hf');
    writeFileSync(hunt, `${file?.huntflow ?? ''}\n`);
    const ran = await runWindhover(['run', hunt, '--format', 'json']);
    const { hunts } = JSON.parse(ran.stdout) as { hunts: { variables: { entities: number }[] }[] };
    expect([ran.code, (hunts[0]?.variables[0]?.entities ?? 0) > 0]).toEqual([0, true]);
  });
});
