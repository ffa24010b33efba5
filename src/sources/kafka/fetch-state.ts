import type { PartitionRange, TopicPartition } from './kafka-client.ts';

/** Where fetching of a partition stands: everything before `expected` has been queued. */
export interface FetchState extends TopicPartition {
  /** `undefined`: not known yet, what comes first is the beginning. */
  expected: number | undefined;
  /** Where it stood when the brokers were asked what there is. */
  asked: number | undefined;
  /** Where it stood at the last look, and since when, ms. */
  looked: { readonly expected: number | undefined; readonly sinceMs: number } | undefined;
  /** It may stand still this long though there is something to be read, in looks; longer each time it was in vain. */
  patience: number;
}

/** Why a partition cannot go on where it should. */
export type Misfit =
  /** Messages before `first` are gone: the topic's retention has passed over them. */
  | { readonly kind: 'expired'; readonly first: number }
  /** There is less than has been read: the topic was deleted and made anew. */
  | { readonly kind: 'anew'; readonly first: number };

export function misfitOf(expected: number, { first, end }: PartitionRange): Misfit | undefined {
  if (expected < first) return { kind: 'expired', first };
  return expected > end ? { kind: 'anew', first } : undefined;
}

export class FetchStates {
  readonly #states = new Map<string, FetchState>();

  get all(): Iterable<FetchState> {
    return this.#states.values();
  }

  of({ topic, partition }: TopicPartition): FetchState {
    const key = `${topic}/${partition}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { topic, partition, expected: undefined, asked: undefined, looked: undefined, patience: 1 };
      this.#states.set(key, state);
    }
    return state;
  }

  /** The brokers are about to be asked: their answer is as of now. */
  ask(): void {
    for (const state of this.#states.values()) state.asked = state.expected;
  }

  has({ topic, partition }: TopicPartition): boolean {
    return this.#states.has(`${topic}/${partition}`);
  }

  forgetTopic(topic: string): void {
    for (const [key, state] of this.#states) if (state.topic === topic) this.#states.delete(key);
  }
}
