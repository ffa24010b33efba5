import { expect, test } from 'vitest';

import { isNetwork } from './network.ts';

test.each(['10.0.0.0/8', '10.1.2.3', '0.0.0.0/0', '::1', '2001:db8::/32', '::/128'])('%s is a network', (text) => {
  expect(isNetwork(text)).toBe(true);
});

test.each([
  '',
  '10.0.0/8',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '::/129',
  'fe80::1%eth0',
  'host',
  '10.0.0.0/-1',
])('%s is none', (text) => {
  expect(isNetwork(text)).toBe(false);
});
