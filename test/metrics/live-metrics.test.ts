import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { StandingRun } from '../support/standing-run.ts';

let run: StandingRun;
afterEach(() => run.end());

/** Samples as Prometheus reads them: name with its labels → value. */
async function scrape(url: string): Promise<Map<string, number>> {
  const answer = await fetch(`${url}/metrics`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('version=0.0.4')]);
  const samples = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

/** Sum over all labels. */
function sum(samples: ReadonlyMap<string, number>, metric: string, label = ''): number {
  return [...samples]
    .filter(([name]) => name.replace(/\{.*/, '') === metric && name.includes(label))
    .reduce((total, [, value]) => total + value, 0);
}

const json = async (url: string): Promise<unknown> => {
  const answer = await fetch(url);
  return [answer.status, await answer.json()];
};

describe('a live run with --metrics', { timeout: 60_000 }, () => {
  test('its counters agree with what went in and came out, also over a reload', async () => {
    run = new StandingRun();
    run.hunt('a.hunt.yaml', 'sh');
    run.hunt('b.hunt.yaml', 'nc');
    run.start(['--state', 'state', '--metrics', '0']);
    const url = String((await run.logged('metrics-listening'))['url.full']);
    for (let i = 0; i < 3; i++) run.starts('sh');
    run.junk('no record');
    run.junk('{"also": "none"}');
    run.junk(JSON.stringify({ '@timestamp': new Date().toISOString(), event: { sf_type: 'KE' }, sf_ret: 0 }));
    for (let i = 0; i < 2; i++) run.starts('vi');
    run.starts('nc');
    await run.alerted('b saw nc as 6');

    const before = await scrape(url);
    expect(sum(before, 'windhover_records_total')).toBe(6);
    expect(sum(before, 'windhover_undecodable_total') + sum(before, 'windhover_ignored_total')).toBe(3);
    expect(sum(before, 'windhover_undecodable_total')).toBeGreaterThanOrEqual(2);
    expect(sum(before, 'windhover_refused_total') + sum(before, 'windhover_duplicates_total')).toBe(0);
    expect(sum(before, 'windhover_read_bytes_total')).toBe(readFileSync(join(run.folder, 'app.log')).length);
    expect(sum(before, 'windhover_alerts_total', 'hunt="a",status="opened"')).toBe(3);
    expect(sum(before, 'windhover_alerts_total', 'hunt="b",status="opened"')).toBe(1);
    expect(sum(before, 'windhover_sink_sent_total', 'sink="log"')).toBe(4);
    expect(sum(before, 'windhover_hunt_members', 'hunt="a"')).toBe(3);
    expect(sum(before, 'windhover_hunt_failed')).toBe(0);
    expect(sum(before, 'windhover_epoch_seconds_count')).toBeGreaterThan(0);
    expect(sum(before, 'windhover_commit_seconds_count')).toBeGreaterThan(0);
    expect(sum(before, 'windhover_state_bytes')).toBeGreaterThan(0);
    expect(sum(before, 'windhover_state_memory_bytes', 'part="write_buffers"')).toBeGreaterThan(0);
    expect(await json(`${url}/healthz`)).toMatchObject([200, { ok: true }]);
    expect(await json(`${url}/readyz`)).toEqual([200, { ok: true, degraded: [] }]);

    run.remove('b.hunt.yaml');
    run.hunt('c.hunt.yaml', 'vi');
    run.reload();
    await run.alerted('c saw vi as 5');
    run.starts('sh');
    await run.alerted('a saw sh as 7');
    const after = await scrape(url);
    for (const [name, value] of before) {
      if (!/_(?:total|count|sum|bucket)(?:\{|$)/.test(name) || !name.startsWith('windhover_')) continue;
      expect(after.get(name) ?? 0, name).toBeGreaterThanOrEqual(value);
    }
    expect(sum(after, 'windhover_alerts_total', 'hunt="a",status="opened"')).toBe(4);
    expect(sum(after, 'windhover_alerts_total', 'hunt="c",status="opened"')).toBe(2);
    expect(sum(after, 'windhover_sink_sent_total', 'sink="log"')).toBe(7);
    expect([...after.keys()].filter((name) => name.startsWith('windhover_hunt_members{hunt="b"'))).toEqual([]);
    expect(await json(`${url}/readyz`)).toEqual([200, { ok: true, degraded: [] }]);

    expect(await run.interrupt()).toBe(130);
    expect(run.titles).toHaveLength(7);
    const log = readFileSync(join(run.folder, 'state/alerts.ndjson'), 'utf8').trimEnd().split('\n');
    expect(log).toHaveLength(7);
  });

  test('input that waits for the disk of the state is seen by whoever looks, also over a reload', async () => {
    run = new StandingRun();
    writeFileSync(join(run.folder, 'windhover.yaml'), `limits: { state_free_bytes: ${Number.MAX_SAFE_INTEGER} }\n`);
    run.hunt('a.hunt.yaml', 'sh');
    run.start(['--state', 'state', '--metrics', '0']);
    const url = String((await run.logged('metrics-listening'))['url.full']);
    await run.logged('state-full');
    const degraded = [{ state: 'disk', code: 'state-full' }];
    expect((await scrape(url)).get('windhover_input_waits_for_disk')).toBe(1);
    expect(await json(`${url}/readyz`)).toEqual([200, { ok: true, degraded }]);
    run.hunt('b.hunt.yaml', 'nc');
    run.reload();
    await run.logged('reload-done');
    expect((await scrape(url)).get('windhover_input_waits_for_disk')).toBe(1);
    expect(await json(`${url}/readyz`)).toMatchObject([expect.any(Number), { degraded }]);
    expect(await run.interrupt()).toBe(130);
  });
});
