import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');
/** Libraries that only those pay for who read a topic or an index, or log as JSON. */
const LIBRARIES = ['kafkajs', 'snappy', 'lz4-napi', '@elastic/elasticsearch', 'pino'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !/\.test\.ts$|testing\//.test(name),
);

describe.each(LIBRARIES)('%s', (library) => {
  test('is loaded when it is needed, and not with the program', () => {
    const texts = files.map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));
    const at = (pattern: RegExp): string[] => texts.filter(({ text }) => pattern.test(text)).map(({ name }) => name);
    expect(at(new RegExp(`^import (?!type )[^;]*from '${library}'`, 'm'))).toEqual([]);
    expect(at(new RegExp(`import\\('${library}'\\)`))).not.toEqual([]);
  });
});
