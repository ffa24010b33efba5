import type { RunNote, RunNotes } from '../../hunts/state/run-notes.ts';

type NoteReader = (name: string, value: unknown) => void;

/** Separates the kind of a note from its name. */
const SEPARATOR = '\n';

/** What a backtest notes while it goes on, by kind: each kind has an owner, who is given his notes when it goes on. */
export class NoteBook implements RunNotes {
  readonly #readers = new Map<string, NoteReader>();
  readonly #beginners: (() => void)[] = [];
  readonly #enders: (() => void)[] = [];
  readonly #finishers: (() => void)[] = [];
  #changed = new Map<string, RunNote>();

  /** `read` is given what was noted of this kind when a scope goes on, in order of the names. */
  own(kind: string, read: NoteReader): void {
    this.#readers.set(kind, read);
  }

  /** A scope begins: before anything of it is read. */
  onBegin(begin: () => void): void {
    this.#beginners.push(begin);
  }

  /** All of it has been given back. */
  onEnd(end: () => void): void {
    this.#enders.push(end);
  }

  /** Before a commit: whoever still has something to note does it. */
  beforeCommit(finish: () => void): void {
    this.#finishers.push(finish);
  }

  /** The last value of a name holds. */
  note(kind: string, name: string, value: unknown): void {
    const key = `${kind}${SEPARATOR}${name}`;
    this.#changed.set(key, [key, value]);
  }

  restore(notes: readonly RunNote[]): void {
    for (const begin of this.#beginners) begin();
    for (const [key, value] of notes) {
      const at = key.indexOf(SEPARATOR);
      this.#readers.get(key.slice(0, at))?.(key.slice(at + 1), value);
    }
    for (const end of this.#enders) end();
  }

  takeChanged(): readonly RunNote[] {
    for (const finish of this.#finishers) finish();
    const changed = [...this.#changed.values()];
    this.#changed = new Map();
    return changed;
  }
}
