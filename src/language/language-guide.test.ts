import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { checkHuntflow } from './check/check-huntflow.ts';

const GUIDE = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');

test('the examples of the language guide, read one after the other, have no errors', () => {
  const examples = [...GUIDE.matchAll(/^```\n(.*?)^```$/gms)].map((match) => match[1]);
  expect(examples.length).toBeGreaterThan(5);
  expect(checkHuntflow(examples.join('\n')).diagnostics).toEqual([]);
});

test('the guide tells all deviations', () => {
  const rows = [...GUIDE.matchAll(/^\| D(\d+) /gm)].map((match) => Number(match[1]));
  expect(rows).toEqual(Array.from({ length: 21 }, (_, index) => index + 1));
});
