import { isIP } from 'node:net';

/** Whether a text is an IPv4 or IPv6 address, alone or with a prefix length: `10.0.0.0/8`, `2001:db8::1`. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes('%')) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}
