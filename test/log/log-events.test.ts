import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LOG_FIELDS, RUN_EVENTS, type RunEvent } from '../../src/cli/log/run-events.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const events: [string, RunEvent][] = Object.entries(RUN_EVENTS);

/** Names that are handed to a log in the program: of `event`, `tell`, and of events that are told together. */
function loggedNames(): Set<string> {
  const names = new Set<string>();
  const src = join(ROOT, 'src');
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!file.startsWith('cli/') || !file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
    if (file.endsWith('log/run-events.ts')) continue;
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, name] of text.matchAll(/\b(?:\.event|tell)\(\s*'([^']+)'/g)) names.add(name as string);
    // A choice between names.
    for (const [, choice] of text.matchAll(/(?:\.event|tell)\(\s*\w+ \? ([^,]+),/g)) {
      for (const [, name] of (choice as string).matchAll(/'([^']+)'/g)) names.add(name as string);
    }
    for (const [, choice] of text.matchAll(/\b(?:name:|NOTICE_EVENTS =) ([^;]*?)(?:,\n|;)/g)) {
      for (const [, name] of (choice as string).matchAll(/'([a-z]+-[a-z-]+)'/g)) names.add(name as string);
    }
  }
  return names;
}

describe('the events of a run', () => {
  test('every name that is logged is in the table, and the table holds no other', () => {
    expect([...loggedNames()].sort()).toEqual(events.map(([name]) => name).sort());
  });

  test('names and fields have one form, and no two fields one name', () => {
    for (const [name] of events) expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
    const names = Object.values(LOG_FIELDS);
    expect(new Set(names).size).toBe(names.length);
    const used = new Set(events.flatMap(([, { fields }]) => fields));
    expect([...used].sort()).toEqual(Object.keys(LOG_FIELDS).sort());
  });

  test('the page of operation shows the same table', () => {
    const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
    const told = [...page.matchAll(/^\| `([a-z-]+)` +\| (info|warn|error) +\| ([^|]*?) *\| (.*?) *\|$/gm)].map(
      ([, name, level, fields, meaning]) => [name, level, fields, meaning],
    );
    const there = events.map(([name, { level, fields, meaning }]) => [
      name,
      level,
      fields.map((field) => `\`${LOG_FIELDS[field]}\``).join(', '),
      meaning,
    ]);
    expect(told).toEqual(there);
  });
});
