import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { isDeterministicId, stixUuid5 } from './uuid5.ts';

describe('stixUuid5', () => {
  it.each([
    [{ value: '1.1.1.1' }, 'cbd67181-b9f8-595b-8bc3-3971e34fa1cc'],
    [{ value: 'a.com' }, '6b11a578-7074-534c-9365-ff285f78cd46'],
    [{ user_id: 'John' }, '1013efe6-f7af-543a-bc7f-591af1b91fd7'],
    [{ x_unique_id: 'u1' }, '9284252b-7b39-58b6-8e56-9f479b1eb094'],
  ])('%j', (contribution, uuid) => {
    expect(stixUuid5(canonicalJson(contribution))).toBe(uuid);
  });

  it('tells ids made from content from others', () => {
    expect(isDeterministicId('ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc', 'ipv4-addr')).toBe(true);
    expect(isDeterministicId('ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc', 'ipv6-addr')).toBe(false);
    expect(isDeterministicId('process--cbd67181-b9f8-495b-8bc3-3971e34fa1cc', 'process')).toBe(false);
    expect(isDeterministicId(7, 'process')).toBe(false);
  });
});

describe('canonicalJson', () => {
  it('sorts members at every level and leaves no blanks', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'ä/"' }], a: true, 'SHA-1': 1e21, __proto__x: 0 })).toBe(
      '{"SHA-1":1e+21,"__proto__x":0,"a":true,"b":[1,{"c":"ä/\\"","d":null}]}',
    );
  });
});
