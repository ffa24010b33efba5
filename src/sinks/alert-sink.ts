import type { AlertDocument } from '../hunts/alert-document.ts';

/**
 * Where alerts go. Contract (checked for every sink by `alert-sink.conformance.ts`):
 * - `write` resolves when all of the batch is taken, in its order; an empty batch is fine;
 * - what was written may be written again, after a crash or a failed write: of an alert holds the latest revision;
 * - calls of `write` do not overlap: the next comes when the last one ended;
 * - `close` takes nothing back; twice is harmless; `write` after it rejects with `sink-closed`;
 * - what is wrong with the sink itself is a `SinkError`.
 */
export interface AlertSink {
  /** For messages, e.g. the path of a file. */
  readonly name: string;
  write(alerts: readonly AlertDocument[]): Promise<void>;
  close(): Promise<void>;
}
