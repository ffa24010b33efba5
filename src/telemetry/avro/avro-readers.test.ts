import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { avscType } from '../testing/avro-container.ts';
import { AvroCursor, AvroDatumError } from './avro-cursor.ts';
import { AvroReaders } from './avro-readers.ts';
import { parseAvroSchema } from './parse-avro-schema.ts';

interface Sample {
  readonly schema: unknown;
  readonly value: unknown;
}

const PRIMITIVES: readonly (readonly [string, fc.Arbitrary<unknown>])[] = [
  ['null', fc.constant(null)],
  ['boolean', fc.boolean()],
  ['int', fc.integer()],
  ['long', fc.oneof(fc.integer(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(plainLong))],
  ['float', fc.float({ noNaN: true })],
  ['double', fc.double({ noNaN: true })],
  ['string', fc.string({ unit: 'binary' })],
  ['bytes', fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))],
];

function plainLong(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

let names = 0;

function primitive(): fc.Arbitrary<Sample> {
  return fc.constantFrom(...PRIMITIVES).chain(([schema, values]) => values.map((value) => ({ schema, value })));
}

/** A schema with a value of it. */
function sample(depth: number): fc.Arbitrary<Sample> {
  if (depth === 0) return primitive();
  const inner = fc.noShrink(sample(depth - 1));
  const list = inner.chain((one) =>
    fc.integer({ min: 0, max: 3 }).map((count) => ({
      schema: { type: 'array', items: one.schema },
      value: Array.from({ length: count }, () => one.value),
    })),
  );
  const map = fc.tuple(inner, fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 3 })).map(([one, keys]) => ({
    schema: { type: 'map', values: one.schema },
    value: plain(keys.map((key) => [key, one.value])),
  }));
  const record = fc.array(inner, { maxLength: 4 }).map((fields) => ({
    schema: {
      type: 'record',
      name: `r${String(names++)}`,
      fields: fields.map(({ schema }, i) => ({ name: `f${String(i)}`, type: schema })),
    },
    value: plain(fields.map(({ value }, i) => [`f${String(i)}`, value])),
  }));
  const fixed = fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => ({
    schema: { type: 'fixed', name: `x${String(names++)}`, size: bytes.length },
    value: Buffer.from(bytes),
  }));
  const symbol = fc.tuple(fc.integer({ min: 1, max: 200 }), fc.nat()).map(([count, at]) => {
    const symbols = Array.from({ length: count }, (_, i) => `S${String(i)}`);
    return { schema: { type: 'enum', name: `e${String(names++)}`, symbols }, value: symbols[at % count] };
  });
  const maybe = fc
    .tuple(inner, fc.boolean())
    .filter(([one]) => one.schema !== 'null' && !Array.isArray(one.schema))
    .map(([one, there]) => ({ schema: ['null', one.schema], value: there ? one.value : null }));
  return fc.oneof(primitive(), list, map, record, fixed, symbol, maybe);
}

function plain(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.assign(Object.create(null) as Record<string, unknown>, Object.fromEntries(entries));
}

/** Values of unequal making, alike in what they hold. */
function canon(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `bytes ${value.toString('hex')}`;
  if (Array.isArray(value)) return value.map(canon);
  if (typeof value === 'bigint') return `long ${String(value)}`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 'minus zero' : value;
  return Object.entries(value)
    .map(([key, one]) => [key, canon(one)])
    .sort();
}

function cursorOf(bytes: Buffer): AvroCursor {
  const cursor = new AvroCursor();
  cursor.reset(bytes);
  cursor.startDatum();
  return cursor;
}

describe('readers of a writer schema', () => {
  it('read what avsc reads, pass over as many bytes, and notice every cut', () => {
    fc.assert(
      fc.property(sample(3), fc.nat(), ({ schema, value }, cut) => {
        // avsc knows a fixed or enum stated twice as a mistake, as do we: each sample states its own once.
        const type = avscTypeOrNothing(schema);
        if (type === undefined) return;
        const bytes = type.toBuffer(value);
        const readers = new AvroReaders();
        const parsed = parseAvroSchema(JSON.stringify(schema));
        const cursor = cursorOf(bytes);
        expect(canon(readers.reader(parsed)(cursor))).toEqual(canon(type.fromBuffer(bytes)));
        expect(cursor.at).toBe(bytes.length);
        cursor.reset(bytes);
        cursor.startDatum();
        readers.skipper(parsed)(cursor);
        expect(cursor.at).toBe(bytes.length);
        if (bytes.length === 0) return;
        const short = cursorOf(bytes.subarray(0, cut % bytes.length));
        expect(() => {
          readers.reader(parsed)(short);
          short.finishDatum();
        }).toThrow(AvroDatumError);
      }),
      { numRuns: 600 },
    );
  });

  it('give a value or say what is wrong, whatever the bytes', () => {
    fc.assert(
      fc.property(sample(3), fc.uint8Array({ maxLength: 60 }), ({ schema }, random) => {
        if (avscTypeOrNothing(schema) === undefined) return;
        const readers = new AvroReaders();
        const parsed = parseAvroSchema(JSON.stringify(schema));
        for (const read of [readers.reader(parsed), readers.skipper(parsed)]) {
          const cursor = cursorOf(Buffer.from(random));
          try {
            read(cursor);
            cursor.finishDatum();
          } catch (error) {
            expect(error).toBeInstanceOf(AvroDatumError);
          }
        }
      }),
      { numRuns: 600 },
    );
  });

  it('read every long exactly', () => {
    const type = avscType('long');
    const read = new AvroReaders().reader({ kind: 'long' });
    const edges = [0n, 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n].flatMap((edge) => [
      edge,
      -edge,
      edge - 1n,
    ]);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)), (long) => {
        expect(BigInt(read(cursorOf(type.toBuffer(long))) as number | bigint)).toBe(long);
      }),
    );
  });

  it('refuse numbers of more than 64 bits, and ints of more than 32', () => {
    const readers = new AvroReaders();
    const long = Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]);
    for (const read of [
      readers.reader({ kind: 'long' }),
      readers.skipper({ kind: 'long' }),
      readers.reader({ kind: 'int' }),
    ]) {
      expect(() => read(cursorOf(long))).toThrow(AvroDatumError);
    }
    expect(() => readers.reader({ kind: 'int' })(cursorOf(avscType('long').toBuffer(2n ** 31n)))).toThrow('32 bits');
  });

  it('read blocks of arrays that tell their size, and pass over them without looking', () => {
    const parsed = parseAvroSchema('{"type": "array", "items": "int"}');
    const readers = new AvroReaders();
    const bytes = Buffer.from([3, 4, 2, 4, 2, 6, 0]);
    expect(readers.reader(parsed)(cursorOf(bytes))).toEqual([1, 2, 3]);
    const cursor = cursorOf(bytes);
    readers.skipper(parsed)(cursor);
    expect(cursor.at).toBe(bytes.length);
  });

  it('are made for types that hold themselves, and end where values nest too deep', () => {
    const parsed = parseAvroSchema(
      '{"type": "record", "name": "n", "fields": [{"name": "next", "type": ["null", "n"]}]}',
    );
    const read = new AvroReaders().reader(parsed);
    expect(canon(read(cursorOf(Buffer.from([2, 2, 0]))))).toEqual([['next', [['next', [['next', null]]]]]]);
    expect(() => read(cursorOf(Buffer.alloc(1000, 2)))).toThrow('nest');
  });

  it('do no more work than the bytes are worth: a million empty items, records of nothing but records', () => {
    const readers = new AvroReaders();
    const nulls = parseAvroSchema('{"type": "array", "items": "null"}');
    const count = avscType('long').toBuffer(2n ** 40n);
    expect(() => readers.reader(nulls)(cursorOf(count))).toThrow('more parts');
    expect(() => readers.skipper(nulls)(cursorOf(count))).toThrow('more parts');
    let schema: unknown = 'null';
    for (let level = 0; level < 8; level++) {
      const name = `l${String(level)}`;
      const first = schema;
      const fields = Array.from({ length: 30 }, (_, i) => ({
        name: `f${String(i)}`,
        type: i === 0 || typeof first === 'string' ? first : `l${String(level - 1)}`,
      }));
      schema = { type: 'record', name, fields };
    }
    const bomb = parseAvroSchema(JSON.stringify(schema));
    expect(() => readers.reader(bomb)(cursorOf(Buffer.alloc(1)))).toThrow('more parts');
    expect(() => readers.skipper(bomb)(cursorOf(Buffer.alloc(1)))).toThrow('more parts');
  });

  it('take names for names, whatever they mean to JavaScript', () => {
    const map = parseAvroSchema('{"type": "map", "values": "int"}');
    const bytes = avscType({ type: 'map', values: 'int' }).toBuffer(plain([['constructor', 1]]));
    const proto = Buffer.from([2, 18, ...Buffer.from('__proto__'), 2, 0]);
    const reader = new AvroReaders().reader(map);
    expect(Object.entries(reader(cursorOf(bytes)) as object)).toEqual([['constructor', 1]]);
    expect(Object.entries(reader(cursorOf(proto)) as object)).toEqual([['__proto__', 1]]);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });
});

/** Lists and maps repeat a sample's schema nowhere, but two samples of one record may clash in a union. */
function avscTypeOrNothing(schema: unknown): ReturnType<typeof avscType> | undefined {
  try {
    return avscType(schema);
  } catch {
    return undefined;
  }
}
