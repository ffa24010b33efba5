import type { SinkError } from '../errors/windhover-error.ts';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';

/**
 * Where alerts go. Contract (checked for every sink by `alert-sink.conformance.ts`):
 * - `write` resolves when each alert of the batch is taken, refused for good, or left over;
 * - an empty batch changes nothing: it looks, as far as that can be seen, whether alerts would be taken, and throws if not;
 * - those of one id are taken in their order;
 * - what was written may be written again, after a crash or a failed write: of an alert holds the latest revision;
 * - calls of `write` do not overlap: the next comes when the last one ended;
 * - `close` takes nothing back; twice is harmless; `write` after it rejects with `sink-closed`;
 * - what is wrong with the sink itself is a `SinkError`: thrown where nothing is known of the batch, else told as
 *   `problem` beside what is left.
 */
export interface AlertSink {
  /** For messages, e.g. the path of a file. Holds no secrets. */
  readonly name: string;
  write(alerts: readonly AlertDocument[]): Promise<WriteOutcome>;
  close(): Promise<void>;
}

/** An alert that a sink will never take, and why. */
export interface RefusedAlert {
  readonly alert: AlertDocument;
  /** In the words of the sink, bounded. */
  readonly reason: string;
}

export interface WriteOutcome {
  readonly refused: readonly RefusedAlert[];
  /** Not taken, to be written again, in their order. */
  readonly left: readonly AlertDocument[];
  /** Why some are left. */
  readonly problem?: SinkError | undefined;
  /** The sink asks not to be written to for so long, ms. */
  readonly afterMs?: number | undefined;
}

export const ALL_TAKEN: WriteOutcome = { refused: [], left: [] };
