/** Any time will do: nothing happens then. */
const HOLD_MS = 60 * 60 * 1000;

/**
 * Waits until the signal is given. A timer holds the process meanwhile: with no hunt there is no input, and neither
 * a promise nor a listener for signals of the system keeps Node from ending.
 */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const hold = setInterval(() => {}, HOLD_MS);
  try {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  } finally {
    clearInterval(hold);
  }
}
