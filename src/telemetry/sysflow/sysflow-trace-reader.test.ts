import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../errors/windhover-error.ts';
import type { DecodeOptions } from '../decoder.ts';
import { openBatches } from '../open-batches.ts';
import { containerOf, SYNC, traceDatums, traceOf, type TraceRecord } from '../testing/avro-container.ts';
import { decodeOptions, demandOf, mention, plainBatches, roles, sourceOf, type PlainBatch } from '../testing/lines.ts';
import * as made from '../testing/trace-records.ts';
import { sysflowSchema } from './sysflow-schema.ts';

const RECORDS = 8;
/** Little to lay out, for tests that open a trace again and again. */
const LITTLE = { demand: { ...demandOf(['process']), recordIds: true } };

async function read(bytes: Uint8Array, options: Partial<DecodeOptions> = {}, chunk?: number): Promise<PlainBatch[]> {
  return plainBatches(await openBatches(sourceOf(bytes, chunk), decodeOptions(options)));
}

function total(batches: readonly PlainBatch[]): { records: number; ignored: number; undecodable: number } {
  const sum = (of: (batch: PlainBatch) => number): number => batches.reduce((so, batch) => so + of(batch), 0);
  return {
    records: sum((batch) => batch.records.length),
    ignored: sum((batch) => batch.ignored),
    undecodable: sum((batch) => batch.undecodable),
  };
}

async function recordsOf(records: readonly TraceRecord[]): Promise<PlainBatch['records']> {
  return (await read(traceOf(records))).flatMap((batch) => batch.records);
}

async function idsOf(bytes: Uint8Array): Promise<string[]> {
  return (await read(bytes)).flatMap((batch) => batch.ids);
}

describe('a SysFlow trace', () => {
  it('gives events and flows joined with their entities', async () => {
    const reader = await openBatches(sourceOf(traceOf(made.smallTrace())), decodeOptions());
    const batches = await plainBatches(reader);
    expect(reader.format).toBe('sysflow-avro');
    expect(total(batches)).toEqual({ records: RECORDS, ignored: 1, undecodable: 0 });
    const [event] = batches[0]?.records ?? [];
    if (event === undefined) throw new Error('no record');
    expect(event).toMatchObject({
      kind: 'sysflow.PE',
      host: 'Node-1',
      first: '2024-05-01T10:00:00.001000007Z',
      last: '2024-05-01T10:00:00.001000007Z',
    });
    expect(mention(event, 'process')).toMatchObject({
      key: 'Node-1|70|1714557600000000070',
      attributes: {
        pid: 70,
        name: 'sh',
        command_line: '/bin/sh -c id',
        created: '2024-05-01T10:00:00.00000007Z',
        'host.ip': ['10.0.0.1'],
        'container.name': 'shop',
        'container.runtime': 'DOCKER',
        'pod.name': 'shop-0',
        'orchestrator.namespace': 'store',
      },
      references: { parent_ref: 'Node-1|60|1714557600000000060', creator_user_ref: 'Node-1|c1|root' },
    });
    expect(mention(event, 'parent')).toMatchObject({ authority: 0, attributes: { name: 'node', x_args: 'app.js' } });
    expect(mention(event, 'event').attributes).toMatchObject({
      action: 'process-start',
      x_sf_opflags: ['EXEC'],
      x_sf_ret: 0,
      duration: 0,
    });
  });

  it('names what it ignores', async () => {
    const reader = await openBatches(sourceOf(traceOf([...made.smallTrace(), made.k8sEvent()])), decodeOptions());
    const named = new Map<string, number>();
    for await (const { ignoredAs } of reader.batches()) {
      for (const [what, count] of ignoredAs ?? []) named.set(what, (named.get(what) ?? 0) + count);
    }
    expect([...named]).toEqual([['Kubernetes events', 2]]);
  });

  it('joins with the newest record of a process: exec keeps its id', async () => {
    const records = await recordsOf(made.smallTrace());
    const names = records.map((record) => mention(record, 'process').attributes['name']);
    expect(names).toEqual(['sh', 'sh', 'sh', 'sh', 'id', 'node', 'node', 'node']);
  });

  it('counts once, and gives what flows read to the destination', async () => {
    const records = await recordsOf(made.smallTrace());
    const flow = records.find((record) => record.kind === 'sysflow.FF');
    const connection = records.find((record) => record.kind === 'sysflow.NF');
    if (flow === undefined || connection === undefined) throw new Error('no flow');
    expect(mention(flow, 'file').attributes).toMatchObject({
      path: '/tmp/a',
      x_sf_bytes_read: 300,
      x_sf_bytes_written: 100,
      x_sf_read_ops: 3,
      x_sf_write_ops: 1,
    });
    expect([flow.first, flow.last]).toEqual(['2024-05-01T10:00:00.002000007Z', '2024-05-01T10:00:00.022Z']);
    expect(mention(connection, 'connection').attributes).toMatchObject({
      src_port: 40_000,
      dst_port: 443,
      src_byte_count: 100,
      dst_byte_count: 300,
      x_byte_count: 400,
      protocols: ['tcp'],
      x_iana_number: '6',
    });
    expect(mention(connection, 'source').key).toBe('127.0.0.1');
    expect(mention(connection, 'destination').key).toBe('104.244.42.194');
  });

  it('links files', async () => {
    const record = (await recordsOf(made.smallTrace())).find((each) => each.kind === 'sysflow.FE');
    if (record === undefined) throw new Error('no event');
    expect(mention(record, 'file').attributes).toMatchObject({ path: '/tmp/a', x_target_path: '/tmp/b.txt' });
    expect(mention(record, 'event').attributes).toMatchObject({ action: 'file-rename' });
  });

  it('knows a process without a record, and a parent that is gone, by their ids', async () => {
    const [alone, orphan] = await recordsOf([
      made.header(),
      made.processEvent(9, 1),
      made.process(70, 60),
      made.processEvent(70, 2),
    ]);
    if (alone === undefined || orphan === undefined) throw new Error('no records');
    expect(mention(alone, 'process').attributes).toMatchObject({ pid: 9 });
    expect(roles(alone)).not.toContain('binary');
    expect(mention(orphan, 'parent').attributes).toMatchObject({ pid: 60 });
  });

  it('takes a creation time of 0 for unknown, and keeps the nanoseconds of another', async () => {
    const [unknown, known] = await recordsOf([
      made.header(),
      made.processEvent(9, 1, { procOID: made.oid(9, 0n) }),
      made.processEvent(9, 1, { procOID: made.oid(9, 1_531_776_715_040_686_177n) }),
    ]);
    expect(unknown?.mentions[0]?.key).toBe('Node-1|9|0');
    expect(unknown?.mentions[0]?.attributes).not.toHaveProperty('created');
    expect(known?.mentions[0]?.key).toBe('Node-1|9|1531776715040686177');
  });

  it('forgets at a header what the segment before has said', async () => {
    const records = await recordsOf([
      made.header(),
      made.process(70, undefined),
      made.processEvent(70, 1),
      made.header({ exporter: 'Node-2' }),
      made.processEvent(70, 2),
    ]);
    expect(records.map((record) => [record.host, mention(record, 'process').attributes['name']])).toEqual([
      ['Node-1', 'p70'],
      ['Node-2', undefined],
    ]);
  });

  it('keeps the digits of counters beyond 2^53', async () => {
    const [record] = await recordsOf([made.header(), made.networkFlow(9, 1, { numRRecvBytes: 2n ** 62n + 1n })]);
    if (record === undefined) throw new Error('no record');
    expect(mention(record, 'connection').attributes['dst_byte_count']).toBe('4611686018427387905');
  });

  it('reads the codec null, and any size of chunks and blocks alike', async () => {
    const whole = await idsOf(traceOf(made.smallTrace()));
    expect(new Set(whole).size).toBe(RECORDS);
    expect(await idsOf(traceOf(made.smallTrace(), { codec: 'null' }))).toEqual(whole);
    for (const perBlock of [1, 3, 100]) expect(await idsOf(traceOf(made.smallTrace(), { perBlock }))).toEqual(whole);
    const one = (await read(traceOf(made.smallTrace()), {}, 1)).flatMap((batch) => batch.ids);
    expect(one).toEqual(whole);
  });

  it('gives only what is demanded', async () => {
    const [batch] = await read(traceOf(made.smallTrace()), { demand: demandOf(['file']) });
    expect(batch?.records.map(roles)).toEqual([
      ['binary', 'parent-binary'],
      ['binary', 'parent-binary', 'file'],
      ['binary', 'parent-binary', 'file', 'target-file'],
      ['binary', 'parent-binary'],
      ['binary', 'parent-binary'],
      ['binary', 'file'],
      ['binary'],
      ['binary'],
    ]);
  });
});

describe('batches of a trace', () => {
  it('hold one record each for snapshots', async () => {
    const batches = await read(traceOf(made.smallTrace()), { batchSize: 1 });
    expect(batches.map((batch) => batch.records.length)).toEqual([...Array.from({ length: RECORDS }, () => 1), 0]);
    expect(total(batches).ignored).toBe(1);
  });

  it('end before they stretch over too much time', async () => {
    const batches = await read(traceOf(made.smallTrace()), { maxSpanMs: 30 });
    expect(batches.map((batch) => batch.records.length)).toEqual([3, 3, 2]);
  });

  it.each([1, 2, 3, 512])(
    'can be gone on with behind any of %i records, and count everything once',
    async (batchSize) => {
      for (const perBlock of [1, 4, 100]) {
        const bytes = traceOf(made.smallTrace(), { perBlock });
        const whole = await read(bytes, { batchSize });
        for (const [at, { after }] of whole.entries()) {
          const rest = await read(bytes, { batchSize, from: after });
          const before = total(whole.slice(0, at + 1));
          const behind = total(rest);
          expect(rest.flatMap((batch) => batch.records)).toEqual(whole.slice(at + 1).flatMap((batch) => batch.records));
          expect(rest.flatMap((batch) => batch.ids)).toEqual(whole.slice(at + 1).flatMap((batch) => batch.ids));
          expect(rest[0]?.position).toBe(before.records);
          expect(before.ignored + behind.ignored).toBe(1);
        }
      }
    },
  );

  it('go on in a block that was cut and is whole now', async () => {
    const bytes = traceOf(made.smallTrace(), { perBlock: 100, codec: 'null' });
    const first = await read(bytes.subarray(0, bytes.length - 150));
    const { after } = first.at(-1) as PlainBatch;
    const rest = await read(bytes, { from: after });
    expect(total(first)).toMatchObject({ undecodable: 1 });
    expect(total(first).records).toBeGreaterThan(0);
    expect(total(first).records + total(rest).records).toBe(RECORDS);
    expect(total(await read(bytes.subarray(0, bytes.length - 150), { from: after }))).toMatchObject({ undecodable: 0 });
  });

  it('locate a record by its block', async () => {
    const bytes = traceOf(made.smallTrace(), { perBlock: 100 });
    const [batch] = await read(bytes);
    const [offset, length] = batch?.offsets[0] ?? [0, 0];
    expect(offset + length).toBe(bytes.length);
    expect(new Set(batch?.offsets.map(String)).size).toBe(1);
  });
});

describe('bare datums', () => {
  it.each([4, 5] as const)('of schema version %i are the same trace', async (version) => {
    const records = [made.header({ version }), ...made.smallTrace().slice(1)];
    const bytes = Buffer.concat(traceDatums(records, version));
    const batches = await read(bytes);
    expect(batches.flatMap((batch) => batch.ids)).toEqual(await idsOf(traceOf(made.smallTrace())));
    expect((await read(bytes, {}, 1)).flatMap((batch) => batch.ids)).toEqual(batches.flatMap((batch) => batch.ids));
  });

  it('count up to the first that cannot be read; the rest is told', async () => {
    const datums = traceDatums(made.smallTrace());
    const broken = Buffer.concat([...datums.slice(0, 10), Buffer.from([0x7f]), ...datums.slice(10)]);
    expect(total(await read(broken))).toEqual({ records: 2, ignored: 1, undecodable: 1 });
    const cut = Buffer.concat(datums).subarray(0, -3);
    expect(total(await read(cut))).toEqual({ records: RECORDS - 1, ignored: 1, undecodable: 1 });
  });

  it('are cut into blocks by position, however they arrive', async () => {
    const many = Array.from({ length: 2500 }, (_, i) => made.fileFlow(70, '/tmp/a', i));
    const bytes = Buffer.concat(traceDatums([...made.smallTrace(), ...many]));
    const whole = await read(bytes, LITTLE);
    const pieces = await read(bytes, LITTLE, 777);
    expect(pieces.map((batch) => batch.after)).toEqual(whole.map((batch) => batch.after));
    const { after } = whole[4] as PlainBatch;
    expect(total(await read(bytes, { ...LITTLE, from: after })).records + after.records).toBe(2500 + RECORDS);
  });
});

describe('damage', () => {
  const bytes = traceOf(made.smallTrace(), { perBlock: 5 });

  it('a trace cut anywhere keeps its whole records in order and tells of the rest', async () => {
    const small = traceOf(made.smallTrace().slice(3, 10), { perBlock: 3 });
    const whole = await idsOf(small);
    const borders = new Set<number>();
    const head = small.indexOf(SYNC) + SYNC.length;
    for (let length = 4; length < small.length; length += length < head - 97 ? 97 : 1) {
      const batches = await read(small.subarray(0, length), LITTLE);
      const { records, undecodable } = total(batches);
      expect(batches.flatMap((batch) => batch.ids)).toEqual(whole.slice(0, records));
      expect(undecodable).toBeLessThanOrEqual(1);
      if (undecodable === 0) borders.add(length);
      expect(batches.at(-1)?.after.offset).toBe(undecodable === 0 && records === 0 && borders.size === 1 ? 0 : length);
    }
    // The end of the head, and of the first two blocks.
    expect(borders.size).toBe(3);
  });

  it(
    'a flipped bit never ends in anything but records, a count of damage, or a clear refusal',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(7)), { minLength: 1, maxLength: 4 }),
          fc.boolean(),
          async (flips, packed) => {
            const broken = Buffer.from(packed ? bytes : traceOf(made.smallTrace(), { perBlock: 5, codec: 'null' }));
            for (const [at, bit] of flips) broken[at] = (broken[at] as number) ^ (1 << bit);
            try {
              const { records } = total(await read(broken, LITTLE));
              expect(records).toBeLessThanOrEqual(RECORDS + made.smallTrace().length);
            } catch (error) {
              expect(error).toBeInstanceOf(SourceError);
            }
          },
        ),
        { numRuns: 150 },
      );
    },
  );

  it('a damaged block costs its own records only', async () => {
    const datums = made.smallTrace();
    const blocks = [
      traceOf(datums.slice(0, 10), { perBlock: 5 }).length,
      traceOf(datums.slice(0, 15), { perBlock: 5 }).length,
    ];
    const broken = Buffer.from(bytes);
    broken.fill(0xff, (blocks[0] as number) + 6, (blocks[1] as number) - 18);
    const batches = await read(broken);
    expect(total(batches)).toMatchObject({ records: 4, undecodable: 1 });
    expect(batches.flatMap((batch) => batch.reasons)).toEqual(['block-damaged']);
  });

  it('is told by its sort and place when all has been read, and a whole trace tells nothing', async () => {
    const whole = traceOf(made.smallTrace(), { perBlock: 2 });
    const second = whole.indexOf(SYNC, whole.indexOf(SYNC) + SYNC.length) + SYNC.length;
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, second + 4, second + 12);
    const told = async (bytes: Uint8Array, options: Partial<DecodeOptions> = {}): Promise<string[]> => {
      const reader = await openBatches(sourceOf(bytes), decodeOptions(options));
      await plainBatches(reader);
      return reader.damage === undefined ? [] : [reader.damage.code, reader.damage.message];
    };
    expect(await told(whole)).toEqual([]);
    expect(await told(whole.subarray(0, -40))).toEqual(['source-truncated', 'memory ends in the middle of a block']);
    expect(await told(whole.subarray(0, 100))).toEqual(['source-truncated', 'memory ends in the middle of its head']);
    const inside = `memory is damaged in 1 block at byte ${second} (datum-malformed)`;
    expect(await told(damaged)).toEqual(['source-damaged', inside]);
    expect(await told(damaged.subarray(0, -40))).toEqual([
      'source-damaged',
      `${inside} and ends in the middle of a block`,
    ]);
    // Going on behind it: what is missing is missing still.
    expect(await told(damaged, { from: { offset: damaged.length, records: RECORDS } })).toEqual([
      'source-damaged',
      inside,
    ]);
    const bare = Buffer.concat(traceDatums(made.smallTrace()));
    expect(await told(bare)).toEqual([]);
    expect(await told(bare.subarray(0, -3))).toEqual(['source-truncated', 'memory ends in the middle of a record']);
  });

  it('a lost sync marker costs nothing, and is told', async () => {
    const broken = Buffer.from(bytes);
    broken.fill(0, bytes.length - 3);
    expect(total(await read(broken))).toMatchObject({ records: RECORDS, undecodable: 1 });
  });
});

describe('schemas', () => {
  it('of something else are refused by name', async () => {
    const schema = { type: 'record', name: 'org.Sale', fields: [{ name: 'sum', type: 'int' }] };
    const error: unknown = await read(containerOf(JSON.stringify(schema), [Buffer.from([2])])).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SourceError);
    expect(error).toMatchObject({ code: 'source-schema', message: expect.stringContaining('org.Sale') as string });
  });

  it('of SysFlow in which a needed field is missing, or has another type, are refused', async () => {
    for (const [from, to] of [
      ['"name":"fileOID"', '"name":"other"'],
      ['{"name":"sip","type":"int"}', '{"name":"sip","type":"string"}'],
      ['"name":"exporter"', '"name":"sender"'],
    ] as const) {
      const schema = JSON.stringify(sysflowSchema()).replace(from, to);
      const bytes = containerOf(schema, traceDatums(made.smallTrace()));
      await expect(read(bytes)).rejects.toMatchObject({ code: 'source-schema' });
    }
  });

  it('codecs that are not read are named, with those that are', async () => {
    await expect(read(traceOf(made.smallTrace(), { codec: 'snappy' }))).rejects.toMatchObject({
      code: 'source-codec',
      message: expect.stringContaining('snappy') as string,
      hint: expect.stringContaining('deflate') as string,
    });
  });
});
