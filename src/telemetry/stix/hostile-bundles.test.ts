import { describe, expect, it } from 'vitest';
import { demandOf, optionsOf, readBundle, sourceOf } from '../../../test/fixtures/stix/read-records.ts';
import { SourceError } from '../../errors/windhover-error.ts';
import { openStixBundle } from './stix-bundle-reader.ts';

const TIME = '2024-01-01T12:00:00.000Z';

function observed(objects: unknown, more: object = {}): object {
  return { type: 'observed-data', id: 'observed-data--1', first_observed: TIME, last_observed: TIME, objects, ...more };
}

function bundle(...objects: unknown[]): object {
  return { type: 'bundle', id: 'bundle--1', spec_version: '2.0', objects };
}

describe('what is no bundle', () => {
  it.each([
    ['not-json', '{"type":"bundle","objects":['],
    ['not-a-bundle', '[1,2]'],
    ['not-a-bundle', '{"type":"indicator"}'],
    ['objects-not-a-list', '{"type":"bundle","objects":{}}'],
    ['nested-too-deep', `{"type":"bundle","objects":${'['.repeat(100_000)}`],
  ])('%s', async (reason, text) => {
    const read = await readBundle(text);
    expect([read.records.length, read.undecodable, read.reasons]).toEqual([0, 1, [reason]]);
    expect(read.reader.position).toEqual({ offset: 1, records: 0 });
    expect((await readBundle(text, { from: read.reader.position })).undecodable).toBe(0);
  });

  it('holds nothing if it is empty', async () => {
    for (const text of ['', ' \n', '{"type":"bundle"}', '\uFEFF{"type":"bundle","objects":[]}']) {
      const read = await readBundle(text);
      expect([read.records.length, read.undecodable, read.batchSizes]).toEqual([0, 0, [0]]);
    }
  });

  it('is refused if it is a list of bundles, or too large', async () => {
    await expect(readBundle([bundle()])).rejects.toMatchObject({ code: 'source-format' });
    const opened = openStixBundle(sourceOf(' '.repeat(10_000)), optionsOf(), { maxBytes: 9999 });
    await expect(opened).rejects.toMatchObject({ code: 'bundle-too-large', exitCode: 3 });
    await expect(openStixBundle(sourceOf(' '.repeat(9999)), optionsOf(), { maxBytes: 9999 })).resolves.toBeDefined();
  });

  it('is counted if it breaks off; other errors of the source are handed on', async () => {
    const breaking = (code: string): Parameters<typeof openStixBundle>[0] => ({
      ...sourceOf(''),
      async *open() {
        yield { bytes: Buffer.from('{"type":'), offset: 0 };
        throw new SourceError(code, 'broken', { hint: 'none' });
      },
    });
    const reader = await openStixBundle(breaking('source-truncated'), optionsOf());
    for await (const batch of reader.batches()) expect(batch.rejects[0]?.reason).toBe('source-truncated');
    await expect(openStixBundle(breaking('source-unreadable'), optionsOf())).rejects.toMatchObject({
      code: 'source-unreadable',
    });
  });
});

describe('hostile observations', () => {
  it.each<[string, unknown]>([
    ['not-an-object', 7],
    ['not-an-object', null],
    ['no-type', { id: 'x' }],
    ['no-id', observed({ 0: { type: 'process' } }, { id: 5 })],
    ['no-event-time', observed({ 0: { type: 'process' } }, { first_observed: undefined })],
    ['no-event-time', observed({ 0: { type: 'process' } }, { last_observed: '2024-13-01T00:00:00Z' })],
    ['last-before-first', observed({ 0: { type: 'process' } }, { last_observed: '2023-01-01T00:00:00Z' })],
    ['no-objects', observed(undefined)],
    ['no-objects', observed({})],
    ['no-objects', observed('text')],
    ['no-objects', observed({ 0: null, 1: [], 2: { type: 3 }, 3: {} })],
    ['no-objects', observed(undefined, { object_refs: [1, {}, 'gone'] })],
    [
      'too-many-entities',
      observed(
        Array.from({ length: 1025 }, (_, pid) => ({ type: 'process', pid })).reduce(
          (all, one, at) => ({ ...all, [at]: one }),
          {},
        ),
      ),
    ],
  ])('%s', async (reason, object) => {
    const good = observed({ 0: { type: 'process' } }, { id: 'good' });
    const read = await readBundle(bundle(object, good));
    expect(read.reasons).toEqual([reason]);
    expect(read.records.map((record) => [record.id, record.offset])).toEqual([['good', 1]]);
  });

  it('may refer in circles, to themselves, to nothing, and to what is no reference', async () => {
    const { records, reader } = await readBundle(
      bundle(
        observed({
          0: { type: 'process', pid: 1, parent_ref: '1', child_refs: ['0', ['1', '1'], 7, null] },
          1: { type: 'process', pid: 2, parent_ref: '0', binary_ref: { a: 1 } },
          2: { type: 'network-traffic', src_ref: '2', dst_ref: '3' },
          3: { type: 'network-traffic', src_ref: '2', dst_ref: 'toString' },
        }),
      ),
    );
    const [a, b, c, d] = records[0]?.entities ?? [];
    expect(a?.references).toEqual({ parent_ref: [b?.role], child_refs: [a?.role, b?.role] });
    expect(b?.references).toEqual({ parent_ref: [a?.role] });
    expect(c?.references).toEqual({ src_ref: ['connection'], dst_ref: ['connection.2'] });
    expect(new Set([a?.key, b?.key, c?.key, d?.key]).size).toBe(4);
    expect(reader.warningCount).toBe(3);
  });

  it('may be called like what JavaScript objects have', async () => {
    const text = `{"type":"bundle","objects":[{"type":"observed-data","id":"__proto__","first_observed":"${TIME}",
      "last_observed":"${TIME}","objects":{"__proto__":{"type":"process","pid":1,"parent_ref":"constructor",
      "constructor":"c","hasOwnProperty":{"__proto__":{"toString":"t"}}},
      "constructor":{"type":"__proto__","__proto__":{"type":"process"}}}}]}`;
    const { records, reader } = await readBundle(text);
    expect(records[0]?.entities[0]).toMatchObject({
      role: 'process',
      attributes: { pid: 1, constructor: 'c', 'hasOwnProperty.__proto__.toString': 't' },
    });
    expect(reader.warnings).toEqual([]);
    expect(({} as Record<string, unknown>)['type']).toBeUndefined();
  });

  it('may use the names of roles as types', async () => {
    const { records } = await readBundle(
      bundle(
        observed({
          0: { type: 'process' },
          1: { type: 'process.2' },
          2: { type: 'process' },
          3: { type: 'observation' },
        }),
      ),
      { demand: demandOf(undefined, ['process.2', 'observation']) },
    );
    expect(records[0]?.entities.map((entity) => entity.role)).toEqual([
      'process',
      'process.2',
      'process.3',
      'observation.2',
      'observation',
    ]);
  });

  it('may have no end of attributes', async () => {
    const attributes = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`x_${String(at)}`, at]));
    const { records, reader } = await readBundle(bundle(observed({ 0: { ...attributes, type: 'process', pid: 1 } })));
    expect(Object.keys(records[0]?.entities[0]?.attributes ?? {}).length).toBe(257);
    expect(records[0]?.entities[0]?.attributes).toMatchObject({ pid: 1, x_0: 0 });
    expect(reader.warningCount).toBe(1);
  });

  it('may hide long chains of references', async () => {
    const files = Array.from({ length: 900 }, (_, at) => [at, { type: 'file', parent_directory_ref: String(at + 1) }]);
    const { records } = await readBundle(bundle(observed(Object.fromEntries(files))));
    expect(new Set(records[0]?.entities.map((entity) => entity.key)).size).toBeGreaterThan(800);
  });

  it('are sampled, the first of a batch alone', async () => {
    const read = await readBundle(bundle(...Array.from({ length: 100 }, (_, at) => at)));
    expect([read.undecodable, read.reasons.length]).toEqual([100, 16]);
  });
});
