/**
 * Where a run is made to crash, by name. Behind the colon:
 *
 * - `before`, `after`: killed before or after the step; what was done stays done, and nothing else is ever done;
 * - `half`: killed in the middle of it;
 * - `failed`: nothing of it is done, and the run is told so and lives on;
 * - `unacknowledged`: it is done, and the run is told that it failed, and lives on;
 * - `lost`: killed after it by a power cut, which takes back what was not brought to the disk;
 * - `half failed`: a part of it is done, and the run is told that it failed, and lives on.
 */
export const CRASH_POINTS = [
  'ingest: state restored',
  'ingest: source opened',
  'ingest: input read',
  'ingest: contents loaded',
  'ingest: epoch done',
  'ingest: committed',
  'ingest: batch told',
  'folder: before',
  'folder: failed',
  'folder: unacknowledged',
  'folder: after',
  'commit: before',
  'commit: failed',
  'commit: unacknowledged',
  'commit: after',
  'log mark: before',
  'log mark: failed',
  'log mark: unacknowledged',
  'log mark: after',
  'log: before',
  'log: half',
  'log: half failed',
  'log: lost',
  'log: after',
  'log rewind: before',
  'log rewind: after',
  'sink: before',
  'sink: half',
  'sink: half failed',
  'sink: unacknowledged',
  'sink: after',
  'save: before',
  'save: failed',
  'save: half',
  'save: half failed',
  'save: written',
  'save: after',
  'outbox drop: before',
  'outbox drop: failed',
  'outbox drop: unacknowledged',
  'outbox drop: after',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];
/** What comes before the colon. */
export type CrashStep = CrashPoint extends infer P ? (P extends `${infer Step}: ${string}` ? Step : never) : never;

/** The process is gone at this point of its life: the `at`-th time, from 1, that it comes there. */
export interface CrashPlan {
  readonly point: CrashPoint;
  readonly at: number;
}
