import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlainRecord } from '../../telemetry/batch-snapshot.ts';
import { isRecordDocument } from '../../telemetry/line-shapes.ts';
import { readLines } from '../../telemetry/testing/lines.ts';
import type { TypedRecord } from './typed-record-schema.ts';
import { typedRecordSchema } from './typed-record-schema.ts';
import { expandRecords } from './typed-records.ts';

function expand(records: readonly object[]): Record<string, never>[] {
  const { text, problems } = expandRecords(records as Parameters<typeof expandRecords>[0]);
  expect(problems).toEqual([]);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, never>);
}

async function decode(records: readonly object[]): Promise<PlainRecord[]> {
  const batches = await readLines(expandRecords(records as Parameters<typeof expandRecords>[0]).text);
  expect(batches.map(({ undecodable, ignored }) => undecodable + ignored)).toEqual(batches.map(() => 0));
  return batches.flatMap((batch) => batch.records);
}

function problems(...records: readonly object[]): string[] {
  return expandRecords(records as Parameters<typeof expandRecords>[0]).problems.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

const keyOf = (record: PlainRecord | undefined, role: string): string | undefined =>
  record?.mentions.find((mention) => mention.role === role)?.key;

describe('typed records', () => {
  it('are read by the decoder of the shape that they look like', async () => {
    const [linux, windows] = await decode([
      { process: { pid: 7, command_line: '/bin/sh -c id', user: 'root', parent: { pid: 3, name: 'node' } } },
      {
        host: 'w',
        process: { pid: 7, name: 'cmd.exe', user: 'CORP\\ann' },
        registry: { key: 'HKLM\\Run', value: 'x' },
      },
    ]);
    const attributes = (record: PlainRecord | undefined, role: string): unknown =>
      record?.mentions.find((mention) => mention.role === role)?.attributes;
    expect(attributes(linux, 'process')).toMatchObject({ pid: 7, name: 'sh', command_line: '/bin/sh -c id' });
    expect(attributes(linux, 'parent')).toMatchObject({ pid: 3, name: 'node' });
    expect(attributes(windows, 'process')).toMatchObject({ pid: 7, name: 'cmd.exe' });
    expect(attributes(windows, 'registry')).toMatchObject({ key: 'HKEY_LOCAL_MACHINE\\Run', x_value_name: 'x' });
  });

  it('one process throughout, whichever record begins to speak of it; another creation is another process', async () => {
    const records = await decode([
      { process: { pid: 3, name: 'node' }, file: { path: '/tmp/x' } },
      { process: { pid: 9, command_line: '/bin/sh', parent: 3 } },
      { process: 9, connection: { dst: '10.0.0.5:443' } },
      { process: { pid: 9, created: '+1h', name: 'sh' } },
      { host: 'other', process: { pid: 9, name: 'sh' } },
    ]);
    const [file, start, flow, later, elsewhere] = records;
    expect(keyOf(start, 'parent')).toBe(keyOf(file, 'process'));
    expect(keyOf(flow, 'process')).toBe(keyOf(start, 'process'));
    expect(keyOf(flow, 'parent')).toBe(keyOf(file, 'process'));
    expect(new Set([start, later, elsewhere].map((record) => keyOf(record, 'process'))).size).toBe(3);
  });

  it('a process begins with its start record, also where a child is told of before', async () => {
    for (const name of ['a', 'a.exe']) {
      const [child, parent] = await decode([
        { process: { pid: 2, name, parent: { pid: 1, name } } },
        { time: '+5s', process: { pid: 1, name } },
      ]);
      expect(keyOf(child, 'parent')).toBe(keyOf(parent, 'process'));
    }
  });

  it('times: a millisecond apart, as written, or from the first record', () => {
    const times = (...records: readonly object[]): unknown[] => expand(records).map((each) => each['@timestamp']);
    expect(times({ process: 1 }, { process: 1 }, { time: '+2m', process: 1 }, { process: 1 })).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.001Z',
      '2026-01-01T00:02:00.000Z',
      '2026-01-01T00:02:00.001Z',
    ]);
    const first = { time: '2020-02-02T00:00:00.123456789Z', process: 1 };
    expect(times(first, { time: '+1s', process: 1 })).toEqual([first.time, '2020-02-02T00:00:01.123456789Z']);
  });

  it('stand beside documents of a sensor, and count from them', () => {
    const document = { '@timestamp': '2020-01-01T00:00:00Z', event: { sf_type: 'PE' }, host: { id: 'x' } };
    const [raw, typed] = expand([document, { time: '+1s', process: 1 }]);
    expect(raw).toEqual(document);
    expect(typed?.['@timestamp']).toBe('2020-01-01T00:00:01.000Z');
  });

  it('count bytes once, though the documents count them twice', async () => {
    const [record] = await decode([
      { process: 1, connection: { dst: '10.0.0.5:443', bytes_sent: 7, bytes_received: 9 } },
    ]);
    expect(record?.mentions.find(({ role }) => role === 'connection')?.attributes).toMatchObject({
      src_byte_count: 7,
      dst_byte_count: 9,
      x_byte_count: 16,
    });
  });

  it('take further fields of the document', () => {
    const [linux, windows] = expand([
      { process: 1, fields: { event: { sf_ret: -2 }, pod: { name: 'shop' } } },
      { host: 'w', shape: 'sysmon', process: 1, fields: { IntegrityLevel: 'High' } },
    ]);
    expect(linux).toMatchObject({ event: { sf_ret: -2, sf_type: 'PE' }, pod: { name: 'shop' } });
    expect(windows).toMatchObject({ winlog: { event_data: { IntegrityLevel: 'High' }, event_id: '1' } });
  });

  it('say what no sensor could have written', () => {
    expect(problems({ process: 1, file: { path: '/a' }, dns: { query: 'b.example' } })).toEqual([
      '0.dns: A record is about one thing, and this one has file and dns.',
    ]);
    expect(problems({ shape: 'sysflow', process: 1, dns: { query: 'b.example' } })).toEqual([
      '0.dns: SysFlow has no records of this kind (dns).',
    ]);
    expect(problems({ process: { pid: 1, name: 'a.exe' }, file: { path: 'C:\\a', action: 'read' } })).toEqual([
      '0.file.action: Sysmon does not record it (read).',
    ]);
    expect(problems({ process: 1, connection: { dst: '10.0.0.5:443:1' } })).toEqual([
      '0.connection.dst: 10.0.0.5:443:1 is no address with a port.',
    ]);
    expect(problems({ time: '+1s', process: 1 })).toEqual([
      '0.time: Times with a plus count from the first record, and this is the first.',
    ]);
    expect(problems({ shape: 'sysflow', process: 1 }, { shape: 'sysmon', process: 1 })).toEqual([
      '1.shape: The records of host-1 have the shape sysflow above.',
    ]);
    expect(problems({ process: 1, action: 'exit', file: { path: '/a' } })).toEqual([
      '0.action: The action exit is of the process, and this record is about its file.',
    ]);
  });

  it('whatever the schema lets pass becomes one record each, read without loss', async () => {
    const pid = fc.integer({ min: 1, max: 6 });
    const process = fc.record(
      {
        pid,
        name: fc.constantFrom('sh', 'cmd.exe', 'ä b', '"'),
        command_line: fc.constantFrom('/bin/sh -c "x"', 'C:\\a b\\c.exe /x', '\u0000\ud800', 'x'),
        user: fc.constantFrom('root', 'CORP\\ann'),
        parent: pid,
      },
      { requiredKeys: ['pid'] },
    );
    const record: fc.Arbitrary<object> = fc
      .tuple(
        fc.record({ process, host: fc.constantFrom('a', 'b') }),
        fc.oneof(
          fc.constant({}),
          fc.record({ action: fc.constantFrom('start', 'exit') }),
          fc.record({ connection: fc.record({ dst: fc.constantFrom('10.0.0.1:1', '[::1]:80', '8.8.8.8') }) }),
          fc.record({ file: fc.record({ path: fc.constantFrom('/tmp/a', 'C:\\b'), action: fc.constant('write') }) }),
          fc.record({ registry: fc.record({ key: fc.constant('HKLM\\x') }) }),
          fc.record({ dns: fc.record({ query: fc.constant('a.example'), answers: fc.array(fc.ipV4()) }) }),
          fc.record({ access: fc.record({ target: pid, granted: fc.constantFrom('0x1010', 4112) }) }),
        ),
      )
      .map(([who, what]) => ({ ...who, ...what }));
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (records) => {
        for (const each of records) expect(typedRecordSchema.safeParse(each).error).toBe(undefined);
        const decoded = await decode(records);
        expect(decoded.length).toBe(records.length);
        for (const [i, each] of (records as TypedRecord[]).entries()) {
          const actor = decoded[i]?.mentions.find(({ role }) => role === 'process');
          expect(actor?.attributes['pid']).toBe(typeof each.process === 'number' ? each.process : each.process.pid);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('no typed record looks like a document of a sensor', () => {
    const keys = Object.keys(typedRecordSchema.shape);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()), (record) => !isRecordDocument(record)),
    );
  });
});
