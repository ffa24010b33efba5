import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileByteSource } from '../../sources/file-byte-source.ts';
import { AvroContainer } from '../avro/avro-container.ts';
import { AvroCursor } from '../avro/avro-cursor.ts';
import { AvroReaders } from '../avro/avro-readers.ts';
import type { AvroType } from '../avro/avro-type.ts';
import { parseAvroSchema } from '../avro/parse-avro-schema.ts';
import { snapshotOf, type PlainMention, type PlainRecord } from '../batch-snapshot.ts';
import { openBatches } from '../open-batches.ts';
import { avscType } from '../testing/avro-container.ts';
import { decodeOptions, wholeDemand } from '../testing/lines.ts';
import { traceBranches } from './trace-schema.ts';

const DATA = resolve(process.env['WINDHOVER_DATA'] ?? '../shared/data');
const HERE = existsSync(join(DATA, 'sysflow'));

interface Row {
  readonly path: string;
  readonly datums: number;
  readonly entities: readonly number[];
  /** PE, FE, NF, FF, K8sE. */
  readonly events: readonly number[];
}

/** The table of traces in the data's README. */
function rows(): Row[] {
  if (!HERE) return [];
  return readFileSync(join(DATA, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| sysflow/') && line.split('|').length > 10)
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      const numbers = (from: number, to: number): number[] => cells.slice(from, to).map(Number);
      return {
        path: cells[1] as string,
        datums: Number(cells[5]),
        entities: (cells[7] as string).split('/').map(Number),
        events: numbers(8, 13),
      };
    });
}

function source(path: string): FileByteSource {
  return new FileByteSource('s', path, DATA);
}

const demand = { ...wholeDemand(), recordIds: true };

/** Ids of all records, and the records of every n-th batch: taking a batch apart is slow. */
async function* recordsOf(
  path: string,
  every: number,
): AsyncGenerator<{ record: PlainRecord | undefined; id: string }> {
  const reader = await openBatches(source(path), decodeOptions({ demand }));
  let batches = 0;
  for await (const batch of reader.batches()) {
    const records = batches++ % every === 0 ? snapshotOf(batch) : [];
    for (let row = 0; row < batch.size; row++) yield { record: records[row], id: batch.recordId(row) };
  }
}

/** Says of a pair of mentions where they differ; the trace knows a few things that the documents do not. */
function differences(own: PlainMention | undefined, other: PlainMention | undefined, role: string): string[] {
  if (own === undefined || other === undefined)
    return [`${role}: only in the ${own === undefined ? 'documents' : 'trace'}`];
  const names = new Set([...Object.keys(own.attributes), ...Object.keys(other.attributes)]);
  for (const known of ['x_tty', 'x_entry', 'x_sf_opflags']) if (!(known in other.attributes)) names.delete(known);
  const found = [...names].filter(
    (name) => JSON.stringify(own.attributes[name]) !== JSON.stringify(other.attributes[name]),
  );
  if (own.key !== other.key) found.push('key');
  if (JSON.stringify(own.references) !== JSON.stringify(other.references)) found.push('references');
  return found.map((name) => `${role}.${name}`);
}

describe.skipIf(!HERE)('recorded traces', () => {
  it('there are eleven of them', () => {
    expect(rows()).toHaveLength(11);
  });

  it.each(rows())('$path: $datums datums, as many of each kind as counted, all as avsc reads them', async (row) => {
    const container = new AvroContainer(source(row.path));
    const cursor = new AvroCursor();
    const counts = new Map<string, number>();
    let datums = 0;
    let oracle: ReturnType<typeof avscType> | undefined;
    let read: ((cursor: AvroCursor) => unknown) | undefined;
    for await (const block of container.blocks()) {
      expect(block.damage).toBeUndefined();
      const schema = container.schema;
      if (schema?.kind !== 'record') throw new Error('no schema');
      read ??= new AvroReaders().reader(schema);
      oracle ??= avscType(schemaTextOf(row.path), true);
      const top = schema.fields[0]?.type;
      const branches = top?.kind === 'union' ? top.branches : [];
      cursor.reset(block.data);
      let at = 0;
      for (let i = 0; i < block.count; i++) {
        const branch = branches[(block.data[at] as number) >>> 1];
        const name = branch?.kind === 'record' ? branch.name : '';
        counts.set(name, (counts.get(name) ?? 0) + 1);
        cursor.startDatum();
        const own = read(cursor);
        const { value, offset } = oracle.decode(block.data, at);
        if (!same(schema, own, value)) expect(own).toEqual(value);
        expect(offset).toBe(cursor.at);
        at = offset;
        datums++;
      }
      expect(at).toBe(block.data.length);
    }
    const count = (name: string): number => counts.get(`sysflow.${name}`) ?? 0;
    expect(datums).toBe(row.datums);
    expect(['Process', 'Container', 'File', 'Pod'].map((name) => count(`entity.${name}`))).toEqual(row.entities);
    const events = ['event.ProcessEvent', 'event.FileEvent', 'flow.NetworkFlow', 'flow.FileFlow', 'event.K8sEvent'];
    expect(events.map(count)).toEqual(row.events);
  });

  it.each(rows())('$path: records, ids, times and entities of its ECS documents', { timeout: 240_000 }, async (row) => {
    const documents = `sysflow-ecs/${row.path.slice('sysflow/'.length, -'.sf'.length).replace('/', '-')}.events.ndjson.gz`;
    const every = process.env['WINDHOVER_LONG'] !== '1' && row.datums > 7000 ? 7 : 1;
    const others = recordsOf(documents, every);
    const found = new Map<string, number>();
    let records = 0;
    for await (const { record, id } of recordsOf(row.path, every)) {
      records++;
      const other = (await others.next()).value as { record: PlainRecord | undefined; id: string };
      if (id !== other.id) expect([records, id]).toEqual([records, other.id]);
      if (record === undefined || other.record === undefined) continue;
      const frame = ({ kind, host, first, last }: PlainRecord): unknown => ({ kind, host, first, last });
      expect(frame(record)).toEqual(frame(other.record));
      const mentions = ({ mentions: all }: PlainRecord): Map<string, PlainMention> =>
        new Map(all.map((one) => [`${one.role} ${one.type}`, one]));
      const [own, theirs] = [mentions(record), mentions(other.record)];
      for (const role of new Set([...own.keys(), ...theirs.keys()])) {
        for (const text of differences(own.get(role), theirs.get(role), role))
          found.set(text, (found.get(text) ?? 0) + 1);
      }
    }
    expect((await others.next()).done).toBe(true);
    const [events, files, network, flows] = row.events as [number, number, number, number];
    expect(records).toBe(events + files + network + flows);
    // All that record-level membership may differ in. The processor looks a parent up once: in one trace 106 documents still
    // know nothing of a parent that the trace has spoken of by then.
    const stale = {
      'parent process.name': 106,
      'parent process.command_line': 106,
      'parent process.x_args': 106,
      'parent process.references': 106,
      'parent-binary file: only in the trace': 106,
      'parent-binary-directory directory: only in the trace': 106,
    };
    expect(Object.fromEntries(found)).toEqual(row.path === 'sysflow/k8s_small.sf' ? stale : {});
  });

  const schemas = HERE ? readdirSync(join(DATA, 'sysflow/schema')).filter((name) => name.startsWith('writer-')) : [];
  it.each(schemas)('the schema %s has readers for every record', (name) => {
    const branches = traceBranches(parseAvroSchema(readFileSync(join(DATA, 'sysflow/schema', name), 'utf8')));
    const kinds = branches.flatMap((branch) => (branch.what === 'record' ? [branch.kind] : []));
    expect(kinds.toSorted()).toEqual(['FE', 'FF', 'NF', 'PE']);
    expect(branches.filter((branch) => branch.what === 'entity').length).toBeGreaterThanOrEqual(4);
  });
});

function schemaTextOf(path: string): unknown {
  const bytes = readFileSync(join(DATA, path));
  const start = bytes.indexOf('{"type"');
  for (let end = bytes.indexOf('}', start); ; end = bytes.indexOf('}', end + 1)) {
    try {
      return JSON.parse(bytes.toString('utf8', start, end + 1)) as unknown;
    } catch {
      // Not the end yet.
    }
  }
}

/** Is it what avsc gives, which puts values of unions under the name of their branch? */
function same(type: AvroType, own: unknown, oracle: unknown): boolean {
  switch (type.kind) {
    case 'union': {
      if (own === null || oracle === null) return own === oracle;
      const [name, value] = Object.entries(oracle as object)[0] as [string, unknown];
      const branch = type.branches.find((each) => ('name' in each ? each.name : each.kind) === name);
      return branch !== undefined && same(branch, own, value);
    }
    case 'record':
      return type.fields.every(({ name, type: field }) =>
        same(field, (own as Record<string, unknown>)[name], (oracle as Record<string, unknown>)[name]),
      );
    case 'array': {
      const [ours, theirs] = [own as unknown[], oracle as unknown[]];
      return ours.length === theirs.length && ours.every((item, i) => same(type.items, item, theirs[i]));
    }
    case 'map': {
      const [ours, theirs] = [Object.entries(own as object), Object.entries(oracle as object)];
      return (
        ours.length === theirs.length &&
        ours.every(([key, value], i) => key === theirs[i]?.[0] && same(type.values, value, theirs[i][1]))
      );
    }
    case 'fixed':
    case 'bytes':
      return (own as Buffer).equals(oracle as Buffer);
    default:
      return own === oracle;
  }
}
