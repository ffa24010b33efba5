import { parseStateKey } from '../../store/state-key-parser.ts';
import { stateKeyRange } from '../../store/state-keys.ts';
import type { StateStore } from '../../store/state-store.ts';

/**
 * First part of the keys under which alerts wait for sinks; behind it stand the sink and a number that counts up. An
 * integer, so that they lie behind all that waits for the local log.
 */
export const SINK_OUTBOX = 0;

/** What waits for one sink. */
export interface PendingAlerts {
  readonly alerts: number;
  /** Of their documents. */
  readonly bytes: number;
  /** Numbers of the first one and of the one that will follow the last. */
  readonly first: number;
  readonly next: number;
}

/** Sink → what waits for it in the state, also for sinks that nobody calls for any more. */
export async function pendingAlerts(store: StateStore): Promise<ReadonlyMap<string, PendingAlerts>> {
  const pending = new Map<string, PendingAlerts>();
  const range = stateKeyRange('o', SINK_OUTBOX);
  for await (const { key, value } of store.range(range.from, range.to)) {
    const [, sink, sequence] = parseStateKey(key).parts as [number, string, number];
    const { alerts, bytes, first } = pending.get(sink) ?? { alerts: 0, bytes: 0, first: sequence };
    pending.set(sink, { alerts: alerts + 1, bytes: bytes + value.length, first, next: sequence + 1 });
  }
  return pending;
}
