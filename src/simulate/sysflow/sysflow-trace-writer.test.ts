import avsc from 'avsc';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRaw } from 'node:zlib';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { simulated } from '../testing/simulated.ts';
import { SYSFLOW_TRACE_SCHEMA } from './sysflow-trace-schema.ts';

type Fields = Readonly<Record<string, unknown>>;

const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

/** Records of a trace in order, read by another implementation of Avro. */
async function decoded(trace: Buffer): Promise<{ readonly type: string; readonly fields: Fields }[]> {
  const decoder = new avsc.streams.BlockDecoder({
    parseHook: (schema) => avsc.Type.forSchema(schema, { registry: { long } }),
    codecs: { deflate: (data, done) => inflateRaw(data, done) },
  });
  const records: { type: string; fields: Fields }[] = [];
  decoder.on('data', ({ rec }: { rec: Record<string, Fields> }) => {
    const [type = '', fields = {}] = Object.entries(rec)[0] ?? [];
    records.push({ type: type.slice(type.lastIndexOf('.') + 1), fields });
  });
  const done = new Promise((ended, failed) => decoder.on('end', ended).on('error', failed));
  decoder.end(trace);
  await done;
  return records;
}

interface Oid {
  readonly createTS: bigint;
  readonly hpid: bigint;
}

const keyOf = (oid: unknown): string => `${(oid as Oid).createTS} ${(oid as Oid).hpid}`;
const isoOf = (nanos: unknown): string => {
  const text = String((nanos as bigint) % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${new Date(Number((nanos as bigint) / 1_000_000_000n) * 1000).toISOString().slice(0, 19)}${text === '' ? '' : `.${text}`}Z`;
};
const addressOf = (value: unknown): string =>
  [0, 8, 16, 24].map((bits) => ((value as number) >>> bits) & 255).join('.');

/** What an ECS document and a record of a trace both say, the trace's references followed to the newest entity. */
function summaries(records: readonly { readonly type: string; readonly fields: Fields }[]): string[] {
  const processes = new Map<string, Fields>();
  const files = new Map<string, Fields>();
  const containers = new Map<string, Fields>();
  const found: string[] = [];
  for (const { type, fields } of records) {
    if (type === 'Process') processes.set(keyOf(fields['oid']), fields);
    else if (type === 'File') files.set((fields['oid'] as Buffer).toString('hex'), fields);
    else if (type === 'Container') containers.set(fields['id'] as string, fields);
    if (fields['procOID'] === undefined) continue;
    const process = processes.get(keyOf(fields['procOID'])) as Fields;
    const parent = process['poid'] === null ? undefined : (processes.get(keyOf(process['poid'])) as Fields);
    const file = fields['fileOID'] === undefined ? undefined : files.get((fields['fileOID'] as Buffer).toString('hex'));
    const container = process['containerId'] === null ? undefined : containers.get(process['containerId'] as string);
    found.push(
      JSON.stringify([
        isoOf(fields['ts']),
        isoOf(fields['endTs'] ?? fields['ts']),
        { ProcessEvent: 'PE', FileEvent: 'FE', FileFlow: 'FF', NetworkFlow: 'NF' }[type],
        fields['ret'] ?? null,
        Number((fields['procOID'] as Oid).hpid),
        isoOf((fields['procOID'] as Oid).createTS),
        `${process['exe'] as string} ${process['exeArgs'] as string}`,
        process['userName'],
        parent === undefined ? 0 : Number((parent['oid'] as Oid).hpid),
        container === undefined
          ? null
          : [container['id'], container['name'], container['image'], container['privileged']],
        file?.['path'] ?? null,
        fields['sip'] === undefined
          ? null
          : [addressOf(fields['sip']), fields['sport'], addressOf(fields['dip']), fields['dport']],
        [Number(fields['numRRecvBytes'] ?? 0n) * 2, Number(fields['numWSendBytes'] ?? 0n) * 2],
      ]),
    );
  }
  return found;
}

function summaryOf(line: string): string {
  const document = JSON.parse(line) as Record<string, Record<string, never>>;
  const { event, process, user, container, file, source, destination, sf_file_action: action } = document;
  const { image, ...own } = (container ?? {}) as { image?: { name: string } } & Fields;
  return JSON.stringify([
    document['@timestamp'],
    event?.['end'],
    event?.['sf_type'],
    event?.['sf_ret'] ?? null,
    process?.['pid'],
    process?.['start'],
    process?.['command_line'],
    user?.['name'],
    (process?.['parent'] as Fields | undefined)?.['pid'],
    container === undefined ? null : [own['id'], own['name'], image?.name, own['sf_privileged']],
    file?.['path'] ?? null,
    source === undefined ? null : [source['ip'], source['port'], destination?.['ip'], destination?.['port']],
    source === undefined
      ? [action?.['bytes_read'] ?? 0, action?.['bytes_written'] ?? 0]
      : [destination?.['bytes'], source['bytes']],
  ]);
}

describe('traces', () => {
  const options = { attacks: { 'node-exploit': 1, 'web-shell': 1 }, windowsHosts: 0, clockSkewMs: 3000 };
  const { trace } = simulated({ ...options, linuxFormat: 'sf' });
  let records: Awaited<ReturnType<typeof decoded>> = [];
  beforeAll(async () => {
    records = await decoded(trace);
  });

  it('say what the documents of the same seed say, in the same order; alert copies aside', () => {
    const lines = simulated(options).lines.get('sysflow-ecs') ?? [];
    const documents = lines.filter((line) => !line.includes('"tags":'));
    expect(documents.length).toBeGreaterThan(1500);
    expect(summaries(records)).toEqual(documents.map(summaryOf));
  });

  it('begin with a header, and have every entity before the first record that refers to it', () => {
    expect(records[0]).toMatchObject({ type: 'SFHeader', fields: { version: 5n, exporter: 'web-01', ip: 'NA' } });
    expect(records.filter(({ type }) => type === 'SFHeader')).toHaveLength(1);
    const known = new Set<string>();
    for (const { type, fields } of records) {
      if (type === 'Process') {
        if (fields['poid'] !== null) expect(known).toContain(keyOf(fields['poid']));
        if (fields['containerId'] !== null) expect(known).toContain(fields['containerId']);
        known.add(keyOf(fields['oid']));
      } else if (type === 'File') known.add((fields['oid'] as Buffer).toString('hex'));
      else if (type === 'Container') known.add(fields['id'] as string);
      if (fields['procOID'] !== undefined) expect(known).toContain(keyOf(fields['procOID']));
      if (fields['fileOID'] !== undefined) expect(known).toContain((fields['fileOID'] as Buffer).toString('hex'));
    }
  });

  it('say the same when records come late and twice: each carries its process as it was', async () => {
    const disturbed = { ...options, duplicates: 0.1, late: { share: 0.3, maxMs: 5000 } };
    const late = await decoded(simulated({ ...disturbed, linuxFormat: 'sf' }).trace);
    expect(new Set(summaries(late))).toEqual(new Set(summaries(records)));
    expect(summaries(late).length).toBeGreaterThan(summaries(records).length);
  });

  it('are the same for the same seed', () => {
    expect(simulated({ ...options, linuxFormat: 'sf' }).trace.equals(trace)).toBe(true);
  });
});

const recordings = process.env['WINDHOVER_DATA'];
test.skipIf(recordings === undefined)('the schema is that of SysFlow 5, name by name', () => {
  const original = JSON.parse(
    readFileSync(join(recordings ?? '', 'sysflow/schema/writer-v5.avsc'), 'utf8'),
  ) as avsc.Schema;
  const own = JSON.parse(SYSFLOW_TRACE_SCHEMA) as avsc.Schema;
  const shape = (schema: avsc.Schema): unknown => avsc.Type.forSchema(schema, { registry: { long } }).schema();
  expect(shape(own)).toEqual(shape(original));
});
