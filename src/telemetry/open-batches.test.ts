import { describe, expect, it } from 'vitest';
import { SourceError } from '../errors/windhover-error.ts';
import { StdinByteSource } from '../sources/stdin-byte-source.ts';
import { openBatches } from './open-batches.ts';
import { traceDatums, traceOf } from './testing/avro-container.ts';
import { decodeOptions, plainBatches, sourceOf } from './testing/lines.ts';
import { smallTrace } from './testing/trace-records.ts';

const RECORD = JSON.stringify({
  '@timestamp': '2024-01-01T00:00:00Z',
  event: { sf_type: 'PE' },
  host: { id: 'h' },
  process: { pid: 1 },
});

const BUNDLE = JSON.stringify({
  type: 'bundle',
  id: 'bundle--1',
  spec_version: '2.0',
  objects: [
    {
      type: 'observed-data',
      id: 'observed-data--1',
      first_observed: '2024-01-01T00:00:00Z',
      last_observed: '2024-01-01T00:00:01Z',
      number_observed: 1,
      objects: { '0': { type: 'ipv4-addr', value: '10.0.0.1' } },
    },
  ],
});

describe('openBatches', () => {
  it('recognises lines by their content', async () => {
    const reader = await openBatches(sourceOf(`\n${RECORD}\n`, 7), decodeOptions());
    expect(reader.format).toBe('unknown');
    const batches = await plainBatches(reader);
    expect(batches.flatMap((batch) => batch.records)).toHaveLength(1);
    expect(reader.format).toBe('sysflow-ecs');
  });

  it('recognises traces, in a container and bare', async () => {
    for (const bytes of [traceOf(smallTrace()), Buffer.concat(traceDatums(smallTrace()))]) {
      const reader = await openBatches(sourceOf(bytes), decodeOptions());
      const batches = await plainBatches(reader);
      expect(reader.format).toBe('sysflow-avro');
      expect(batches.flatMap((batch) => batch.records)).toHaveLength(8);
    }
  });

  it('recognises a bundle', async () => {
    const reader = await openBatches(sourceOf(BUNDLE), decodeOptions());
    const batches = await plainBatches(reader);
    expect(reader.format).toBe('stix-bundle');
    expect(batches.flatMap((batch) => batch.records)).toHaveLength(1);
  });

  it('reads what can be read only once', async () => {
    async function* stream(text: string): AsyncGenerator<Uint8Array> {
      for (const byte of Buffer.from(text)) yield Uint8Array.of(byte);
    }
    for (const text of [RECORD, BUNDLE]) {
      const reader = await openBatches(new StdinByteSource('s', stream(text)), decodeOptions());
      expect((await plainBatches(reader)).flatMap((batch) => batch.records)).toHaveLength(1);
    }
  });

  it('reads arrays and documents over many lines', async () => {
    const pretty = JSON.stringify(JSON.parse(RECORD), null, 2);
    for (const text of [
      `[\n${pretty},\n${RECORD}]`,
      `${pretty}\n${pretty}\n`,
      JSON.stringify([{}, JSON.parse(RECORD), JSON.parse(RECORD)]),
    ]) {
      const batches = await plainBatches(await openBatches(sourceOf(text, 11), decodeOptions({ batchSize: 1 })));
      expect(batches.flatMap((batch) => batch.records)).toHaveLength(2);
      const from = batches[0]?.after ?? { offset: 0, records: 0 };
      const rest = await plainBatches(await openBatches(sourceOf(text, 11), decodeOptions({ from })));
      expect(rest.flatMap((batch) => batch.records)).toHaveLength(1);
      expect(rest[0]?.ids).toEqual(batches[1]?.ids);
    }
  });

  it('goes on where it stopped', async () => {
    const text = `${RECORD}\n${RECORD}\n${RECORD}\n`;
    const first = await openBatches(sourceOf(text), decodeOptions({ batchSize: 2 }));
    for await (const batch of first.batches()) {
      expect(batch.size).toBe(2);
      break;
    }
    const second = await openBatches(sourceOf(text), decodeOptions({ from: first.position }));
    const batches = await plainBatches(second);
    expect(batches.map((batch) => [batch.records.length, batch.position])).toEqual([[1, 2]]);
    expect(batches[0]?.offsets).toEqual([[2 * (RECORD.length + 1), RECORD.length + 1]]);
  });

  it('takes an empty place for one without records', async () => {
    const batches = await plainBatches(await openBatches(sourceOf(''), decodeOptions()));
    expect(batches.map((batch) => [batch.records.length, batch.undecodable])).toEqual([[0, 0]]);
  });

  it.each([[Buffer.from(`\uFEFF${RECORD}`, 'utf16le'), 'source-encoding']])(
    'refuses what can never be read, and says why',
    async (bytes, code) => {
      await expect(openBatches(sourceOf(bytes), decodeOptions())).rejects.toMatchObject({ code, exitCode: 3 });
    },
  );

  it('keeps the whole lines of a short stream that breaks off', async () => {
    const source = {
      ...sourceOf(''),
      async *open() {
        yield { bytes: Buffer.from(`${RECORD}\n{"half`), offset: 0 };
        throw new SourceError('source-truncated', 'broken off', { hint: 'None.' });
      },
    };
    const batches = await plainBatches(await openBatches(source, decodeOptions()));
    expect(batches).toMatchObject([{ undecodable: 1, reasons: ['source-truncated'] }]);
    expect(batches[0]?.records).toHaveLength(1);
  });

  it('lets the failure to open a place through', async () => {
    const source = {
      ...sourceOf(''),
      // eslint-disable-next-line require-yield
      async *open() {
        throw new SourceError('source-missing', 'gone', { hint: 'None.' });
      },
    };
    await expect(openBatches(source, decodeOptions())).rejects.toMatchObject({ code: 'source-missing' });
  });
});
