import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { EpochMeasure, HuntGauges, MeteredScope } from '../hunts/run/run-meter.ts';
import { RunMetrics } from './run-metrics.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

function make(): RunMetrics {
  return new RunMetrics({
    now: () => 61_000,
    sinks: () => [{ sink: 'log', pending: 2, sent: 3, retried: 1, rejected: 0, problem: undefined }],
    stateBytes: async () => 4096,
    stateMemory: async () => ({ block_cache: 512 }),
  });
}

function measure(more: Partial<EpochMeasure> = {}): EpochMeasure {
  const batch = {
    size: 2,
    ignored: 5,
    undecodable: 0,
    kinds: [{ index: 0, name: 'sysmon.1', slots: [] }],
    kind: new Uint16Array(2),
    lastMs: Float64Array.of(0, 1000),
  } as unknown as EpochMeasure['batch'];
  return { source: 's', batch, ms: 3, late: 1, refused: 0, duplicates: 0, bytes: 100, lag: undefined, ...more };
}

const hunt = (opened: number): HuntGauges => ({
  hunt: 'h',
  alerts: { opened, revised: 0, retracted: 0, suppressed: 0 },
  rows: 1,
  held: 3,
  members: 2,
  spentMs: 1500,
  failed: false,
});

const scope = (hunts: () => readonly HuntGauges[]): MeteredScope => ({
  awaited: [],
  graph: { size: 7, contentHits: 5 },
  coverage: () => [],
  hunts,
});

/** Names in a query that are metrics of ours or of the process. */
const namesIn = (query: string): string[] => query.match(/\b(?:windhover|process|nodejs)_[a-z_]+/g) ?? [];

describe('metrics of a run', () => {
  test('what epochs took and counted', async () => {
    const metrics = make();
    metrics.epoch(measure());
    metrics.epoch(measure({ lag: { topic: 't', partition: 1, messages: 9 } }));
    const text = await metrics.registry.metrics();
    expect(text).toContain('windhover_records_total{source="s",format="sysmon"} 4');
    expect(text).toContain('windhover_ignored_total{source="s"} 10');
    expect(text).toContain('windhover_late_total{source="s"} 2');
    expect(text).toContain('windhover_read_bytes_total{source="s"} 200');
    expect(text).toContain('windhover_source_event_lag_seconds{source="s"} 60');
    expect(text).toContain('windhover_source_lag_records{source="s",topic="t",partition="1"} 9');
    expect(text).toContain('windhover_epoch_seconds_count 2');
    expect(text).toContain('windhover_sink_sent_total{sink="log"} 3');
    expect(text).toContain('windhover_state_bytes 4096');
  });

  test('a source that falls silent, and goes on', async () => {
    const metrics = make();
    metrics.silent('s', true);
    expect(await metrics.registry.metrics()).toContain('windhover_source_silent{source="s"} 1');
    metrics.silent('s', false);
    expect(await metrics.registry.metrics()).toContain('windhover_source_silent{source="s"} 0');
  });

  test('input that waits for the disk of the state, and goes on', async () => {
    const metrics = make();
    for (const waits of [0, 1, 0]) {
      metrics.waitsForDisk(waits === 1);
      metrics.round();
      expect(await metrics.registry.metrics()).toContain(`windhover_input_waits_for_disk ${waits}\n`);
    }
  });

  test('what hunts hold is read when asked, and once, however often; what has ended stays', async () => {
    const metrics = make();
    let opened = 1;
    const running = scope(() => [hunt(opened)]);
    metrics.opened(running);
    await metrics.registry.metrics();
    opened = 4;
    expect(await metrics.registry.metrics()).toContain('windhover_alerts_total{hunt="h",status="opened"} 4');
    metrics.closed(running);
    opened = 99;
    const text = await metrics.registry.metrics();
    expect(text).toContain('windhover_alerts_total{hunt="h",status="opened"} 4');
    expect(text).toContain('windhover_hunt_seconds_total{hunt="h"} 1.5');
    expect(text).toContain('windhover_entities 0');
    expect(text).toContain('windhover_content_hits_total 5');
  });

  test('a round of other hunts: counters go on, and what is gone holds nothing', async () => {
    const metrics = make();
    const [first, second] = [scope(() => [hunt(4), { ...hunt(1), hunt: 'gone' }]), scope(() => [hunt(5)])];
    metrics.round();
    metrics.opened(first);
    metrics.epoch(measure({ lag: { topic: 't', partition: 1, messages: 9 } }));
    metrics.degraded('s', true);
    metrics.canary('gone', true);
    expect(await metrics.registry.metrics()).toContain('windhover_hunt_alive{hunt="gone"} 1');
    metrics.closed(first);
    metrics.round();
    metrics.opened(second);
    const text = await metrics.registry.metrics();
    expect(text).toContain('windhover_records_total{source="s",format="sysmon"} 2');
    expect(text).toContain('windhover_alerts_total{hunt="h",status="opened"} 9');
    expect(text).toContain('windhover_alerts_total{hunt="gone",status="opened"} 1');
    expect(text).toContain('windhover_hunt_seconds_total{hunt="h"} 3');
    expect(text).toContain('windhover_hunt_seconds_total{hunt="gone"} 1.5');
    expect(text).toContain('windhover_hunt_members{hunt="h"} 2');
    expect(text).not.toContain('windhover_hunt_members{hunt="gone"}');
    expect(text).not.toContain('windhover_hunt_alive{');
    expect(text).toContain('windhover_canary_turns_total{hunt="gone"} 1');
    expect(text).not.toContain('windhover_source_degraded{source="s"} 1');
    expect(text).not.toContain('windhover_source_lag_records{');
  });

  test('holes are read when asked, summed over the scopes of a source, and stay when a scope has ended', async () => {
    const metrics = make();
    const holed = (id: string, holes: number): MeteredScope => ({
      ...scope(() => [{ ...hunt(0), hunt: id }]),
      coverage: () => [{ source: 's', cause: 'expired', holes, missing: holes * 10 }],
    });
    const first = holed('a', 1);
    metrics.opened(first);
    metrics.opened(holed('b', 2));
    const said = 'windhover_coverage_holes_total{source="s",cause="expired"} 3';
    await metrics.registry.metrics();
    expect(await metrics.registry.metrics()).toContain(said);
    metrics.closed(first);
    expect(await metrics.registry.metrics()).toContain(said);
    // Opened again it goes on with what its state holds.
    metrics.opened(holed('a', 4));
    const text = await metrics.registry.metrics();
    expect(text).toContain('windhover_coverage_holes_total{source="s",cause="expired"} 6');
    expect(text).toContain('windhover_coverage_missing_total{source="s",cause="expired"} 60');
  });

  test('two runs in one process share nothing', async () => {
    const [one, other] = [make(), make()];
    one.epoch(measure());
    expect(await other.registry.metrics()).not.toContain('windhover_records_total{');
  });

  test('partitions are bounded', async () => {
    const metrics = make();
    for (let partition = 0; partition < 2100; partition++)
      metrics.epoch(measure({ lag: { topic: 't', partition, messages: 1 } }));
    expect((await metrics.registry.metrics()).match(/^windhover_source_lag_records\{/gm)).toHaveLength(2000);
  });

  test('the page of operation tells every metric with its type and labels, and no other', async () => {
    const told = [...read('docs/operations.md').matchAll(/^\| `(windhover_\w+)` +\| (\w+) +\| ([\w, ]*?) *\|/gm)].map(
      ([, name, type, labels]) => ({ name, type, labels }),
    );
    const there = make()
      .registry.getMetricsAsArray()
      .map(
        (metric) => metric as unknown as { name: string; type?: string; labelNames: string[]; constructor: Function },
      )
      .filter(({ name }) => name.startsWith('windhover_'))
      .map(({ name, constructor, labelNames }) => ({
        name,
        type: constructor.name.toLowerCase(),
        labels: labelNames.filter((label) => label !== 'le').join(', '),
      }));
    const byName = (a: { name: string | undefined }, b: { name: string | undefined }): number =>
      String(a.name) < String(b.name) ? -1 : 1;
    expect(told.sort(byName)).toEqual(there.sort(byName));
  });

  test('rules and dashboard ask for metrics that there are', () => {
    const names = new Set<string>();
    for (const metric of make().registry.getMetricsAsArray()) {
      const { name, constructor } = metric as unknown as { name: string; constructor: Function };
      names.add(name);
      if (constructor.name === 'Histogram') for (const end of ['bucket', 'sum', 'count']) names.add(`${name}_${end}`);
    }
    const rules = parse(read('deploy/prometheus/rules.yaml')) as {
      groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
    };
    const dashboard = JSON.parse(read('deploy/grafana/windhover.json')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const queries = [
      ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    const alerts = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));
    expect(alerts.filter((name, i) => alerts.indexOf(name) !== i)).toEqual([]);
    const asked = queries.flatMap(namesIn);
    expect(queries.length).toBeGreaterThan(30);
    expect(queries.filter((query) => namesIn(query).length === 0)).toEqual(['up{job="windhover"} == 0']);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
    expect(namesIn('rate(windhover_gone_total[5m])').filter((name) => !names.has(name))).toHaveLength(1);
  });
});
