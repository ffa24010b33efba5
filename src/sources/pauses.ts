import type { Timer } from '../telemetry/timer.ts';

/** Wall time after which live input is cut where nothing more is at hand, ms (decision 13). */
export const PAUSE_MS = 20;

/**
 * The chunks of a live stream, with `undefined` where it pauses: `PAUSE_MS` after the first chunk since the last pause,
 * if by then nothing more is at hand. A stream that always has more is never cut, one that trickles is cut in time, and
 * one that is silent pauses once. Ends early when the signal is given, without waiting for the stream.
 */
export async function* withPauses(
  stream: AsyncIterable<Uint8Array>,
  timer: Timer,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array | undefined, void, undefined> {
  const chunks = stream[Symbol.asyncIterator]();
  let wake: () => void = () => {};
  const onAbort = (): void => wake();
  signal?.addEventListener('abort', onAbort);
  let next: Pending | undefined;
  let cutAt: number | undefined;
  try {
    for (;;) {
      if (signal?.aborted === true) return;
      next ??= pending(chunks.next(), () => wake());
      // A turn of the event loop is given even when the time has come: what lies in a pipe counts as at hand.
      const left = cutAt === undefined ? undefined : Math.max(0, cutAt - timer.now());
      await new Promise<void>((resolve) => {
        const cancel = left === undefined ? undefined : timer.after(left, () => wake());
        wake = () => {
          cancel?.();
          resolve();
        };
        if (next?.outcome !== undefined || signal?.aborted === true) wake();
      });
      const { outcome } = next;
      if (outcome === undefined) {
        if (cutAt !== undefined && timer.now() >= cutAt) {
          cutAt = undefined;
          yield undefined;
        }
        continue;
      }
      next = undefined;
      if ('error' in outcome) throw outcome.error;
      if (outcome.result.done === true) return;
      cutAt ??= timer.now() + PAUSE_MS;
      yield outcome.result.value;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // A stream that is being waited for could only be given back once it has given something.
    if (next === undefined) await chunks.return?.();
  }
}

interface Pending {
  outcome: { readonly result: IteratorResult<Uint8Array> } | { readonly error: unknown } | undefined;
}

function pending(promise: Promise<IteratorResult<Uint8Array>>, settled: () => void): Pending {
  const state: Pending = { outcome: undefined };
  promise.then(
    (result) => {
      state.outcome = { result };
      settled();
    },
    (error: unknown) => {
      state.outcome = { error };
      settled();
    },
  );
  return state;
}
