import { createHash } from 'node:crypto';

/**
 * Community ID (version 1, seed 0) of an IPv4 flow: the same text on both ends and in other sensors. `undefined` for
 * addresses that are no IPv4 addresses. As SysFlow's processor computes it, ports count whatever the protocol.
 */
export function communityId(
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
  protocol: number,
): string | undefined {
  const [one, other] = [addressBytes(source), addressBytes(destination)];
  if (one === undefined || other === undefined) {
    return undefined;
  }
  const order = Buffer.compare(one, other);
  const turned = order > 0 || (order === 0 && sourcePort > destinationPort);
  const ends = turned ? [other, one] : [one, other];
  const ports = turned ? [destinationPort, sourcePort] : [sourcePort, destinationPort];
  const head = Buffer.concat([Buffer.alloc(2), ...ends, Buffer.from([protocol & 0xff, 0])]);
  const tail = Buffer.alloc(4);
  tail.writeUInt16BE((ports[0] as number) & 0xffff, 0);
  tail.writeUInt16BE((ports[1] as number) & 0xffff, 2);
  return `1:${createHash('sha1').update(head).update(tail).digest('base64')}`;
}

function addressBytes(address: string): Buffer | undefined {
  const parts = address.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !Number.isInteger(part) || part < 0 || part > 255)) return undefined;
  return Buffer.from(parts);
}
