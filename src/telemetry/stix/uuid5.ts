import { createHash } from 'node:crypto';

/** Namespace of STIX identifiers that are made from content (STIX 2.1, section 2.9). */
export const STIX_NAMESPACE = '00abedb4-aa42-466c-9c01-fed23315a9b7';

const NAMESPACE_BYTES = Buffer.from(STIX_NAMESPACE.replaceAll('-', ''), 'hex');

/** UUID of version 5 (RFC 9562) of `name` in the namespace of STIX. */
export function stixUuid5(name: string): string {
  const digest = createHash('sha1').update(NAMESPACE_BYTES).update(name, 'utf8').digest();
  digest[6] = ((digest[6] as number) & 0x0f) | 0x50;
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const VERSION_5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u;

/** Whether `id` is `type--` and a UUID made from content. */
export function isDeterministicId(id: unknown, type: string): id is string {
  return typeof id === 'string' && id.startsWith(`${type}--`) && VERSION_5.test(id.slice(type.length + 2));
}
