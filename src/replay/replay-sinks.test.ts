import { describe, expect, test } from 'vitest';
import { ManualTimer } from '../../test/support/manual-timer.ts';
import { SinkError } from '../errors/windhover-error.ts';
import { traceOf } from '../telemetry/testing/avro-container.ts';
import { sourceOf } from '../telemetry/testing/lines.ts';
import { smallTrace } from '../telemetry/testing/trace-records.ts';
import { ElasticReplaySink, type BulkItem, type SendBulk } from './elastic-replay-sink.ts';
import { FileReplaySink } from './file-replay-sink.ts';
import type { ProducedMessage } from '../sinks/kafka/kafka-producer.ts';
import { KafkaReplaySink } from './kafka-replay-sink.ts';
import { recordedItems } from './recorded-items.ts';
import { PAUSE, type RecordedItem } from './recorded-item.ts';

const EVENT = (n: number): string =>
  `{"@timestamp":"2024-05-01T10:00:00.00${n}Z","event":{"sf_type":"PE","action":"process-start","sf_ret":9007199254740993},"host":{"id":"node-${n}"},"process":{"pid":${n}}}`;
const ENVELOPE = (n: number): string => `{"_index":"old","_id":"id-${n}","_source":${EVENT(n)} }`;

async function itemsOf(content: string | Uint8Array, looksInside = true, maxBytes = 10_000): Promise<RecordedItem[]> {
  const items: RecordedItem[] = [];
  const tooLong: number[] = [];
  const options = { looksInside, maxBytes, maxTraceBytes: 100_000, tooLong: (_: string, n: number) => tooLong.push(n) };
  for await (const each of recordedItems(sourceOf(content, 7), options)) if (each !== PAUSE) items.push(each);
  expect(tooLong.length).toBe(maxBytes < 1000 ? 1 : 0);
  return items;
}

const texts = (items: readonly RecordedItem[]): string[] => items.map(({ bytes }) => bytes.toString());

describe('what is recorded', () => {
  test('is given a document at a time, with event time and host where they are wanted', async () => {
    const items = await itemsOf(`\uFEFF${EVENT(1)}\r\n\n${ENVELOPE(2)}\nno document`);
    expect(texts(items)).toEqual([EVENT(1), ENVELOPE(2), 'no document']);
    expect(items.map(({ number, timeMs, host }) => [number, timeMs, host])).toEqual([
      [1, Date.UTC(2024, 4, 1, 10, 0, 0, 1), 'node-1'],
      [3, Date.UTC(2024, 4, 1, 10, 0, 0, 2), 'node-2'],
      [4, undefined, ''],
    ]);
    expect((await itemsOf(EVENT(1), false))[0]?.timeMs).toBeUndefined();
  });

  test('may be an array over many lines: each document becomes one line', async () => {
    const items = await itemsOf(`[\n${EVENT(1).replaceAll(',', ',\n')},\n${EVENT(2)}\n]`);
    expect(texts(items).map((text) => JSON.parse(text) as unknown)).toEqual(
      [EVENT(1), EVENT(2)].map((e) => JSON.parse(e)),
    );
    expect(texts(items).join('')).not.toContain('\n');
  });

  test('leaves out a document that is too long, and tells', async () => {
    expect(texts(await itemsOf(`{"a":"${'x'.repeat(300)}"}\n{"a":1}`, true, 100))).toEqual(['{"a":1}']);
  });

  test('a trace goes as a whole; a bundle, UTF-16 and a trace that is too long are refused', async () => {
    const trace = traceOf(smallTrace());
    const [item] = await itemsOf(trace);
    expect([item?.content, item?.bytes.equals(trace)]).toEqual(['trace', true]);
    await expect(itemsOf('{"type": "bundle", "objects": []}')).rejects.toThrow('is a STIX bundle');
    await expect(itemsOf(Buffer.from('\uFEFF{"a":1}', 'utf16le'))).rejects.toThrow('UTF-16');
    const options = { looksInside: false, maxBytes: 10, maxTraceBytes: 10, tooLong: () => {} };
    const reading = recordedItems(sourceOf(trace), options);
    await expect(reading.next()).rejects.toMatchObject({ code: 'replay-trace-size' });
  });
});

describe('to Kafka', () => {
  test('go documents without the wrapping of an index, digit by digit, and traces as they are', async () => {
    const sent: ProducedMessage[] = [];
    const producer = {
      send: async (messages: readonly ProducedMessage[]) => void sent.push(...messages),
      close: async () => {},
    };
    const trace = traceOf(smallTrace());
    const items = [...(await itemsOf(`${ENVELOPE(1)}\n"_source" is no JSON`)), ...(await itemsOf(trace))];
    await new KafkaReplaySink(producer, true).send(items);
    expect(sent.map(({ key, value }) => [key, value.toString('latin1')])).toEqual([
      ['node-1', EVENT(1)],
      [null, '"_source" is no JSON'],
      [null, trace.toString('latin1')],
    ]);
    sent.length = 0;
    await new KafkaReplaySink(producer, false).send(items);
    expect(sent.map(({ key }) => key)).toEqual([null, null, null]);
  });
});

describe('to Elasticsearch', () => {
  function sinkOf(send: SendBulk, overwrite = false): { sink: ElasticReplaySink; timer: ManualTimer } {
    const timer = new ManualTimer();
    const { signal } = new AbortController();
    return { sink: new ElasticReplaySink({ send, overwrite, timer, signal }), timer };
  }
  const ok = (status = 201): BulkItem => ({ status });

  test('go documents under the _id of their line; one that is there already counts as taken', async () => {
    const requests: string[][] = [];
    const send: SendBulk = async (lines) => {
      requests.push([...lines]);
      return [ok(), ok(409), { status: 400, reason: 'mapper: no' }];
    };
    const items = await itemsOf(`${EVENT(1)}\n${ENVELOPE(2)}\n${EVENT(3)}\nno document\n[1]`);
    expect(await sinkOf(send).sink.send(items)).toEqual({
      taken: 2,
      present: 1,
      refused: 3,
      reason: 'it is no JSON object',
    });
    expect(requests[0]).toEqual([
      '{"create":{}}',
      EVENT(1),
      '{"create":{"_id":"id-2"}}',
      EVENT(2),
      '{"create":{}}',
      EVENT(3),
    ]);
    await sinkOf(send, true).sink.send(items.slice(1, 2));
    expect(requests[1]).toEqual(['{"index":{"_id":"id-2"}}', EVENT(2)]);
  });

  test('what the server has no room for is sent again, and nothing else', async () => {
    const answers: (readonly BulkItem[] | Error)[] = [
      [ok(), ok(429)],
      new SinkError('elastic-unreachable', 'away', { hint: '', retriable: true }),
      [ok()],
    ];
    const sizes: number[] = [];
    const { sink, timer } = sinkOf(async (lines) => {
      sizes.push(lines.length / 2);
      const answer = answers.shift() ?? [];
      if (answer instanceof Error) throw answer;
      return answer;
    });
    const sending = sink.send(await itemsOf(`${EVENT(1)}\n${EVENT(2)}`));
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      timer.pass(1000);
    }
    expect(await sending).toEqual({ taken: 2, present: 0, refused: 0, reason: undefined });
    expect(sizes).toEqual([2, 1, 1]);
  });

  test('gives up after a while, and at once on what waiting does not mend', async () => {
    let tries = 0;
    const away = new SinkError('elastic-unreachable', 'away', { hint: '', retriable: true });
    const { sink, timer } = sinkOf(() => {
      tries++;
      return Promise.reject(away);
    });
    const sending = sink.send(await itemsOf(EVENT(1))).catch((error: unknown) => error);
    for (let i = 0; i < 40; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      timer.pass(15_000);
    }
    expect([await sending, tries]).toEqual([away, 8]);
    const refused = new SinkError('elastic-credentials', 'no', { hint: '' });
    await expect(sinkOf(() => Promise.reject(refused)).sink.send(await itemsOf(EVENT(1)))).rejects.toBe(refused);
  });
});

describe('to a file', () => {
  test('go lines as they were; a trace stands alone', async () => {
    const written: string[] = [];
    const output = {
      write: async (bytes: Uint8Array) => void written.push(Buffer.from(bytes).toString()),
      close: async () => {},
    };
    const sink = new FileReplaySink(output);
    await sink.send(await itemsOf(`${ENVELOPE(1)}\n${EVENT(2)}`));
    expect(written).toEqual([`${ENVELOPE(1)}\n${EVENT(2)}\n`]);
    await expect(sink.send(await itemsOf(traceOf(smallTrace())))).rejects.toThrow('cannot be written behind');
  });
});
