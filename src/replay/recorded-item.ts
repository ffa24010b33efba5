/** A piece of recorded telemetry as it is sent: a document, or a SysFlow trace as a whole. */
export interface RecordedItem {
  readonly content: 'document' | 'trace';
  /** The file, and the number of the document in it, from 1. */
  readonly place: string;
  readonly number: number;
  /** As recorded; a document has no line end, and none within it. */
  readonly bytes: Buffer;
  /** Event time, ms since 1970. Absent where it is not asked for, or not told. */
  readonly timeMs?: number | undefined;
  /** As the document names it. Absent where it is not asked for; empty where it is not told. */
  readonly host?: string;
}

/** Live input has nothing more for now: what waits is sent. */
export const PAUSE = 'pause';

export type Recorded = RecordedItem | typeof PAUSE;
