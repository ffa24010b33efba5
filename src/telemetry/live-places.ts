import type { ByteChunk, ByteSource } from './decoder.ts';

/** A file of a live source, as one look at its folder found it. */
export interface LiveFile extends ByteSource {
  /** Device and inode: stays through a rename; another file may have it once this one is gone. */
  readonly identity: string;
  /** Bytes on disk, and the time of the last change in ms. */
  readonly size: number;
  readonly modifiedMs: number;
  /**
   * The file is not what the source names, but lies beside it under a name that a log has after its rotation: it is
   * only read where it goes on from what the source named before.
   */
  readonly rotated: boolean;
  /** The first bytes, at most `limit`, gzip undone as far as it can be. A compressed file is only read as a whole. */
  begin(limit: number): Promise<{ readonly head: Uint8Array; readonly compressed: boolean }>;
  /**
   * Bytes from `offset` on. At the end of what is there comes a pause; asked again, it looks again: it never waits and
   * does not end by itself. It goes on reading the file it opened, also after that was renamed or removed.
   * Nothing from `end()` on is read: what a look has not seen may be the beginning of something else.
   * Throws `SourceError`; `source-replaced` where another file has taken the place since the look.
   */
  open(offset: number, end?: () => number): AsyncIterable<ByteChunk>;
  /** The same bytes with an end, for formats that are read as a whole. */
  whole(): ByteSource;
}

/** A place of a live source that cannot be read now. */
export interface LiveProblem {
  readonly place: string;
  readonly code: string;
  readonly message: string;
}

export interface LiveLook {
  /** In reading order. Files that stand beside the source come last, oldest change first. */
  readonly files: readonly LiveFile[];
  readonly problems: readonly LiveProblem[];
}

/** The files of a live source: what is there now, and when to look again. Implemented by the rooms of the sources. */
export interface LivePlaces {
  /** Never fails for what is missing or may not be read: that is a problem of the look. */
  look(): Promise<LiveLook>;
  /** Settles when something may have changed since the last look, and once `close` has been called. */
  changed(): Promise<void>;
  close(): void;
}
