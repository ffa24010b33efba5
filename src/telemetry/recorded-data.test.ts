import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileByteSource } from '../sources/file-byte-source.ts';
import { LineBatchReader } from './line-batch-reader.ts';
import type { RecordBatch } from './record-batch.ts';
import { ALL_SHAPES, decodeOptions, demandOf } from './testing/lines.ts';

const DATA = resolve(process.env['WINDHOVER_DATA'] ?? '../shared/data');

interface Totals {
  format: string;
  records: number;
  ignored: number;
  undecodable: number;
  readonly kinds: Record<string, number>;
  readonly ids: Set<string>;
}

async function read(path: string, each: (batch: RecordBatch, row: number) => void = () => undefined): Promise<Totals> {
  const demand = { ...demandOf(['process', 'x-oca-event'], ['process.parent_ref']), recordIds: true };
  const reader = new LineBatchReader(new FileByteSource('s', path, DATA), decodeOptions({ demand }), ALL_SHAPES);
  const totals: Totals = { format: '', records: 0, ignored: 0, undecodable: 0, kinds: {}, ids: new Set() };
  for await (const batch of reader.batches()) {
    totals.records += batch.size;
    totals.ignored += batch.ignored;
    totals.undecodable += batch.undecodable;
    for (let row = 0; row < batch.size; row++) {
      const kind = batch.kinds[batch.kind[row] as number];
      if (kind === undefined) throw new Error('a row without a kind');
      const id = kind.name.split('.')[1] as string;
      totals.kinds[id] = (totals.kinds[id] ?? 0) + 1;
      const event = kind.slots.find((slot) => slot.role === 'event');
      totals.ids.add(event?.identityKey(row) ?? '');
      each(batch, row);
    }
  }
  totals.format = reader.format;
  return totals;
}

/** Rows of a table of the data's README whose first cell begins so, as cells. */
function rowsOf(prefix: string): string[][] {
  const text = readFileSync(join(DATA, 'README.md'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith(`| ${prefix}`))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe.skipIf(!existsSync(join(DATA, 'sysflow-ecs')))('recorded SysFlow documents', () => {
  const folder = join(DATA, 'sysflow-ecs');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ndjson.gz')) : [];

  it('all of them, and no two with one id but an alert and its event', async () => {
    const table = readFileSync(join(DATA, 'README.md'), 'utf8').split('| trace | events docs | alert docs |')[1] ?? '';
    const counts = new Map(
      [...table.matchAll(/^\| (\S+) \| (\d+) \| (\d+) \|$/gmu)].map(([, trace, events, alerts]) => [
        trace,
        { events: Number(events), alerts: Number(alerts) },
      ]),
    );
    expect(counts.size).toBe(files.length / 2);
    const ids = new Set<string>();
    let events = 0;
    for (const [trace, count] of counts) {
      for (const stream of ['events', 'alerts'] as const) {
        const totals = await read(`sysflow-ecs/${String(trace)}.${stream}.ndjson.gz`);
        const kubernetes = trace === 'k8s_small' && stream === 'events' ? 4 : 0;
        expect([trace, totals.records, totals.ignored, totals.undecodable]).toEqual([
          trace,
          count[stream] - kubernetes,
          kubernetes,
          0,
        ]);
        if (stream === 'events') events += totals.records;
        for (const id of totals.ids) ids.add(id);
      }
    }
    // Two encodings of one capture have equal records.
    expect(ids.size).toBe(events - (counts.get('tcp-v1')?.events ?? 0));
  });
});

describe.skipIf(!existsSync(join(DATA, 'sysmon')))('recorded Sysmon events', () => {
  const rows = existsSync(join(DATA, 'README.md')) ? rowsOf('sysmon/').filter((row) => row.length === 10) : [];

  it.each(rows.map((row) => [row[0] as string, row] as const))('%s', async (path, row) => {
    const totals = await read(path);
    const kinds = Object.fromEntries(
      (row[4] as string).split(' ').map((pair) => {
        const [id, count] = pair.split(':');
        return [id as string, Number(count)];
      }),
    );
    expect(totals.records).toBe(Number(row[3]));
    expect(totals.records + totals.ignored).toBe(Number(row[2]));
    expect(totals.undecodable).toBe(0);
    expect(totals.kinds).toEqual(kinds);
  });

  it('the children of the scheduler', async () => {
    const scheduler = '3ddc5665-e7cd-5f51-1800-000000000500';
    const children = new Set<string>();
    await read('sysmon/empire_persistence_registry_modification_run_keys_standard_user.ndjson.gz', (batch, row) => {
      const slots = batch.kinds[batch.kind[row] as number]?.slots ?? [];
      const parent = slots.find((slot) => slot.role === 'parent' && slot.present[row] === 1);
      if (parent?.identityKey(row) === scheduler) children.add(slots[0]?.identityKey(row) ?? '');
    });
    expect(children.size).toBe(7);
  });

  it('the duplicates of the Sentinel file', async () => {
    const totals = await read('sysmon/sysmon_log4shell_cve2021_44228_java_serialized_object.ndjson.gz');
    expect([totals.format, totals.records - totals.ids.size]).toEqual(['sentinel', 100]);
  });

  it('events 3 of a host whose clock for them is days behind fall into the recording', async () => {
    let least = Infinity;
    await read('sysmon/empire_enable_rdp.ndjson.gz', (batch, row) => {
      least = Math.min(least, batch.firstMs[row] as number);
    });
    expect(least).toBeGreaterThan(Date.UTC(2019, 4, 18));
  });
});
