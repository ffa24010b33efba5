import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceError } from '../../errors/windhover-error.ts';
import { sysflowSchema } from '../sysflow/sysflow-schema.ts';
import { MAX_SCHEMA_BYTES, parseAvroSchema } from './parse-avro-schema.ts';

function record(fields: unknown, more: object = {}): string {
  return JSON.stringify({ type: 'record', name: 'r', fields, ...more });
}

describe('schemas', () => {
  it('find types by name in the space that they stand in, and pass over logical types', () => {
    const parsed = parseAvroSchema(
      record(
        [
          { name: 'a', type: { type: 'fixed', name: 'id', size: 4 } },
          { name: 'b', type: 'id' },
          { name: 'c', type: ['null', 'x.y.id'] },
          { name: 'd', type: { type: 'long', logicalType: 'timestamp-millis' } },
        ],
        { namespace: 'x.y' },
      ),
    );
    if (parsed.kind !== 'record') throw new Error('no record');
    const [a, b, c, d] = parsed.fields;
    expect(parsed.name).toBe('x.y.r');
    expect(b?.type).toBe(a?.type);
    expect(c?.type).toMatchObject({ branches: [{ kind: 'null' }, { name: 'x.y.id' }] });
    expect(d?.type).toEqual({ kind: 'long' });
  });

  let deep: unknown = 'int';
  for (let i = 0; i < 100; i++) deep = { type: 'array', items: deep };
  const many = Array.from({ length: 30_000 }, (_, i) => ({ name: `f${String(i)}`, type: 'int' }));

  it.each<[string, string]>([
    ['no JSON', '{'],
    ['a number', '7'],
    ['nothing', 'null'],
    ['an unknown name', '"strnig"'],
    ['an empty union', '[]'],
    ['a union in a union', '[["null"], "int"]'],
    ['no fields', record(undefined)],
    ['a field without a name', record([{ type: 'int' }])],
    ['a field that is none', record([null])],
    [
      'two fields of one name',
      record([
        { name: 'a', type: 'int' },
        { name: 'a', type: 'int' },
      ]),
    ],
    ['a name that would be code', record([{ name: 'a;process.exit()', type: 'int' }])],
    ['a type stated twice', record([{ name: 'a', type: { type: 'enum', name: 'r', symbols: ['A'] } }])],
    ['a type named as a primitive', '{"type": "enum", "name": "int", "symbols": ["A"]}'],
    ['an enum without symbols', '{"type": "enum", "name": "e", "symbols": []}'],
    ['a symbol that is none', '{"type": "enum", "name": "e", "symbols": [1]}'],
    ['a negative size', '{"type": "fixed", "name": "f", "size": -1}'],
    ['a size of terabytes', '{"type": "fixed", "name": "f", "size": 1e12}'],
    ['an array of nothing', '{"type": "array"}'],
    ['types a hundred deep', JSON.stringify(deep)],
    ['thirty thousand fields', record(many)],
    ['more than a megabyte', `"${'x'.repeat(MAX_SCHEMA_BYTES)}"`],
    ['a hundred thousand brackets', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('with %s are refused', (_, text) => {
    expect(() => parseAvroSchema(text)).toThrow(SourceError);
  });

  it('changed anywhere are a schema or refused, and nothing else', () => {
    const text = JSON.stringify(sysflowSchema());
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(40), fc.string({ maxLength: 8 }), (at, length, put) => {
        try {
          parseAvroSchema(text.slice(0, at) + put + text.slice(at + length));
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
