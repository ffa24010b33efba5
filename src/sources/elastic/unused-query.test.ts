import { expect, test } from 'vitest';
import type { UnusedRule } from '../../telemetry/left-out.ts';
import { fieldsAskedFor, unclearFields, unusedQuery } from './unused-query.ts';

const OTHERS: UnusedRule = {
  name: 'channel',
  tests: [
    { field: 'channel', is: 'none-of', values: ['a/b'] },
    { field: 'id', is: 'none-of', values: [] },
  ],
};
const OWN: UnusedRule = { name: 'id', tests: [{ field: 'id', is: 'one-of', values: ['1', '7'] }] };

const types = (all: Record<string, readonly string[]>): ReadonlyMap<string, readonly string[]> =>
  new Map(Object.entries(all));
const exists = (field: string): unknown => ({ exists: { field } });

test('a document is left out by whole values that it has, never for want of one', () => {
  const query = unusedQuery(OTHERS, types({ channel: ['keyword'], id: ['long', 'keyword'] }));
  const other = { bool: { filter: [exists('channel')], must_not: [{ terms: { channel: ['a/b'] } }] } };
  expect(query).toEqual({ bool: { filter: [other, exists('id')] } });
});

test('beside the words of a text the whole of it will do', () => {
  const query = unusedQuery(OWN, types({ id: ['text'], 'id.keyword': ['keyword'] }));
  expect(query).toEqual({ bool: { filter: [{ terms: { 'id.keyword': ['1', '7'] } }] } });
  expect(fieldsAskedFor(OWN)).toEqual(['id', 'id.keyword']);
});

test.each([
  ['no index has the field', {}],
  ['words only', { channel: ['text'], id: ['keyword'] }],
  ['words in one of the indices', { channel: ['keyword', 'text'], id: ['keyword'] }],
  ['it is not searched in one of the indices', { channel: ['keyword', 'unsearched'], id: ['keyword'] }],
  ['numbers for what is none', { channel: ['long'], id: ['long'] }],
  ['numbers that are rounded', { channel: ['keyword'], id: ['half_float'] }],
])('all documents are read where %s', (_, found) => {
  expect(unusedQuery(OTHERS, types(found))).toBeUndefined();
});

test('fields that would decide if they were kept whole are named', () => {
  expect(unclearFields(OTHERS, types({ channel: ['keyword', 'text'], id: ['keyword'] }))).toEqual(['channel']);
  expect(unclearFields(OTHERS, types({ channel: ['keyword'], id: ['keyword'] }))).toEqual([]);
  expect(unclearFields(OTHERS, types({ channel: ['text'] }))).toEqual([]);
});
