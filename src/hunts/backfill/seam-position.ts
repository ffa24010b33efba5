/** How far a source has come on its way from history to the live stream; part of the state. */
export interface SeamPosition {
  readonly source: string;
  /** `passed`: the live stream has gone beyond the overlap. */
  readonly stage: 'history' | 'live' | 'passed';
  /** Event time at which history begins, ms. */
  readonly fromMs: number;
  /** Wall time at which history was opened, ms. */
  readonly openedMs: number;
  /** Greatest event time that history gave, at most `openedMs`; absent: it gave nothing yet. */
  readonly newestMs?: number;
  /** How many records history gave. */
  readonly records: number;
  /** How far before the end of history the live stream begins, ms. */
  readonly overlapMs: number;
  /** Partitions whose oldest records have been looked for in history. */
  readonly checked: readonly string[];
  /** Those of them before which something may be missing. Absent: none. */
  readonly gaps?: readonly string[];
  /** Records that both gave. */
  readonly duplicates: number;
}

/** Record ids of one batch of history, kept until the live stream has passed the overlap. */
export interface SeamIds {
  readonly source: string;
  readonly number: number;
  readonly ids: readonly string[];
  /** Greatest event time of the records, ms. */
  readonly newestMs: number;
  /** Not needed any more. */
  readonly forgotten?: true;
}
