import { isIPv4, isIPv6 } from 'node:net';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** `10.0.0.5:443`, `[2001:db8::1]:443`, or an address alone (port 0); undefined where it is none. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? text;
  const port = Number(match?.[3] ?? 0);
  if (port > 65_535 || !(isIPv4(address) || isIPv6(address))) return undefined;
  return { address, port };
}
