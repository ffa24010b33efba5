import type { HistoryCursor } from '../../telemetry/document-history.ts';
import type { EarlierRevision } from '../upgrade/earlier-revisions.ts';
import type { HuntIdentity } from '../upgrade/hunt-identity.ts';
import type { PlaceHead } from '../input/place-head.ts';

/** Revisions that an older version of a hunt had given its alerts. */
export interface HuntRevisions {
  readonly hunt: string;
  readonly revisions: readonly EarlierRevision[];
}

/** How a scope was set up when it was opened: what decides its answers beside hunts and records. */
export interface JournalSetup {
  readonly sources: readonly string[];
  readonly hunts: readonly Pick<HuntIdentity, 'id' | 'fingerprint'>[];
  readonly clock: 'event' | 'wall';
  /** ms; `null`: all is kept, there is no window. */
  readonly retentionMs: number | null;
  /** What is kept for another time, by source and by entity type; journals of earlier versions have neither. */
  readonly sourceRetentionMs?: readonly (readonly [string, number])[];
  readonly typeRetentionMs?: readonly (readonly [string, number])[];
  readonly latenessMs: number;
  readonly smallestWindowMs: number | null;
  readonly maxLineBytes: number;
  readonly hostAliases: readonly (readonly [string, string])[];
  readonly countRecords: boolean;
  /** History was being read that live sources go on from. */
  readonly backfilling: boolean;
  /** It went on from a state. */
  readonly resumed: boolean;
}

/** A place that was read, as it was named and told apart then. */
export interface JournalPlace {
  readonly source: string;
  readonly place: string;
  readonly kind: 'file' | 'followed' | 'partition' | 'history' | 'stream';
  /** Files: what they begin with. */
  readonly head: PlaceHead;
  /** Device and inode of a followed file. */
  readonly identity?: string | undefined;
  readonly partition?: { readonly topic: string; readonly partition: number; readonly cluster: string };
}

/** How far a place was read: bytes, messages or documents, and records before it. */
export interface JournalMark {
  readonly offset: number;
  readonly records: number;
  /** Of a partition: parts of the message at the offset that were given out; where reading has to begin again. */
  readonly within?: number;
  readonly replayFrom?: number;
  readonly cursor?: HistoryCursor;
}

/** One batch that was read. */
export interface JournalRead {
  readonly place: JournalPlace;
  /** Names the place in the state. */
  readonly key: string;
  readonly from: JournalMark;
  readonly to: JournalMark;
  /** Records in it. */
  readonly size: number;
}

/** What a live scope did, in its order. `clock`: the reading of the wall clock that it went by, ms. */
export type JournalStep =
  /** It was opened. What was not committed before is gone. */
  | {
      readonly kind: 'open';
      readonly clock: number;
      readonly setup: JournalSetup;
      /** Where it begins with hunts that started over: what their alerts had come to. Absent: nothing. */
      readonly earlier?: readonly HuntRevisions[];
    }
  /** `number`: as the engine counts epochs, once it was done. */
  | { readonly kind: 'epoch'; readonly clock: number; readonly number: number; readonly read: JournalRead }
  /** Time passed without a record, and something was due. */
  | { readonly kind: 'tick'; readonly clock: number }
  /** History had been read to its end. */
  | { readonly kind: 'live'; readonly clock: number }
  /** The input had come to its end. */
  | { readonly kind: 'end'; readonly clock: number };
