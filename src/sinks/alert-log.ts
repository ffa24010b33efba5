import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SinkError } from '../errors/windhover-error.ts';
import { makeFolders } from '../files/make-folders.ts';
import { openPrivateFile } from '../files/private-file.ts';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import { AlertLogClaim } from './alert-log-claim.ts';
import { alertLogLines } from './alert-log-lines.ts';
import { isLogPlace, LogTail, type AlertLogMark, type LogPlace } from './alert-log-mark.ts';
import { ALL_TAKEN, type AlertSink, type WriteOutcome } from './alert-sink.ts';
import { sinkClosed } from './sink-closed.ts';

/** Lines and bytes that go into one write. */
const MAX_LINES = 1000;
const MAX_BYTES = 1024 * 1024;

/**
 * The local alert log: one line of JSON per alert and revision, appended; the last line of an id holds (decision 27).
 * One run writes it at a time.
 *
 * A commit carries the mark of what was written before it. After a crash `rewind` cuts away what came after the mark,
 * since the run writes it again. It may cut only what is this state's own: the log tells by its last _stint_
 * (`alert-log-claim.ts`), which begins where another file, another length or another writer was found, and of which the
 * mark says the number:
 * - the last stint is ours and began after the mark: all of it is behind the mark, so it is cut to its beginning;
 * - it is ours and the mark lies in it: it is cut to the mark;
 * - it is somebody else's, or unknown: nothing is cut. Lines of the outbox that stand behind the mark already are not
 *   written again.
 *
 * A log that is not what the mark says is appended to, with a warning.
 */
export class AlertLog implements AlertSink {
  readonly name: string;
  readonly #claim: AlertLogClaim;
  readonly #warn: (message: string) => void;
  #file: FileHandle;
  #length = 0;
  #tail = new LogTail(Buffer.alloc(0));
  /** Of the state, once it was asked; a log without a state has one for each process. */
  #writer = randomBytes(8).toString('hex');
  /** Number of our stint that the last mark lies in, or lies behind. */
  #stint = 0;
  /** What is appended next is no part of that stint. */
  #isStintDue = true;
  /** Whole lines behind this are kept, and may be some of ours: until the outbox was written. */
  #keptFrom: number | undefined;
  /** The state has no mark yet. */
  #isNew = true;
  #closed = false;
  /** A failed write may have left part of a line. */
  #torn = false;
  /** What a failed write left behind `#length` could not be cut. */
  #overhangs = false;
  /** Some of it may not be on the disk yet; what lies there at the start may be of a process that was killed. */
  #unsynced = true;
  /** What could not be brought to the disk may be gone, although a second try says otherwise. */
  #lost: SinkError | undefined;

  private constructor(path: string, file: FileHandle, claim: AlertLogClaim, warn: (message: string) => void) {
    this.name = path;
    this.#file = file;
    this.#claim = claim;
    this.#warn = warn;
  }

  /**
   * Opens or creates the log at `path`, for its owner only. A last line that a crash cut short is ended, so that what
   * follows stands on lines of its own.
   *
   * @throws SinkError `alert-log-unwritable`; `alert-log-locked`: another run writes it
   */
  static async open(path: string, options: { readonly warn?: (message: string) => void } = {}): Promise<AlertLog> {
    const { warn = () => undefined } = options;
    let [file, claim]: [FileHandle?, AlertLogClaim?] = [];
    try {
      await makeFolders(dirname(path));
      file = await openPrivateFile(path, constants.O_RDWR);
      claim = await AlertLogClaim.open(path);
      const log = new AlertLog(path, file, claim, warn);
      await log.#goToEnd();
      return log;
    } catch (cause) {
      await file?.close();
      await claim?.close();
      throw cause instanceof SinkError ? cause : unwritable(path, cause);
    }
  }

  /**
   * How far the log has come: everything whose `write` was awaited. It is on the disk once this is answered, so that a
   * power cut leaves no commit whose mark is beyond the end of the log.
   *
   * @throws SinkError `alert-log-unwritable`, from then on always
   */
  async mark(): Promise<AlertLogMark> {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#isNew && this.#length > 0) await this.#tellOldLines();
    this.#isNew = false;
    this.#keptFrom = undefined;
    const mark = { ...this.#place(), writer: this.#writer, stint: this.#stint };
    if (!this.#unsynced) return mark;
    this.#unsynced = false;
    try {
      await this.#file.datasync();
    } catch (cause) {
      this.#lost = unwritable(this.name, cause);
      throw this.#lost;
    }
    return mark;
  }

  /** Back to where a commit knew the log. `mark`: what `mark()` gave then, or whatever the state holds in its place. */
  async rewind(mark: unknown): Promise<void> {
    if (this.#closed) throw sinkClosed(this.name);
    if (!isLogPlace(mark)) return;
    this.#isNew = false;
    const { writer, stint = 0 } = mark as AlertLogMark;
    const last = this.#claim.stint;
    const isOwn = last !== undefined && last.writer === writer;
    this.#writer = writer ?? this.#writer;
    this.#stint = isOwn ? Math.max(stint, last.number) : stint;
    this.#isStintDue = true;
    try {
      const from = isOwn && last.number > stint ? last.begin : mark;
      const wrong = await this.#differs(from);
      if (wrong !== undefined) {
        this.#warn(`${this.name} is ${wrong}; alerts are appended to it.`);
        return;
      }
      // States and logs of a version without stints go together.
      const isKnown = isOwn ? last.number >= stint : writer === undefined && last === undefined;
      if (isKnown) await this.#cutTo(from.length);
      const keeps = mark.length < this.#length && (await this.#differs(mark)) === undefined;
      if (keeps) this.#keptFrom = mark.length;
      if (keeps && !isKnown) {
        this.#warn(`${this.name} was written to by another run; its lines are kept, and alerts are appended.`);
      }
      this.#isStintDue = !(isOwn && isKnown);
    } catch (cause) {
      throw unwritable(this.name, cause);
    }
  }

  async write(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    if (this.#closed) throw sinkClosed(this.name);
    if (alerts.length === 0) return ALL_TAKEN;
    try {
      await this.#look();
      const missing = await this.#missing(alerts);
      let lines: string[] = [];
      let bytes = 0;
      for (const alert of alerts) {
        const line = lineOf(alert);
        if (missing?.has(line) === false) continue;
        lines.push(line);
        bytes += line.length;
        if (lines.length < MAX_LINES && bytes < MAX_BYTES) continue;
        await this.#append(lines.join(''));
        lines = [];
        bytes = 0;
      }
      if (lines.length > 0) await this.#append(lines.join(''));
    } catch (cause) {
      throw unwritable(this.name, cause);
    }
    return ALL_TAKEN;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#file.close();
    await this.#claim.close();
  }

  #place(): LogPlace {
    return { length: this.#length, tailHash: this.#tail.hash };
  }

  /** How the log is not what was before a place once; undefined: it is. */
  async #differs({ length, tailHash }: LogPlace): Promise<string | undefined> {
    if (length > this.#length) return 'shorter than the state remembers';
    return (await LogTail.read(this.#file, length)).hash === tailHash ? undefined : 'not what the state remembers';
  }

  async #cutTo(length: number): Promise<void> {
    if (length === this.#length) return;
    await this.#file.truncate(length);
    await this.#goToEnd();
  }

  /** What lies there by now was written by others, or by an earlier process. */
  async #goToEnd(): Promise<void> {
    const { size } = await this.#file.stat();
    this.#tail = await LogTail.read(this.#file, size);
    this.#length = size;
    this.#torn = this.#tail.isTorn;
  }

  /** A state that begins anew makes the alerts of an earlier one once more. */
  async #tellOldLines(): Promise<void> {
    let count = 0;
    try {
      for await (const line of alertLogLines(this.name)) if (line !== '') count++;
    } catch (cause) {
      throw unwritable(this.name, cause);
    }
    const lines = count === 1 ? '1 line' : `${count} lines`;
    this.#warn(
      `${this.name} holds ${lines} that this state has not written; alerts are appended. Those that come again have the same ids; to begin anew, move the file or name another one with --alerts.`,
    );
  }

  /** Goes after a log that was rotated: moved, removed, or copied and cut. */
  async #look(): Promise<void> {
    const named = await stat(this.name).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    const open = await this.#file.stat();
    let told: string;
    if (named === undefined || !isSame(named, open)) {
      await makeFolders(dirname(this.name));
      const file = await openPrivateFile(this.name, constants.O_RDWR);
      await this.#file.close();
      this.#file = file;
      this.#unsynced = true;
      told =
        named === undefined
          ? 'was moved or removed; alerts go on in a new file'
          : 'is another file now; alerts go on in that';
    } else if (open.size < this.#length) told = 'was cut by somebody else; alerts go on at its end';
    else return;
    await this.#goToEnd();
    this.#overhangs = false;
    this.#isStintDue = true;
    this.#keptFrom = undefined;
    this.#warn(`${this.name} ${told}.`);
  }

  /** Lines of these alerts that do not stand among those that were kept; undefined: none were. */
  async #missing(alerts: readonly AlertDocument[]): Promise<ReadonlySet<string> | undefined> {
    if (this.#keptFrom === undefined) return undefined;
    const missing = new Set(alerts.map(lineOf));
    for await (const line of alertLogLines(this.name, this.#keptFrom)) missing.delete(`${line}\n`);
    return missing;
  }

  async #append(text: string): Promise<void> {
    if (this.#isStintDue) {
      const next = { writer: this.#writer, number: this.#stint + 1, begin: this.#place() };
      await this.#claim.begin(next);
      this.#stint = next.number;
      this.#isStintDue = false;
    }
    if (this.#overhangs) await this.#file.truncate(this.#length);
    this.#overhangs = false;
    const bytes = Buffer.from(this.#torn ? `\n${text}` : text, 'utf8');
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#length + done);
        done += bytesWritten;
      }
    } catch (cause) {
      // Best effort: whole lines only, so that a reader and a later retry find no half of one.
      await this.#file.truncate(this.#length).catch(() => (this.#overhangs = true));
      throw cause;
    }
    this.#torn = false;
    this.#unsynced = true;
    this.#length += bytes.length;
    this.#tail = this.#tail.with(bytes);
  }
}

function lineOf(alert: AlertDocument): string {
  return `${JSON.stringify(alert)}\n`;
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

function unwritable(path: string, cause: unknown): SinkError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SinkError('alert-log-unwritable', `The alert log ${path} cannot be written: ${reason}`, {
    hint: 'Name a file in a folder that this user may write with --alerts, and see that the disk has room.',
    cause,
  });
}
