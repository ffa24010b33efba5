/**
 * What was asked for, or undefined once the signal is given. Nothing of it outlives the answer: of a signal that lives as
 * long as the run thousands of answers are awaited.
 */
export function unlessAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
