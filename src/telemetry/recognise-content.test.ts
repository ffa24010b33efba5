import { describe, expect, it } from 'vitest';
import { recogniseContent, recogniseGrowing } from './recognise-content.ts';

const of = (text: string, complete = true): string => recogniseContent(Buffer.from(text), complete);

describe('recogniseContent', () => {
  it.each([
    '{"type":"bundle","id":"bundle--1","objects":[]}',
    '{\n  "id": "bundle--1",\n  "spec_version": "2.0",\n  "type": "bundle",\n  "objects": [',
    '\uFEFF \n{"x":{"type":"a","y":[1,{"z":"}\\""}]},"type" : "bundle"}',
  ])('a bundle: %j', (text) => {
    expect(of(text)).toBe('stix-bundle');
  });

  it('a bundle whose type is too far away to be seen', () => {
    expect(of('{"id":"bundle--1","objects":[{"type":"observed-data"},', false)).toBe('stix-bundle');
    expect(of('{"objects":[{"type":"observed-data"}],"type":"bundle"}', false)).toBe('stix-bundle');
  });

  it.each([
    '',
    '\n',
    'x',
    '{"event":{"type":"bundle"}}',
    '{"type":"wineventlog","x":1}\n{"type":"bundle"}',
    '{"note":"\\"type\\":\\"bundle\\""}',
    '{"type":1}',
    '{"type"',
  ])('lines: %j', (text) => {
    expect(of(text)).toBe('lines');
  });

  it.each(['[{"type":"bundle"}]', ' [\n  {\n', '{\n "a": 1\n}\n{\n}', '[ { }'])('elements: %j', (text) => {
    expect(of(text)).toBe('elements');
  });

  it('UTF-16 with and without a mark, and Avro', () => {
    expect(recogniseContent(Buffer.from('\uFEFF{}', 'utf16le'), true)).toBe('utf-16');
    expect(recogniseContent(Buffer.from('{"a":1}', 'utf16le'), true)).toBe('utf-16');
    expect(recogniseContent(Buffer.from('{}', 'utf16le').swap16(), true)).toBe('utf-16');
    expect(recogniseContent(Buffer.from('Obj\u0001rest'), true)).toBe('avro');
    const header = [0, 10, 2, 0x68, 0, 2, 0x66];
    expect(recogniseContent(Buffer.from(header), true)).toBe('sysflow-datums');
    // Another version, a header cut short, a name with a control character, nothing but zeros.
    for (const other of [
      [0, 12, ...header.slice(2)],
      header.slice(0, -1),
      [0, 10, 2, 7, 0, 2, 0x66],
      Array(99).fill(0),
    ]) {
      expect(recogniseContent(Buffer.from(other as number[]), true)).toBe('lines');
    }
  });
});

describe('input that is still being written', () => {
  const growing = (text: string): string | undefined => recogniseGrowing(Buffer.from(text));

  it.each([
    ['nothing yet', '', undefined],
    ['half a line', '{"a":1', undefined],
    ['a line without its end', '{"a":1}', undefined],
    ['a line', '{"a":1}\n', 'lines'],
    ['a line after a byte order mark', '\uFEFF{"a":1}\n', 'lines'],
    ['a line that is no document', 'hello\n', 'lines'],
    ['a broken line and the next', '{"a":1,\n{"a":2}', 'lines'],
    ['the first line of a document over many', '{"id":1,\n', undefined],
    ['an object over several lines', '{\n  "a": 1', 'elements'],
    ['an array that has only begun', '[\n', undefined],
    ['an array', '[{"a":1},', 'elements'],
    ['a bundle', '{"type":"bundle","id":', 'stix-bundle'],
  ])('%s', (_name, text, expected) => expect(growing(text)).toBe(expected));
});
