import { join, relative } from 'node:path';
import { WindhoverError } from '../../errors/windhover-error.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { renderError } from '../render-error.ts';
import { write, type TerminalIo } from '../terminal-io.ts';
import type { DelayTimer, FolderWatcher } from '../sources/watch-folder.ts';
import type { WatchPlace } from '../sources/watch-places.ts';

/** Editors write in several steps: what follows within this is the same save. */
const QUIET_MS = 100;

export interface RepeatOptions {
  /** One run; answers with its exit code. */
  readonly run: () => Promise<number>;
  /** Asked before each run: what a hunt names may have changed. */
  readonly places: () => Promise<readonly WatchPlace[]>;
  readonly watcher: FolderWatcher;
  readonly timer: DelayTimer;
  readonly io: TerminalIo;
}

/**
 * Runs, and again after each change, until interrupted: answers with 130, or 0 when nobody reads the output any more.
 * A change during a run counts: another follows. An error of the first run ends it, as the call is wrong; later ones are
 * told, and the next change may mend them.
 */
export async function repeatOnChange({ run, places, watcher, timer, io }: RepeatOptions): Promise<number> {
  const changes = new Changes(watcher, timer, io);
  try {
    for (let round = 1; ; round++) {
      try {
        await changes.watch(await places());
        await run();
      } catch (error) {
        if (round === 1 || !(error instanceof WindhoverError)) throw error;
        await write(io.stderr, renderError(error));
      }
      if (!io.signal.aborted) await write(io.stderr, 'waiting for changes (Ctrl-C ends)\n');
      const changed = await changes.next();
      if (changed === undefined) return io.signal.reason === 'output-closed' ? 0 : 130;
      const time = new Date(io.now()).toISOString().slice(11, 19);
      const what = escapeTerminal(relative(io.cwd, changed), { maxLength: 200 });
      await write(io.stderr, `\n── ${time} ── ${what} changed ── run ${round + 1} ──\n`);
    }
  } finally {
    changes.close();
  }
}

/** Changes of the watched places, gathered until it is quiet. */
class Changes {
  readonly #watcher: FolderWatcher;
  readonly #timer: DelayTimer;
  readonly #io: TerminalIo;
  readonly #handles = new Map<string, { close(): void }>();
  #places: readonly WatchPlace[] = [];
  #changed: string | undefined;
  #quiet: { cancel(): void } | undefined;
  #ready = false;
  #wake: (() => void) | undefined;

  constructor(watcher: FolderWatcher, timer: DelayTimer, io: TerminalIo) {
    this.#watcher = watcher;
    this.#timer = timer;
    this.#io = io;
    io.signal.addEventListener('abort', () => this.#wake?.());
  }

  /** Folders that go on being watched miss nothing in between. */
  async watch(places: readonly WatchPlace[]): Promise<void> {
    this.#places = places;
    const wanted = new Map(places.map((place) => [watchKey(place), place]));
    for (const [key, handle] of this.#handles) {
      if (wanted.has(key)) continue;
      handle.close();
      this.#handles.delete(key);
    }
    for (const [key, { folder, recursive }] of wanted) {
      if (this.#handles.has(key)) continue;
      try {
        this.#handles.set(
          key,
          this.#watcher.watch(folder, recursive, (name) => this.#notice(folder, name)),
        );
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        await write(this.#io.stderr, `warning: ${escapeTerminal(folder)} cannot be watched: ${escapeTerminal(why)}\n`);
      }
    }
  }

  /** The next change once it is quiet; undefined when the command is to end. */
  async next(): Promise<string | undefined> {
    while (!this.#io.signal.aborted && !this.#ready) await new Promise<void>((wake) => (this.#wake = wake));
    this.#ready = false;
    return this.#io.signal.aborted ? undefined : this.#changed;
  }

  close(): void {
    this.#quiet?.cancel();
    for (const handle of this.#handles.values()) handle.close();
    this.#handles.clear();
  }

  #notice(folder: string, name: string | undefined): void {
    const matters = this.#places.some(
      (place) => place.folder === folder && (name === undefined || place.matters(name)),
    );
    if (!matters) return;
    this.#changed = name === undefined ? folder : join(folder, name);
    this.#quiet?.cancel();
    this.#quiet = this.#timer.after(QUIET_MS, () => {
      this.#ready = true;
      this.#wake?.();
    });
  }
}

function watchKey({ folder, recursive }: WatchPlace): string {
  return `${recursive ? 'r' : ' '}${folder}`;
}
