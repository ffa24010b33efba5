import { expect, test } from 'vitest';
import { alertTemplate } from './alert-template.ts';
import { mappingConflicts } from './mapping-conflicts.ts';

const { properties } = alertTemplate('windhover-alerts').template.mappings;
const answer = (found: object): object => ({ 'windhover-alerts-2026.01': { mappings: { properties: found } } });
const conflict = (found: object): unknown =>
  mappingConflicts(answer(found), properties).get('windhover-alerts-2026.01');

test('the mapping of the template takes alerts, and so does one that knows nothing', () => {
  expect(conflict(properties)).toBeUndefined();
  expect(conflict({})).toBeUndefined();
});

test.each<[object, string | undefined]>([
  [{ '@timestamp': { type: 'date_nanos' } }, undefined],
  [{ '@timestamp': { type: 'keyword' } }, undefined],
  [{ '@timestamp': { type: 'long' } }, '@timestamp'],
  [{ event: { properties: { id: { type: 'text' } } } }, undefined],
  [{ event: { properties: { id: { type: 'long' } } } }, 'event.id'],
  [{ event: { properties: { id: { type: 'date' } } } }, 'event.id'],
  [{ event: { properties: { id: { properties: { a: { type: 'keyword' } } } } } }, 'event.id'],
  [{ event: { properties: { severity: { type: 'double' } } } }, undefined],
  [{ event: { properties: { severity: { type: 'boolean' } } } }, 'event.severity'],
  [{ event: { type: 'keyword' } }, 'event'],
  [{ event: { type: 'flattened' } }, undefined],
  [{ something: { type: 'boolean' } }, undefined],
])('%j', (found, field) => {
  expect(conflict(found)).toEqual(field === undefined ? undefined : expect.objectContaining({ field }));
});

test('an answer that is none holds no conflict', () => {
  for (const body of [undefined, null, '<html>', [], { a: 1 }, { a: { mappings: null } }]) {
    expect(mappingConflicts(body, properties).size).toBe(0);
  }
});
