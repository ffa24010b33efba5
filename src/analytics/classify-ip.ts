import { BlockList, isIP } from 'node:net';
import type { Analytic } from './analytic.ts';

/** Special blocks by what they are for (IANA registries of special-purpose addresses, RFC 6890 and after). */
const BLOCKS: readonly (readonly [string, readonly (readonly [string, number])[]])[] = [
  [
    'loopback',
    [
      ['127.0.0.0', 8],
      ['::1', 128],
    ],
  ],
  [
    'private',
    [
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['fc00::', 7],
    ],
  ],
  ['shared', [['100.64.0.0', 10]]],
  [
    'link-local',
    [
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ],
  ],
  [
    'multicast',
    [
      ['224.0.0.0', 4],
      ['ff00::', 8],
    ],
  ],
  [
    'documentation',
    [
      ['192.0.2.0', 24],
      ['198.51.100.0', 24],
      ['203.0.113.0', 24],
      ['2001:db8::', 32],
    ],
  ],
  [
    'unspecified',
    [
      ['0.0.0.0', 8],
      ['::', 128],
    ],
  ],
  [
    'reserved',
    [
      ['192.0.0.0', 24],
      ['198.18.0.0', 15],
      ['240.0.0.0', 4],
    ],
  ],
];

const LISTS = BLOCKS.map(([name, blocks]) => {
  const list = new BlockList();
  for (const [address, prefix] of blocks) list.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return { name, list };
});

/** The class of an address; undefined for a text that is none. An IPv4 address written as IPv6 counts as IPv4. */
export function ipClass(address: string): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return ipClass(mapped);
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  return LISTS.find(({ list }) => list.check(address, family))?.name ?? 'public';
}

export const classifyIp: Analytic = {
  scope: 'row',
  rate(row) {
    for (const value of row.values('attribute').flat()) {
      const found = typeof value === 'string' ? ipClass(value) : undefined;
      if (found !== undefined) return { x_ip_class: found };
    }
    return {};
  },
};
