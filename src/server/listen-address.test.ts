import { describe, expect, test } from 'vitest';
import { parseListenAddress } from './listen-address.ts';

describe('an address to listen on', () => {
  test.each([
    ['9464', '127.0.0.1', 9464],
    ['127.0.0.2:0', '127.0.0.2', 0],
    ['localhost:80', 'localhost', 80],
    ['[::1]:9464', '::1', 9464],
  ])('%s', (text, host, port) => {
    expect(parseListenAddress(text, '--metrics', false)).toEqual({ host, port });
  });

  test.each(['0.0.0.0:1', '[::]:1', '10.1.2.3:1', 'example.org:1', '127.evil.example:1', '[::ffff:10.0.0.1]:1'])(
    '%s can be reached by others: only where that is wanted',
    (text) => {
      expect(() => parseListenAddress(text, '--metrics', false)).toThrow(/others can reach/);
      expect(parseListenAddress(text, '--metrics', true).port).toBe(1);
    },
  );

  test.each(['', 'x', ':1', '65536', '1:2:3', '127.0.0.1:', '-1', 'a b:1', '9464\n'])('%j is none', (text) => {
    expect(() => parseListenAddress(text, '--metrics', true)).toThrow(/no address to listen on/);
  });
});
