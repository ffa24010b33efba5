import { expect, test } from 'vitest';
import { decodeText, TextEncodingError } from './read-text-file.ts';

function problem(bytes: Buffer): TextEncodingError {
  try {
    decodeText(bytes, 'f.yaml', 'config');
  } catch (error) {
    if (error instanceof TextEncodingError) return error;
  }
  throw new Error('it was decoded');
}

test('a byte order mark is taken off', () => {
  expect(decodeText(Buffer.from('\ufeffa: é\n'), 'f.yaml', 'config')).toBe('a: é\n');
});

test.each<[string, Buffer, string, number]>([
  ['latin1', Buffer.from('a: b\nc: caf\xe9\n', 'latin1'), 'f.yaml:2: this is not UTF-8', 11],
  ['half a character at the end', Buffer.from('a: é').subarray(0, 4), 'f.yaml:1: this is not UTF-8', 3],
  [
    'behind a true replacement character',
    Buffer.concat([Buffer.from('\ufffd é\n'), Buffer.from([0xff])]),
    'f.yaml:2: this is not UTF-8',
    4,
  ],
])('%s is refused at its place', (_, bytes, message, offset) => {
  expect(problem(bytes)).toMatchObject({ code: 'config-encoding', message, offset, exitCode: 2 });
});

test.each(['\ufeffa: b', '\ufffea: b'])('UTF-16 is called by its name', (text) => {
  expect(problem(Buffer.from(text, 'utf16le')).message).toBe('f.yaml is UTF-16, not UTF-8');
});
