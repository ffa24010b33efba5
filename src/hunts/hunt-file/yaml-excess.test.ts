import { describe, expect, test } from 'vitest';
import { readHuntYaml } from './hunt-file-yaml.ts';
import { MAX_YAML_ALIASES, MAX_YAML_DEPTH, MAX_YAML_LINES, MAX_YAML_VALUES, yamlExcess } from './yaml-excess.ts';

describe('a YAML text is within its bounds', () => {
  test.each<[string, (n: number) => string, number]>([
    ['aliases', (n) => `a: &a x\nb: [${'*a,'.repeat(n)}]`, MAX_YAML_ALIASES],
    ['brackets', (n) => `${'['.repeat(n - 1)}${']'.repeat(n - 1)}`, MAX_YAML_DEPTH],
    ['blocks', (n) => Array.from({ length: n }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), MAX_YAML_DEPTH],
    ['dashes on a line', (n) => `${'- '.repeat(n - 1)}x`, MAX_YAML_DEPTH],
    ['values, each on a line', (n) => 'key: x\n'.repeat(n), MAX_YAML_VALUES],
    ['lines', (n) => '\n'.repeat(n - 1) + 'x', MAX_YAML_LINES],
  ])('%s: the last one that is allowed, and the first one that is not', (_, text, most) => {
    expect(yamlExcess(text(most))).toBeUndefined();
    expect(yamlExcess(text(most + 1))).toMatchObject({ offset: expect.any(Number) });
  });

  test('texts are no aliases, brackets or dashes', () => {
    const text = `a: "${'*a [ - '.repeat(200)}"\nb: |\n${'  *a [[[ - - -\n'.repeat(200)}c: a${' - *x ['.repeat(200)}\n# ${'*a ['.repeat(200)}`;
    expect(yamlExcess(text)).toBeUndefined();
  });

  test('blocks that end do not nest those behind them', () => {
    expect(yamlExcess('a:\n  - b:\n      c: d\n'.repeat(1000))).toBeUndefined();
    expect(yamlExcess('a:\n  - [x, {y: [z]}]\n'.repeat(1000))).toBeUndefined();
  });

  test('the place is where it is too much', () => {
    const text = `a: &a x\nb:\n${'- *a\n'.repeat(MAX_YAML_ALIASES)}- *a # here`;
    expect(yamlExcess(text)?.offset).toBe(text.lastIndexOf('*a'));
  });
});

describe('an alias', () => {
  test('stands for the last anchor of its name before it', () => {
    const { value, diagnostics } = readHuntYaml('a: &x 1\nb: *x\nc: &x [2, *x]\nd: *x\ne: *y\nf: &y 3\n');
    expect(diagnostics.map(({ code }) => code)).toEqual(['hunt-file-too-large']);
    expect(value).toMatchObject({ a: 1, b: 1, e: null, f: 3 });
    expect(readHuntYaml('a: &x 1\nb: *x\nc: &x [2]\nd: *x\n').value).toEqual({ a: 1, b: 1, c: [2], d: [2] });
  });
});
