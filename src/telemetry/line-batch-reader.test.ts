import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors/windhover-error.ts';
import type { ByteChunk, DecodeOptions } from './decoder.ts';
import { LineBatchReader } from './line-batch-reader.ts';
import {
  ALL_SHAPES,
  decodeOptions,
  demandOf,
  mention,
  plainBatches,
  readLines,
  sourceOf,
  type PlainBatch,
} from './testing/lines.ts';

function flow(second: number, more: object = {}): Record<string, unknown> {
  const time = new Date(Date.UTC(2024, 0, 1) + second * 1000).toISOString();
  return {
    '@timestamp': time,
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { pid: second, name: `p${String(second % 3)}`, executable: '/bin/p', thread: { id: 1 } },
    ...more,
  };
}

const lines = (documents: readonly unknown[]): string => documents.map((one) => `${JSON.stringify(one)}\n`).join('');

function sizes(batches: readonly PlainBatch[]): number[] {
  return batches.map((batch) => batch.records.length);
}

describe('where batches end', () => {
  const ten = lines(Array.from({ length: 10 }, (_, at) => flow(at)));

  it('after so many records, whatever stands between them', async () => {
    expect(sizes(await readLines(ten, { batchSize: 4 }))).toEqual([4, 4, 2]);
    expect(sizes(await readLines(ten, { batchSize: 1 }))).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]);
    const noisy = ten.replaceAll('\n', '\n\n{"a":1}\nnonsense\n');
    const batches = await readLines(noisy, { batchSize: 4 });
    expect(sizes(batches)).toEqual([4, 4, 2]);
    expect(batches.map((batch) => batch.undecodable)).toEqual([6, 8, 6]);
  });

  it('before a record that would stretch them over too much event time', async () => {
    const seconds = [0, 1, 2, 10, 11, 3, 40, 41];
    const batches = await readLines(lines(seconds.map((second) => flow(second))), { maxSpanMs: 5000 });
    expect(sizes(batches)).toEqual([3, 2, 1, 2]);
    expect(batches.map((batch) => batch.position)).toEqual([0, 3, 5, 6]);
    expect(sizes(await readLines(lines([flow(0), flow(9)]).trimEnd(), { maxSpanMs: 5000 }))).toEqual([1, 1]);
  });

  it('after many lines of nothing too', async () => {
    const batches = await readLines('{"event":{"sf_type":"KE"}}\n'.repeat(9000));
    expect(batches.map((batch) => batch.ignored)).toEqual([8192, 808]);
  });

  it('within a line that does not end, so that it can be stopped; and the line is one of none', async () => {
    const megabyte = new Uint8Array(1 << 20).fill(97);
    let given = 0;
    const endless = {
      ...sourceOf(''),
      async *open(offset: number): AsyncGenerator<ByteChunk> {
        for (; given < 40; given++) yield { bytes: megabyte, offset: offset + (given << 20) };
        yield { bytes: Buffer.from(`\n${lines([flow(1)])}`), offset: offset + (given << 20) };
      },
    };
    const seen: number[] = [];
    const reader = new LineBatchReader(endless, decodeOptions(), ALL_SHAPES);
    let records = 0;
    let undecodable = 0;
    for await (const batch of reader.batches()) {
      seen.push(given);
      records += batch.size;
      undecodable += batch.undecodable;
      if (batch.size === 0) expect(reader.position.offset).toBe(0);
    }
    expect(seen).toEqual([15, 31, 40]);
    expect([records, undecodable]).toEqual([1, 1]);
  });

  it('at the same places from any of them on', async () => {
    const options = { batchSize: 3, maxSpanMs: 4000 };
    const whole = await readLines(ten, options);
    for (const [at, batch] of whole.entries()) {
      const rest = await readLines(ten, { ...options, from: batch.after });
      expect(rest.filter((one) => one.records.length > 0)).toEqual(
        whole.slice(at + 1).filter((one) => one.records.length > 0),
      );
    }
    expect(whole.at(-1)?.after).toEqual({ offset: Buffer.byteLength(ten), records: 10 });
  });

  it('tells where the bytes of a record lie', async () => {
    const text = `\uFEFF{"x":"é"}\r\n${lines([flow(1), flow(2)])}`;
    const [batch] = await readLines(text);
    const bytes = Buffer.from(text);
    const found = (batch?.offsets ?? []).map(([offset, length]) => bytes.toString('utf8', offset, offset + length));
    expect(found).toEqual([lines([flow(1)]), lines([flow(2)])]);
  });

  it('does not depend on how the bytes arrive', async () => {
    const pieces = [
      ...Array.from({ length: 6 }, (_, at) => JSON.stringify(flow(at, { tags: ['ä', '𝄞'] }))),
      '{"event":{"sf_type":"KE"}}',
      '',
      '   ',
      '{"event"',
      '[1]',
      'x'.repeat(900),
      JSON.stringify(flow(3, { message: 'y'.repeat(700) })),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...pieces), { maxLength: 14 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 400 }),
        async (chosen, lineEnd, chunkBytes) => {
          const text = chosen.join('\n') + (lineEnd ? '\n' : '');
          const options: Partial<DecodeOptions> = { batchSize: 3, maxSpanMs: 2500, maxLineBytes: 800 };
          expect(await readLines(text, options, chunkBytes)).toEqual(await readLines(text, options));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('what cannot be decoded', () => {
  it('is counted, with its reason and place, and skipped', async () => {
    const text = ['{', '"text"', '[{}]', 'null', '12', '{"a":1}', '\0\0\0', JSON.stringify(flow(1))].join('\n');
    const reader = new LineBatchReader(sourceOf(text), decodeOptions(), ALL_SHAPES);
    for await (const batch of reader.batches()) {
      expect(batch.size).toBe(1);
      expect(batch.undecodable).toBe(7);
      expect(
        batch.rejects.map((reject) => [reject.reason, reject.offset, Buffer.from(reject.sample).toString()]),
      ).toEqual([
        ['not-json', 0, '{'],
        ['not-an-object', 2, '"text"'],
        ['not-an-object', 9, '[{}]'],
        ['not-an-object', 14, 'null'],
        ['not-an-object', 19, '12'],
        ['unknown-format', 22, '{"a":1}'],
        ['not-json', 30, '\0\0\0'],
      ]);
    }
  });

  it('is sampled only, not kept', async () => {
    const [batch] = await readLines(`${'x'.repeat(5000)}\n`.repeat(100));
    expect(batch?.undecodable).toBe(100);
    expect(batch?.reasons.length).toBeLessThanOrEqual(16);
  });

  it('may be a line longer than the limit, which is passed by without being kept', async () => {
    const long = `{"a":"${'b'.repeat(3_000_000)}"}`;
    const text = `${lines([flow(1)])}${long}\n${lines([flow(2)])}`;
    for (const chunkBytes of [1000, 65_536, 10_000_000]) {
      const reader = new LineBatchReader(
        sourceOf(text, chunkBytes),
        decodeOptions({ maxLineBytes: 1_000_000 }),
        ALL_SHAPES,
      );
      for await (const batch of reader.batches()) {
        expect(batch.size).toBe(2);
        const [reject] = batch.rejects;
        expect(reject).toMatchObject({ reason: 'line-too-long', length: long.length + 1 });
        expect(Buffer.from(reject?.sample ?? []).toString()).toBe(long.slice(0, 2048));
        expect(batch.locator(1).offset).toBe(text.length - lines([flow(2)]).length);
      }
    }
  });

  it('may nest deeper than anything sensible', async () => {
    const deep = `{"a":${'['.repeat(2_000_000)}`;
    const closed = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const inText = JSON.stringify(flow(1, { note: '[{"'.repeat(20_000) }));
    const [batch] = await readLines([deep, closed, inText].join('\n'));
    expect(batch?.reasons).toEqual(['nested-too-deep', 'nested-too-deep']);
    expect(batch?.records).toHaveLength(1);
  });

  it('may be the end of a stream that breaks off', async () => {
    const whole = lines([flow(1), flow(2)]);
    const source = {
      ...sourceOf(''),
      async *open() {
        yield { bytes: Buffer.from(whole.slice(0, -20)), offset: 0 };
        throw new SourceError('source-truncated', 'broken off', { hint: 'None.' });
      },
    };
    const batches = await plainBatches(new LineBatchReader(source, decodeOptions(), ALL_SHAPES));
    expect(sizes(batches)).toEqual([1]);
    expect(batches[0]).toMatchObject({ undecodable: 1, reasons: ['source-truncated'] });
    const failing = {
      ...sourceOf(''),
      async *open() {
        yield { bytes: Buffer.from(whole), offset: 0 };
        throw new SourceError('source-denied', 'no', { hint: 'None.' });
      },
    };
    await expect(plainBatches(new LineBatchReader(failing, decodeOptions(), ALL_SHAPES))).rejects.toThrow('no');
  });
});

describe('odd documents', () => {
  it('keys of the prototype are keys like others', async () => {
    const text = `{"__proto__":{"event":{"sf_type":"PE"}},"constructor":1,"toString":"x"}
${JSON.stringify(flow(1)).replace('{', '{"__proto__":{"polluted":true},"hasOwnProperty":null,')}`;
    const [batch] = await readLines(text);
    expect(batch).toMatchObject({ undecodable: 1, reasons: ['unknown-format'] });
    expect(batch?.records).toHaveLength(1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('sections of another type say nothing', async () => {
    const odd = flow(1, { process: [1], host: 'h', user: null, container: 7, tags: { a: 1 }, file: 'x' });
    const [batch] = await readLines(lines([odd]));
    expect(batch?.records[0]?.mentions.map((one) => one.role)).toEqual(['event', 'observation']);
  });

  it('cells of another type are read as far as they make sense', async () => {
    const odd = flow(1, {
      process: { pid: '42', name: 7, command_line: ['a', 'b'], start: 'soon', thread: { id: -1 }, executable: true },
      tags: 'single',
    });
    const [batch] = await readLines(lines([odd]));
    expect(mention(batch?.records[0] ?? ({} as never), 'process').attributes).toMatchObject({
      pid: 42,
      name: '7',
      command_line: 'a b',
      created: 'soon',
      x_tags: ['single'],
    });
  });

  it('integers beyond 2^53 keep their digits', async () => {
    const text = JSON.stringify(flow(1, { user: { id: 1, name: 'u', group: { id: 0 } } }))
      .replace('"group":{"id":0}', '"group":{"id":1,"id":9007199254740993}')
      .replace('"name":"p1"', '"name":12345678901234567890');
    const [batch] = await readLines(`{"_source": ${text} }`);
    const record = batch?.records[0] ?? ({} as never);
    expect(mention(record, 'user').attributes).toMatchObject({ 'x_group.id': '9007199254740993' });
    expect(mention(record, 'process').attributes).toMatchObject({ name: '12345678901234567890' });
  });

  it('dictionaries that are emptied between batches change nothing', async () => {
    const many = Array.from({ length: 70_000 }, (_, at) => flow(at % 50, { tags: [`t${String(at)}`] }));
    let row = 0;
    const options = decodeOptions({ demand: demandOf(['process']) });
    const reader = new LineBatchReader(sourceOf(lines(many)), options, ALL_SHAPES);
    const epochs = new Set<number>();
    for await (const batch of reader.batches()) {
      for (let i = 0; i < batch.size; i++, row++) {
        const slot = batch.kinds[batch.kind[i] as number]?.slots[0];
        const column = slot?.attributes.find((attribute) => attribute.name === 'x_tags')?.column;
        if (column === undefined) throw new Error('no tags');
        epochs.add(column.dictionary.epoch);
        const code = batch.lists[column.code[i] as number] as number;
        if (column.dictionary.text(code) !== `t${String(row)}`) throw new Error(`wrong tag in row ${String(row)}`);
      }
    }
    expect(row).toBe(70_000);
    expect(epochs.size).toBe(2);
  });
});

describe('live input', () => {
  it('is cut at its pauses, wherever they are, and half a line waits', async () => {
    const text = lines(Array.from({ length: 12 }, (_, at) => flow(at)));
    const [whole] = await readLines(text);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 8 }), async (cuts) => {
        const at = [...cuts.sort((a, b) => a - b), text.length];
        async function* open(): AsyncGenerator<ByteChunk> {
          let from = 0;
          for (const to of at) {
            yield { bytes: Buffer.from(text.slice(from, to)), offset: from };
            yield { bytes: new Uint8Array(), offset: to, pause: true };
            from = to;
          }
        }
        const source = { source: 'logs', place: 'memory', open };
        const batches = await plainBatches(new LineBatchReader(source, decodeOptions(), ALL_SHAPES));
        expect(batches.flatMap((batch) => batch.ids)).toEqual(whole?.ids);
        expect(batches.reduce((sum, batch) => sum + batch.undecodable, 0)).toBe(0);
        // After each pause all lines that were whole by then have been given.
        at.forEach((to, i) => {
          expect(batches[i]?.after.records).toBe(text.slice(0, to).split('\n').length - 1);
        });
      }),
    );
  });
});
