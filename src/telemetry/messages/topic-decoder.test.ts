import { describe, expect, it } from 'vitest';
import { parseAvroSchema } from '../avro/parse-avro-schema.ts';
import { snapshotOf, type PlainRecord } from '../batch-snapshot.ts';
import type { DecodeOptions } from '../decoder.ts';
import type { LogMessage, MessageRun } from '../message-log.ts';
import { sysflowSchema } from '../sysflow/sysflow-schema.ts';
import { traceDatums, traceOf, type TraceRecord } from '../testing/avro-container.ts';
import { decodeOptions, readLines } from '../testing/lines.ts';
import * as made from '../testing/trace-records.ts';
import { TopicDecoder, type MessageProgress } from './topic-decoder.ts';

const SCHEMA = parseAvroSchema(JSON.stringify(sysflowSchema()));

interface Decoded {
  readonly records: PlainRecord[];
  readonly ids: string[];
  readonly places: string[];
  readonly batches: number[];
  readonly reasons: string[];
  readonly ignoredAs: string[];
  readonly progress: MessageProgress[];
}

function run(values: readonly (string | Uint8Array | null)[], first = 0, partition = 0): MessageRun {
  const messages = values.map((value, i): LogMessage => ({
    offset: first + i,
    value: typeof value === 'string' ? Buffer.from(value) : value,
  }));
  return { topic: 't', partition, messages, next: first + values.length };
}

function decoder(options: Partial<DecodeOptions> = {}, withSchema = false): TopicDecoder {
  const schema = withSchema ? SCHEMA : undefined;
  return new TopicDecoder({ source: 'logs', topic: 't', decode: decodeOptions(options), schema });
}

async function decode(from: TopicDecoder, messages: MessageRun, start?: MessageProgress): Promise<Decoded> {
  const decoded: Decoded = { records: [], ids: [], places: [], batches: [], reasons: [], ignoredAs: [], progress: [] };
  const begin = start ?? { offset: messages.messages[0]?.offset ?? messages.next, within: 0 };
  for await (const { batch, progress } of from.batches(messages, begin)) {
    decoded.records.push(...snapshotOf(batch));
    for (let row = 0; row < batch.size; row++) {
      decoded.ids.push(batch.recordId(row));
      decoded.places.push(`${batch.locator(row).place}:${batch.locator(row).offset}`);
    }
    decoded.batches.push(batch.size);
    decoded.reasons.push(...batch.rejects.map(({ reason }) => reason));
    decoded.ignoredAs.push(...(batch.ignoredAs?.keys() ?? []));
    decoded.progress.push(progress);
  }
  return decoded;
}

const sysflowEcs = {
  '@timestamp': '2024-05-01T10:00:00.000000007Z',
  event: { sf_type: 'PE', action: 'process-start' },
  host: { id: 'h' },
  process: { pid: 70, name: 'sh', executable: '/bin/sh', thread: { id: 70 }, start: '2024-05-01T10:00:00Z' },
};
const winlogbeat = {
  '@timestamp': '2024-05-01T10:00:02.500Z',
  event: { code: '5', provider: 'Microsoft-Windows-Sysmon' },
  winlog: {
    channel: 'Microsoft-Windows-Sysmon/Operational',
    provider_name: 'Microsoft-Windows-Sysmon',
    event_id: '5',
    computer_name: 'WS5',
    record_id: 4711,
    event_data: {
      UtcTime: '2024-05-01 10:00:00.123',
      ProcessGuid: '{AAAA0000-0000-5F51-1800-000000000501}',
      ProcessId: '2440',
      Image: 'C:\\Windows\\System32\\cmd.exe',
    },
  },
};

describe('documents', () => {
  it.each([
    ['SysFlow in ECS', sysflowEcs],
    ['a wrapper of a log shipper', { '@metadata': { beat: 'filebeat' }, message: JSON.stringify(sysflowEcs) }],
    ['a document of an index', { _index: 'i', _id: 'x', _source: sysflowEcs }],
    ['Winlogbeat', winlogbeat],
  ])('%s is read as a line of a file is', async (_name, document) => {
    const text = JSON.stringify(document);
    const [line] = await readLines(text);
    const message = await decode(decoder(), run([text]));
    expect(message.records).toEqual(line?.records);
    expect(message.ids).toEqual(line?.ids);
    expect(message.places).toEqual(['t/0:0']);
  });

  it('may be several in one message, over several lines, marked, and in other letters than ASCII', async () => {
    const named = JSON.stringify({ ...sysflowEcs, process: { ...sysflowEcs.process, name: 'ürl' } });
    const { records, places, reasons } = await decode(
      decoder(),
      run([
        `\uFEFF${named}`,
        JSON.stringify(sysflowEcs, null, 2),
        `[${named},\n${named}]`,
        `${named}\r\n${named}\n\n`,
        ' [] ',
      ]),
    );
    expect(places).toEqual(['t/0:0', 't/0:1', 't/0:2', 't/0:2', 't/0:3', 't/0:3']);
    expect(records.map(({ mentions }) => mentions.find(({ role }) => role === 'process')?.attributes['name'])).toEqual([
      'ürl',
      'sh',
      'ürl',
      'ürl',
      'ürl',
      'ürl',
    ]);
    expect(reasons).toEqual([]);
  });

  it('what is none is counted with its reason', async () => {
    const deep = `{"a":${'['.repeat(70_000)}${']'.repeat(70_000)}}`;
    const { reasons, ignoredAs } = await decode(
      decoder({ maxLineBytes: 200_000 }),
      run([
        ...[null, '', '\n', '{"a":', 'x', '7', deep, `{"a":"${'x'.repeat(200_000)}"}`],
        ...[Buffer.from('\uFEFF{"a":1}', 'utf16le'), Buffer.from('{"a":1}', 'utf16le')],
        ...[Buffer.from([0, 0, 0, 1, 2, 9, 9]), traceDatums([made.header()])[0] as Buffer],
        '{"event":{"code":"1"},"@timestamp":"never"}',
      ]),
    );
    expect(ignoredAs).toEqual(['tombstones']);
    expect(reasons).toEqual([
      ...['empty-message', 'empty-message', 'not-json', 'not-json', 'not-an-object'],
      ...['nested-too-deep', 'message-too-long', 'utf-16', 'utf-16', 'confluent-wire-format', 'datum-without-schema'],
      expect.stringMatching(/unknown-format|no-event-time/),
    ]);
  });

  it('batches end at their size and before too much time, and say where to go on', async () => {
    const at = (second: number): string =>
      JSON.stringify({ ...sysflowEcs, '@timestamp': `2024-05-01T10:00:${String(second).padStart(2, '0')}Z` });
    const texts = [at(0), at(1), at(2), `[${at(30)},${at(31)}]`, at(32), null];
    const { batches, progress } = await decode(decoder({ batchSize: 2, maxSpanMs: 10_000 }), run(texts, 5));
    expect(batches).toEqual([2, 1, 2, 1]);
    expect(progress).toEqual([
      { offset: 7, within: 0 },
      { offset: 8, within: 0 },
      { offset: 9, within: 0 },
      { offset: 11, within: 0 },
    ]);
    for (const [i, start] of progress.entries()) {
      const rest = await decode(decoder({ batchSize: 2, maxSpanMs: 10_000 }), run(texts, 5), start);
      expect(rest.batches).toEqual(batches.slice(i + 1));
    }
  });
});

describe('Avro containers', () => {
  it('a message may be a whole trace; damage is counted and what follows is read', async () => {
    const trace = traceOf(made.smallTrace());
    const { records, reasons, places, progress } = await decode(
      decoder(),
      run([trace, Buffer.from('Obj\u0001junk'), JSON.stringify(sysflowEcs), trace]),
    );
    expect(records).toHaveLength(8 + 1 + 8);
    expect(reasons).toHaveLength(1);
    expect(new Set(places.map((place) => place.replace(/:\d+$/, '')))).toEqual(new Set(['t/0@0', 't/0', 't/0@3']));
    expect(progress.at(-1)).toEqual({ offset: 4, within: 0 });
  });

  it('goes on in the middle of one', async () => {
    const trace = traceOf(made.smallTrace());
    const whole = await decode(decoder({ batchSize: 3 }), run([trace, trace]));
    expect(whole.progress[0]).toEqual({ offset: 0, within: 3 });
    for (const [i, start] of whole.progress.entries()) {
      const before = whole.batches.slice(0, i + 1).reduce((sum, size) => sum + size, 0);
      const rest = await decode(decoder({ batchSize: 3 }), run([trace, trace]), start);
      expect(rest.ids).toEqual(whole.ids.slice(before));
    }
  });
});

describe('bare datums of a known schema', () => {
  const again: TraceRecord[] = [...made.smallTrace(), ...made.smallTrace()];
  const datums = traceDatums(again);

  it('are joined as in a trace, and say where to begin again', async () => {
    const { records, ids, progress, reasons } = await decode(decoder({ batchSize: 3 }, true), run(datums, 100));
    const trace = await decode(decoder(), run([traceOf(again)]));
    expect(ids).toEqual(trace.ids);
    expect(records.map(({ kind }) => kind)).toEqual(trace.records.map(({ kind }) => kind));
    expect(reasons).toEqual([]);
    const half = 100 + datums.length / 2;
    expect(progress[0]).toMatchObject({ within: 0, replayFrom: 100 });
    expect(progress.at(-1)).toEqual({ offset: 100 + datums.length, within: 0, replayFrom: half });
  });

  it('go on at any batch, reading again from the header what entities were said', async () => {
    const whole = await decode(decoder({ batchSize: 3 }, true), run(datums, 100));
    for (const [i, start] of whole.progress.entries()) {
      const before = whole.batches.slice(0, i + 1).reduce((sum, size) => sum + size, 0);
      const from = (start.replayFrom as number) - 100;
      const rest = await decode(decoder({ batchSize: 3 }, true), run(datums.slice(from), 100 + from), start);
      expect(rest.ids).toEqual(whole.ids.slice(before));
    }
  });

  it('come in any number of runs, a partition apart from the other', async () => {
    const decoders = decoder({}, true);
    const ids: string[] = [];
    for (let at = 0; at < datums.length; at += 3) {
      ids.push(...(await decode(decoders, run(datums.slice(at, at + 3), at, 1))).ids);
      await decode(decoders, run([datums[0] as Buffer, null, JSON.stringify(sysflowEcs)], at, 2));
    }
    expect(ids).toEqual((await decode(decoder(), run([traceOf(again)]))).ids);
  });

  it('damage is counted and passed over, and what has a prefix of a schema registry is told apart', async () => {
    const broken = [
      ...datums.slice(0, 4),
      Buffer.from([250, 1, 2]),
      Buffer.from([0, 0, 0, 1, 2, 9]),
      ...datums.slice(4),
    ];
    const { ids, reasons } = await decode(decoder({}, true), run(broken));
    expect(ids).toEqual((await decode(decoder({}, true), run(datums))).ids);
    expect(reasons).toEqual([expect.stringMatching(/^datum-/), 'confluent-wire-format']);
  });
});

it.each([
  ['[]', []],
  [' [ ]\n', []],
  ['[['.repeat(10), ['not-json']],
  ['['.repeat(5000), ['not-json']],
  ['[[], []]', ['not-an-object']],
  [']', ['not-json']],
])(
  'brackets around nothing are no document, and are counted unless they are an empty array (%#)',
  async (value, reasons) => {
    expect((await decode(decoder(), run([value]))).reasons).toEqual(reasons);
  },
);
