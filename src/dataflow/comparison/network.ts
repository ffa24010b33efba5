/** An address or network: its family's width in bits, the address as a number, and how many leading bits count. */
export interface Network {
  readonly width: 32 | 128;
  readonly address: bigint;
  readonly prefix: number;
}

/** Parses `10.0.0.1`, `10.0.0.0/8`, `fe80::1`, `2001:db8::/32`; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  if (text.length > 64) return undefined;
  const [address, prefixText, ...rest] = text.split('/');
  if (address === undefined || rest.length > 0) return undefined;
  const bits = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (bits === undefined) return undefined;
  const width = address.includes(':') ? 128 : 32;
  if (prefixText === undefined) return { width, address: bits, prefix: width };
  if (!/^\d{1,3}$/.test(prefixText) || Number(prefixText) > width) return undefined;
  return { width, address: bits, prefix: Number(prefixText) };
}

/** True where every address of `inner` lies in `outer`; false for different families. */
export function isSubset(inner: Network, outer: Network): boolean {
  if (inner.width !== outer.width || inner.prefix < outer.prefix) return false;
  const shift = BigInt(outer.width - outer.prefix);
  return inner.address >> shift === outer.address >> shift;
}

function parseIpv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let address = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    address = (address << 8n) | BigInt(part);
  }
  return address;
}

function parseIpv6(text: string): bigint | undefined {
  const zone = text.indexOf('%');
  const halves = (zone < 0 ? text : text.slice(0, zone)).split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(ipv6Groups)));
  const head = groups[0] ?? [];
  const tail = groups[1] ?? [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let address = 0n;
  for (const group of [...head, ...new Array<string>(missing).fill('0'), ...tail]) {
    if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined;
    address = (address << 16n) | BigInt(`0x${group}`);
  }
  return address;
}

/** A group, or the two that a trailing dotted IPv4 address stands for. */
function ipv6Groups(group: string): string[] {
  if (!group.includes('.')) return [group];
  const address = parseIpv4(group);
  if (address === undefined) return ['?'];
  return [(address >> 16n).toString(16), (address & 0xffffn).toString(16)];
}
