import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

import { checkHuntflow } from './check/check-huntflow.ts';

const FILE = resolve(process.env['WINDHOVER_DATA'] ?? '../shared/data', '../language/conformance.json');

interface ConformanceCase {
  readonly id: string;
  readonly input: string;
  readonly expected: string;
  readonly engineShould: string | null;
}

/** Cases that speak of syntax alone, and in which this engine does as Kestrel does. */
function syntaxCases(): readonly ConformanceCase[] {
  if (!existsSync(FILE)) return [];
  const cases = JSON.parse(readFileSync(FILE, 'utf8')) as readonly ConformanceCase[];
  return cases.filter((each) => /^(?:parses|syntax error)/.test(each.expected) && !each.engineShould);
}

describe.skipIf(!existsSync(FILE))(
  'syntax of Kestrel 1.8, from recorded answers of the reference implementation',
  () => {
    test('there are cases', () => {
      expect(syntaxCases().length).toBeGreaterThan(100);
    });

    test.each(syntaxCases().map((each) => [each.id, each] as const))('%s', (_, { input, expected }) => {
      const text = input.replace(/\{[A-Z0-9]+\}/g, "p = NEW process ['a']").replace(/\$(?:FX|TD)/g, 'file:///fixture');
      const errors = checkHuntflow(text).diagnostics.filter((each) => each.code.startsWith('syntax-'));
      if (expected.startsWith('parses')) {
        expect(errors).toEqual([]);
        return;
      }
      const [, kind, line, column] = /^syntax error \((\S+).*?\)(?: line (\d+) col (\d+))?/.exec(expected) ?? [];
      const place = errors[0]?.range.start;
      expect(place).toBeDefined();
      if (kind === 'end') expect(errors[0]?.code).toBe('syntax-end');
      else if (line !== undefined) expect([place?.line, place?.column]).toEqual([Number(line), Number(column)]);
    });
  },
);
