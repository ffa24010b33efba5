import { expect, test, vi } from 'vitest';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { ElasticFailure } from './elastic-gateway.ts';
import { Retries } from './retries.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a pause that is over leaves nothing behind, however many there were', async () => {
  const added = vi.spyOn(AbortSignal.prototype, 'addEventListener');
  const removed = vi.spyOn(AbortSignal.prototype, 'removeEventListener');
  const timer = new ManualTimer();
  const retries = new Retries({ timer, random: () => 0, giveUpMs: 3_600_000 });
  let attempts = 0;
  const answer = retries.call(async () => {
    if (++attempts <= 20) throw new ElasticFailure('again', 503, 'busy', 'later');
    return attempts;
  });
  for (let i = 0; i < 20; i++) {
    await turn();
    timer.pass(15_000);
  }
  expect(await answer).toBe(21);
  expect(added).toHaveBeenCalledTimes(20);
  expect(removed).toHaveBeenCalledTimes(20);
  vi.restoreAllMocks();
});

test('closing ends a pause, with the failure it waited for', async () => {
  const retries = new Retries({ timer: new ManualTimer(), random: () => 0, giveUpMs: 3_600_000 });
  const answer = retries.call(async () => {
    throw new ElasticFailure('again', 503, 'busy', 'later');
  });
  await turn();
  retries.close();
  await expect(answer).rejects.toMatchObject({ type: 'busy' });
});
