import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from '../backtest/history.ts';
import { bundledHunt, HAS_RECORDINGS, recording } from '../support/recordings.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const express = (segment: string): string => recording(`sysflow-ecs/express-mon.1531776${segment}.*`);

/** 44 shells of the service, each an alert; what the recordings hold is told in their own description. */
describe.skipIf(!HAS_RECORDINGS)('backtests over recordings', { timeout: 120_000 }, () => {
  test.each([
    ['*', 44],
    ['682', 19],
    ['712', 8],
    ['742', 17],
  ])('segment %s: %i shells', async (segment, shells) => {
    const hunt = bundledHunt('blog/open-hunting-stack.hf');
    const { document } = await folder.backtest(hunt, '--source', express(segment), '--alert', 'exploits');
    const [{ alerts, by_time: byTime, by_host: byHost } = { alerts: [], by_time: [], by_host: {} }] = document.hunts;
    expect(alerts).toHaveLength(shells);
    expect(byTime.reduce((sum, [, count]) => sum + count, 0)).toBe(shells);
    expect(byHost).toEqual({ 'monitor-sysdig-664594bbd4-brjfv': shells });
  });

  test('a bound in time leaves the middle segment', async () => {
    const hunt = bundledHunt('blog/open-hunting-stack.hf');
    const bounds = ['--from', '2018-07-16T21:31:52.1Z', '--to', '2018-07-16T21:32:22Z'];
    const { document } = await folder.backtest(hunt, '--source', express('*'), '--alert', 'exploits', ...bounds);
    expect(document.hunts[0]?.alerts).toHaveLength(8);
  });

  test('the scheduler’s seven tasks', async () => {
    const source = recording('sysmon/empire_persistence_registry_modification_run_keys_standard_user.ndjson.gz');
    const gate = join(folder.path, 'gate.yaml');
    writeFileSync(gate, 'alerts: 7\n');
    const hunt = bundledHunt('blog/scheduled-tasks.hf');
    const { code, document } = await folder.backtest(hunt, '--source', source, '--alert', 'tasks', '--expect', gate);
    expect([code, document.ok]).toEqual([0, true]);
  });

  test('the record behind an alert is read again from its trace', async () => {
    const hunt = bundledHunt('node-exploit-shell.hunt.yaml');
    const source = recording('sysflow/express/*.sf');
    const run = await folder.windhover('run', hunt, '--source', source, '--alerts', 'alerts.ndjson');
    expect(run.code, run.stderr).toBe(0);
    const [line = ''] = readFileSync(join(folder.path, 'alerts.ndjson'), 'utf8').split('\n');
    const { event } = JSON.parse(line) as { event: { id: string } };
    const args = ['why', event.id, '--log', 'alerts.ndjson', '--hunt', hunt, '--format', 'json'];
    const { records } = JSON.parse((await folder.windhover(...args)).stdout) as {
      records: { status: string; kind: string; selected_by: { statement: number }[] }[];
    };
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ status: 'read', kind: expect.stringContaining('sysflow.') });
    expect(records[0]?.selected_by.map(({ statement }) => statement)).toContain(1);
  });
});
