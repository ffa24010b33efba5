import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { unlessAborted } from './unless-aborted.ts';

const never = new Promise<never>(() => {});

test('gives what was asked for, or throws what went wrong, and leaves nothing at the signal', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  await Promise.resolve();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('gives nothing once the signal is given, before or after', async () => {
  const stop = new AbortController();
  const asked = unlessAborted(never, stop.signal);
  stop.abort();
  expect(await asked).toBeUndefined();
  expect(await unlessAborted(never, stop.signal)).toBeUndefined();
});

test('what fails after the signal is nobody’s any more', async () => {
  const stop = new AbortController();
  let fail = (_error: Error): void => {};
  const asked = unlessAborted(new Promise((_, reject) => (fail = reject)), stop.signal);
  stop.abort();
  expect(await asked).toBeUndefined();
  fail(new Error('late'));
  await new Promise((resolve) => setImmediate(resolve));
});
