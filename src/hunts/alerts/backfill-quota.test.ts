import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BackfillQuota } from './backfill-quota.ts';

const admitted = (quota: BackfillQuota, hosts: readonly string[]): string[] =>
  hosts.filter((host) => quota.admits(host));

describe('alerts from history', () => {
  test('leave up to the limit, and of each host a few more', () => {
    const quota = new BackfillQuota(200);
    expect(
      admitted(
        quota,
        Array.from({ length: 500 }, () => 'noisy'),
      ),
    ).toHaveLength(200);
    expect(admitted(quota, ['a', 'b', 'a', 'a', 'noisy', 'b'])).toEqual(['a', 'b', 'a', 'b']);
    expect(quota.left).toBe(204);
  });

  test('never more than twice the limit, however many hosts are made up', () => {
    const quota = new BackfillQuota(200);
    for (let i = 0; i < 5000; i++) quota.admits(`h${i}`);
    expect(quota.left).toBe(400);
    expect(quota.stored().hosts.length).toBeLessThanOrEqual(400);
    const none = new BackfillQuota(0);
    expect(none.admits('a')).toBe(false);
  });

  test('a host with no more than its share is not summed up beside a flood from another, nor after a restart', () => {
    const flood = fc.array(fc.constant('flood'), { maxLength: 600 });
    fc.assert(
      fc.property(flood, flood, fc.integer({ min: 1, max: 2 }), (before, after, alerts) => {
        let quota = new BackfillQuota(200);
        admitted(quota, before);
        const { left, hosts } = quota.stored();
        quota = new BackfillQuota(200);
        quota.restore({ left, hosts });
        for (let i = 0; i < alerts; i++) expect(quota.admits('quiet')).toBe(true);
        admitted(quota, after);
      }),
    );
  });
});
