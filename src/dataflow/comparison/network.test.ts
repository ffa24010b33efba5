import fc from 'fast-check';
import { BlockList } from 'node:net';
import { describe, expect, test } from 'vitest';
import { isSubset, parseNetwork } from './network.ts';

const inside = (inner: string, outer: string): boolean => {
  const a = parseNetwork(inner);
  const b = parseNetwork(outer);
  return a !== undefined && b !== undefined && isSubset(a, b);
};

describe('networks', () => {
  test.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.0.0.1', '10.0.0.0/8', false],
    ['10.0.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/16', false],
    ['fe80::1%eth0', 'fe80::/10', true],
    ['::ffff:10.0.0.1', '10.0.0.0/8', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['::1', '0.0.0.0/0', false],
  ])('%s in %s is %j', (inner, outer, expected) => {
    expect(inside(inner, outer)).toBe(expected);
  });

  test.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4/33',
    '1.2.3.4/',
    ':::',
    '1::2::3',
    '12345::',
    'g::',
    '1.2.3.4/8/8',
    'x',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  test('agrees with the runtime on addresses and prefixes', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, base, prefix) => {
        const list = new BlockList();
        list.addSubnet(base, prefix, 'ipv4');
        expect(inside(address, `${base}/${prefix}`)).toBe(list.check(address, 'ipv4'));
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 1, max: 128 }), (address, base, prefix) => {
        const list = new BlockList();
        list.addSubnet(base, prefix, 'ipv6');
        expect(inside(address, `${base}/${prefix}`)).toBe(list.check(address, 'ipv6'));
      }),
    );
  });
});
