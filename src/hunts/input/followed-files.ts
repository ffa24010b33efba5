import type { LiveFile, LiveLook } from '../../telemetry/live-places.ts';
import { SourceError } from '../../errors/windhover-error.ts';
import { FollowedFile } from './followed-file.ts';
import { beginsAs, HEAD_BYTES, isTelling, placeHead, type PlaceHead } from './place-head.ts';
import type { SourceNotice } from './source-notice.ts';
import type { PlacePosition } from './source-reader.ts';

/** Files that are gone and stay known, so that a compressed copy that turns up later is not read again; copies of them likewise. */
const REMEMBERED = 256;

/**
 * The files of a followed source through rename, truncation, copying and compression: tells after each look which log
 * lies where, so that every line is read once.
 *
 * - The same identity (device, inode), beginning as it did and not shorter than what was read: the same log.
 * - The same identity, but not so: the log was truncated; the file begins another one.
 * - Another file that begins as a known log: its copy, plain or compressed. Where the log's own file is gone or was
 *   truncated, reading goes on in the copy; else the copy is passed by.
 * - Beside the source, under a rotated name: read only where it is a known log, or was written after one.
 */
export class FollowedFiles {
  readonly #source: string;
  readonly #notice: (notice: SourceNotice) => void;
  readonly #files: FollowedFile[] = [];
  /** Copies by their identity: of which log, and whether compressed. */
  readonly #copies = new Map<string, KnownCopy>();
  /** Files beside the source that are nobody's, with what they were like when that was decided. */
  readonly #strangers = new Map<string, { readonly looks: string; readonly head: PlaceHead }>();
  readonly #problems = new Map<string, string>();
  readonly #forgotten: FollowedFile[] = [];
  readonly #added: FollowedFile[] = [];
  #next = 1;
  /** There has been a look. */
  #looked = false;

  constructor(source: string, known: readonly PlacePosition[], notice: (notice: SourceNotice) => void) {
    this.#source = source;
    this.#notice = notice;
    for (const position of known) {
      const { file } = position;
      if (file !== undefined && file.source !== source) continue;
      // What a run without --follow read has no identity yet: it is known by its beginning.
      const id = file?.id ?? this.#nextId();
      if (file !== undefined) this.#next = Math.max(this.#next, 1 + Number(/\d+$/.exec(file.id)?.[0] ?? 0));
      this.#files.push(new FollowedFile(source, id, position.place, position));
    }
  }

  /** In the order they are read: what has moved or is gone first, then as the last look had it. */
  inOrder(look: LiveLook): FollowedFile[] {
    const places = new Map(look.files.map((file, i) => [file.identity, file.rotated ? i - look.files.length : i]));
    const rank = ({ file }: FollowedFile): number =>
      file === undefined ? -Infinity : (places.get(file.identity) as number);
    return this.#files.filter((file) => file.pending).sort((a, b) => compare(rank(a), rank(b)));
  }

  get all(): readonly FollowedFile[] {
    return this.#files;
  }

  /** Those dropped since the last call. */
  takeForgotten(): FollowedFile[] {
    return this.#forgotten.splice(0);
  }

  /**
   * Those found since the last call. They belong into the state before anything of them has been read: by the time a
   * newer log is in it, an older one that is not would be history to the next run.
   */
  takeAdded(): FollowedFile[] {
    return this.#added.splice(0);
  }

  /** Takes in what a look found. `now`: wall time, ms. */
  async update(look: LiveLook, now: number): Promise<void> {
    this.#tellProblems(look);
    const found = new Set<FollowedFile>();
    const others: LiveFile[] = [];
    const times = this.#files.map((log) => log.modifiedMs).filter((ms) => ms !== -Infinity);
    const newestMs = Math.max(-Infinity, ...times);
    const oldestMs = Math.min(Infinity, ...times);
    const byIdentity = new Map(this.#files.map((file) => [file.identity, file]));
    for (const file of look.files) {
      const known = byIdentity.get(file.identity);
      if (known === undefined || found.has(known)) {
        others.push(file);
        continue;
      }
      const same = await this.#isSame(known, file);
      if (same === undefined) found.add(known);
      else if (same) {
        await this.#attach(known, file, now);
        found.add(known);
      } else {
        if (known.place === file.place) {
          this.#tell(file.place, 'truncated', 'was truncated or written anew; read from the start');
        }
        known.identity = undefined;
        await known.stopReading();
        others.push(file);
      }
    }
    const strangers: LiveFile[] = [];
    for (const file of others) {
      const log = await this.#logOf(file, found);
      if (log === 'stranger') strangers.push(file);
      if (log === undefined || log === 'stranger' || log === 'history') continue;
      await this.#attach(log, file, now);
      found.add(log);
    }
    this.#lose(
      this.#files.filter((file) => !found.has(file)),
      newestMs,
      now,
    );
    for (const file of strangers) {
      // A log that appeared and was rotated between two looks, or that a look missed while it was being renamed. What was
      // there before anything was known is history, and was last written before that.
      const isNewer = file.modifiedMs >= oldestMs;
      if (file.rotated && !isNewer) await this.#passBy(file);
      else await this.#attach(await this.#add(file), file, now);
    }
    this.#looked = true;
    this.#forget(look);
  }

  async #attach(log: FollowedFile, file: LiveFile, now: number): Promise<void> {
    // The log goes on in a copy, which holds all of it; the file that is open may hold something else by now.
    if (log.reading !== undefined && log.reading.bytes.file.identity !== file.identity) await log.stopReading();
    if (log.file === undefined && log.told && log.place === file.place) this.#tell(file.place, 'back', 'is back');
    log.attach(file, now);
    this.#copies.delete(file.identity);
  }

  /** Takes note of logs that are nowhere any more. `newestMs`: last change of all that was known, ms. */
  #lose(lost: readonly FollowedFile[], newestMs: number, now: number): void {
    for (const log of lost) {
      if (log.file !== undefined) {
        const rest = log.reading === undefined ? '' : '; what it held is read to its end';
        if (log.identity !== undefined) this.#tell(log.place, 'gone', `is gone${rest}`);
        log.lose(now);
      } else if (!this.#looked && log.modifiedMs === newestMs && newestMs !== -Infinity) {
        const message = 'is gone since the last run; what was written to it after that run is not known';
        this.#tell(log.place, 'gone', message);
      }
    }
  }

  /** The log that a file holds which is known to be none yet; `stranger`: none that is known; `history`: was passed by. */
  async #logOf(
    file: LiveFile,
    found: ReadonlySet<FollowedFile>,
  ): Promise<FollowedFile | 'stranger' | 'history' | undefined> {
    if (file.size === 0) return undefined;
    const copied = this.#copies.get(file.identity);
    // What began alike as long as only half a line was known may be something else.
    if (copied !== undefined && copied.headLength === copied.log.head.headLength && found.has(copied.log)) {
      return !copied.compressed && this.#outgrown(file, copied.log) ? 'stranger' : undefined;
    }
    const settled = this.#files.every((each) => found.has(each) || each.file === undefined);
    const stranger = this.#strangers.get(file.identity);
    if (this.#looked && settled && stranger?.looks === looksOf(file)) return 'history';
    const begin = await this.#begin(file);
    if (begin === undefined) return undefined;
    const heads = new Map<number, string>();
    const isOf = ({ head: { head, headLength } }: FollowedFile): boolean => {
      if (headLength === 0 || headLength > begin.head.length) return false;
      // Many logs, most with heads of one length: each is hashed once.
      const hash = heads.get(headLength) ?? placeHead(begin.head.subarray(0, headLength)).head;
      heads.set(headLength, hash);
      return hash === head;
    };
    const [log] = this.#files
      .filter(isOf)
      .sort((a, b) => Number(found.has(a)) - Number(found.has(b)) || compare(b.position.offset, a.position.offset));
    if (log === undefined) {
      // Somebody may still write to it; another file that was given its inode is another one.
      return stranger !== undefined && beginsAs(begin.head, stranger.head) ? 'history' : 'stranger';
    }
    if (!found.has(log)) return log;
    this.#copies.set(file.identity, { log, compressed: begin.compressed, headLength: log.head.headLength });
    return undefined;
  }

  /** A copy is passed by as long as it holds no more than the log itself. */
  #outgrown(file: LiveFile, log: FollowedFile): boolean {
    if (file.rotated || log.file === undefined || file.size <= log.file.size) return false;
    this.#tell(
      file.place,
      'grew-apart',
      `began as ${log.file.place} and has grown beyond it: read as a file of its own`,
    );
    return true;
  }

  async #passBy(file: LiveFile): Promise<void> {
    const begin = await this.#begin(file);
    this.#strangers.set(file.identity, { looks: looksOf(file), head: placeHead(begin?.head ?? new Uint8Array()) });
  }

  async #add(file: LiveFile): Promise<FollowedFile> {
    const log = new FollowedFile(this.#source, this.#nextId(), file.place);
    const begin = await this.#begin(file);
    if (begin !== undefined && isTelling(begin.head)) log.head = placeHead(begin.head);
    this.#files.push(log);
    this.#added.push(log);
    return log;
  }

  /** `undefined`: it cannot be told now. */
  async #isSame(log: FollowedFile, file: LiveFile): Promise<boolean | undefined> {
    const { drained } = log;
    if (drained?.size === file.size && drained.modifiedMs === file.modifiedMs) return true;
    if (log.head.headLength === 0) return true;
    const begin = await this.#begin(file);
    if (begin === undefined) return undefined;
    // Of a compressed file the size says nothing about how much it holds.
    return beginsAs(begin.head, log.head) && (begin.compressed || file.size >= log.position.offset);
  }

  async #begin(file: LiveFile): Promise<Awaited<ReturnType<LiveFile['begin']>> | undefined> {
    try {
      return await file.begin(HEAD_BYTES);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.problem(file.place, error);
      return undefined;
    }
  }

  /** A place that cannot be read now: told once, until it is another problem. */
  problem(place: string, { code, message }: { readonly code: string; readonly message: string }): void {
    // What was replaced or removed a moment ago shows itself at the next look.
    if (code === 'source-replaced' || code === 'source-missing') return;
    if (this.#problems.get(place) === code) return;
    this.#problems.set(place, code);
    this.#tell(place, code, message.startsWith(place) ? message.slice(place.length).trim() : message);
  }

  #tellProblems({ problems, files }: LiveLook): void {
    const now = new Map(problems.map((problem) => [problem.place, problem]));
    for (const { place, code, message } of problems) {
      if (this.#problems.get(place) === code) continue;
      this.#problems.set(place, code);
      const what = message.startsWith(place) ? message.slice(place.length).trim() : message;
      // What has been read before is told to be gone.
      if (code === 'source-missing' && this.#files.some((file) => file.file?.place === place)) continue;
      this.#tell(place, code, code === 'source-missing' ? `${what} yet; waiting for it` : what);
    }
    const there = new Set(files.map((file) => file.place));
    for (const [place, code] of this.#problems) {
      if (now.has(place)) continue;
      if (code === 'source-missing' || !there.has(place)) this.#problems.delete(place);
    }
  }

  #tell(place: string, code: string, message: string): void {
    this.#notice({ place, code, message });
  }

  /** Copies, and files that were passed by, of which something is remembered. */
  get remembered(): number {
    return this.#copies.size + this.#strangers.size;
  }

  #forget({ files }: LiveLook): void {
    const there = new Set(files.map(({ identity }) => identity));
    forgetOldest(this.#copies, there);
    forgetOldest(this.#strangers, there);
    const gone = this.#files.filter((file) => file.file === undefined && file.reading === undefined);
    for (const file of gone.slice(0, Math.max(0, gone.length - REMEMBERED))) {
      this.#files.splice(this.#files.indexOf(file), 1);
      this.#forgotten.push(file);
    }
  }

  #nextId(): string {
    return `${this.#source}#${this.#next++}`;
  }
}

/** A file that holds what a log holds. */
interface KnownCopy {
  readonly log: FollowedFile;
  readonly compressed: boolean;
  /** How much was known of the log's beginning when the two were compared. */
  readonly headLength: number;
}

/** Of what is nowhere any more only the last is remembered: a look may miss a file that is just being renamed. */
function forgetOldest(known: Map<string, unknown>, there: ReadonlySet<string>): void {
  if (known.size <= REMEMBERED) return;
  const gone = [...known.keys()].filter((identity) => !there.has(identity));
  for (const identity of gone.slice(0, Math.max(0, gone.length - REMEMBERED))) known.delete(identity);
}

/** Changes whenever the file does. */
function looksOf({ size, modifiedMs }: LiveFile): string {
  return `${size}:${modifiedMs}`;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
