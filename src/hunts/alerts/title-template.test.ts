import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration } from '../hunt-file/hunt-file-duration.ts';
import { MAX_TITLE_VALUE, parseTitle, renameTitleAttributes, renderTitle, titleAttributes } from './title-template.ts';

const template = (text: string) => parseTitle(text).template!;
const render = (text: string, values: Record<string, unknown>) => renderTitle(template(text), (path) => values[path]);

describe('title templates', () => {
  it('fill in values, and show unknown ones as ?', () => {
    const title = '{parent_ref.name} ran {name}: { command_line }';
    expect(render(title, { 'parent_ref.name': 'node', name: 'sh' })).toBe('node ran sh: ?');
    expect(titleAttributes(template(`${title} {name}`))).toEqual(['parent_ref.name', 'name', 'command_line']);
    expect(render('{x} {y} {z}', { x: 0, y: false, z: ['a', null, 'b'] })).toBe('0 false a, ?, b');
  });

  it('write braces that are doubled', () => {
    expect(render('{{{name}}} {{x}}', { name: 'sh' })).toBe('{sh} {x}');
  });

  it('keep any text without braces, and any text whose braces are doubled', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '{', '}', ' ', 'é') }), (text) => {
        expect(render(text.replace(/[{}]/g, '$&$&'), {})).toBe(text);
      }),
    );
  });

  it('bound each value', () => {
    expect(render('{x}!', { x: 'a'.repeat(300) })).toBe(`${'a'.repeat(MAX_TITLE_VALUE - 1)}…!`);
    expect(render('{x}', { x: `${'a'.repeat(MAX_TITLE_VALUE - 2)}🦅b` })).toBe(`${'a'.repeat(MAX_TITLE_VALUE - 2)}…`);
  });

  it.each([
    ['a } b', 2, 1],
    ['a {name', 2, 5],
    ['a {} b', 2, 2],
    ['a {b c} d', 2, 5],
    ['{a{b}', 0, 5],
  ])('refuse %j', (text, offset, length) => {
    const { template, problems } = parseTitle(text);
    expect(template).toBe(undefined);
    expect(problems).toMatchObject([{ offset, length }]);
  });

  it('can be put over normalised names', () => {
    const renamed = renameTitleAttributes(template('{process.name}!'), () => 'name');
    expect(renderTitle(renamed, (path) => ({ name: 'sh' })[path])).toBe('sh!');
  });
});

describe('durations', () => {
  it.each([
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['2d', 172_800_000],
    ['250ms', 250],
    ['0s', 0],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '5', 'h', '1 h', '-1h', '1.5h', '1w', '1h30m', '999999999d'])('refuse %j', (text) => {
    expect(parseDuration(text)).toBe(undefined);
  });
});
