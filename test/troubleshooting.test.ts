import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ELASTIC_CODES } from '../src/sources/elastic/elastic-words.ts';
import { REFUSED_MESSAGES } from '../src/telemetry/messages/refused-messages.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');
const CODE = /'((?:elastic|kafka|topic)-[a-z0-9-]+)'/gu;
const page = readFileSync(join(ROOT, 'docs/troubleshooting.md'), 'utf8');

/** Codes that the sources of the program write out, and those that are put together. */
function written(): string[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/\.(?:test|conformance)\.ts$|(?:^|\/)testing\//u.test(name),
  );
  const codes = files.flatMap((name) =>
    [...readFileSync(join(SRC, name), 'utf8').matchAll(CODE)].map(([, code]) => code),
  );
  return [...codes, ...Object.keys(REFUSED_MESSAGES).map((reason) => `topic-${reason}`)] as string[];
}

/** First cells of the tables of codes. */
function documented(): string[] {
  return [...page.matchAll(/^\| `((?:elastic|kafka|topic)-[a-z0-9-]+)`/gmu)].map(([, code]) => code as string);
}

describe('the page of what may go wrong with servers', () => {
  test('has each code once, and none that there is not', () => {
    expect(documented().sort()).toEqual([...new Set(written())].sort());
  });

  test('the codes of Elasticsearch are found', () => {
    expect(written()).toEqual(expect.arrayContaining([...ELASTIC_CODES]));
  });
});
