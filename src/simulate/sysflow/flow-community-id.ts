import { hash } from 'node:crypto';
import type { SysflowConnection } from './sysflow-record.ts';

const TCP = 6;
/** Seed (2 bytes, 0), both addresses, protocol, a zero, both ports. */
const TUPLE = Buffer.alloc(16);
TUPLE[10] = TCP;

/** Community ID, version 1 with seed 0, of a TCP connection over IPv4: the smaller end first. */
export function flowCommunityId({ source, sourcePort, destination, destinationPort }: SysflowConnection): string {
  const [from, to] = [addressValue(source), addressValue(destination)];
  const turned = from > to || (from === to && sourcePort > destinationPort);
  TUPLE.writeUInt32BE(turned ? to : from, 2);
  TUPLE.writeUInt32BE(turned ? from : to, 6);
  TUPLE.writeUInt16BE(turned ? destinationPort : sourcePort, 12);
  TUPLE.writeUInt16BE(turned ? sourcePort : destinationPort, 14);
  return `1:${hash('sha1', TUPLE, 'base64')}`;
}

function addressValue(address: string): number {
  let value = 0;
  let part = 0;
  for (let i = 0; i < address.length; i++) {
    const unit = address.charCodeAt(i);
    if (unit === 46) {
      value = value * 256 + part;
      part = 0;
    } else part = part * 10 + unit - 48;
  }
  return value * 256 + part;
}
