import { isIP } from 'node:net';
import { UsageError } from '../errors/windhover-error.ts';

export interface ListenAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

/** `[HOST:]PORT`, IPv6 in brackets; without HOST the loopback. Other addresses need `insecure`. Throws `UsageError`. */
export function parseListenAddress(text: string, option: string, insecure: boolean): ListenAddress {
  const match = /^(?:(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65535) {
    throw new UsageError(
      'option-listen',
      `${option} is no address to listen on`,
      'Write PORT or HOST:PORT, as in 9464.',
    );
  }
  const host = (match[1] ?? LOOPBACK).replace(/^\[|\]$/g, '');
  if (!insecure && !isLoopback(host)) {
    throw new UsageError(
      'option-listen',
      `${option} names an address that others can reach, without TLS and without a token`,
      'Listen on 127.0.0.1 behind a proxy that asks for both, or add --insecure where the network itself is closed.',
    );
  }
  return { host, port };
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
