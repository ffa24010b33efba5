import { createHash } from 'node:crypto';
import { formatInstant, type Instant } from '../../catalogue/instant.ts';
import type { TypedProcess } from './typed-record-schema.ts';

/** All that the records of a test have said of a process so far: real sensors repeat it in every record. */
export interface KnownProcess {
  readonly pid: number;
  readonly created: Instant;
  /** ProcessGuid, as Sysmon would make one up. */
  readonly guid: string;
  readonly name?: string;
  readonly executable?: string;
  readonly commandLine?: string;
  readonly user?: string;
  readonly cwd?: string;
  readonly parent?: KnownProcess;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Mention = number | (Omit<TypedProcess, 'created' | 'parent'> & { readonly created?: Instant });

/**
 * Processes of a test by host and pid. A pid is one process throughout, unless a record says that it began at another
 * time. Without a time it began when its first `start` record says, else at `before`.
 */
export class TypedProcessBook {
  readonly #before: Instant;
  readonly #firstStarts: ReadonlyMap<string, Instant>;
  readonly #known = new Map<string, Writable<KnownProcess>>();
  readonly #current = new Map<string, Writable<KnownProcess>>();

  /** `firstStarts`: by `placeOf(host, pid)`. */
  constructor(firstStarts: ReadonlyMap<string, Instant>, before: Instant) {
    this.#firstStarts = firstStarts;
    this.#before = before;
  }

  static placeOf(host: string, pid: number): string {
    return `${host}\n${pid}`;
  }

  /** Takes in what a record says of a process and answers with all that is known of it. */
  mention(host: string, windows: boolean, mention: Mention, parent?: KnownProcess): KnownProcess {
    const typed = typeof mention === 'number' ? { pid: mention } : mention;
    const process = this.#find(host, typed.pid, typed.created);
    const executable = typed.executable ?? programOf(typed, windows);
    if (executable !== undefined) {
      process.executable = executable;
      process.name = typed.name ?? baseName(executable, windows);
      // Another program has another command line: what the one before was called with says nothing of it.
      if (typed.command_line === undefined) delete process.commandLine;
    }
    if (typed.command_line !== undefined) process.commandLine = typed.command_line;
    if (typed.user !== undefined) process.user = typed.user;
    if (typed.cwd !== undefined) process.cwd = typed.cwd;
    if (parent !== undefined) process.parent = parent;
    return process;
  }

  #find(host: string, pid: number, created: Instant | undefined): Writable<KnownProcess> {
    const place = TypedProcessBook.placeOf(host, pid);
    const current = this.#current.get(place);
    if (current !== undefined && created === undefined) return current;
    const began = created ?? this.#firstStarts.get(place) ?? this.#before;
    const key = `${place}\n${formatInstant(began)}`;
    const process = this.#known.get(key) ?? { pid, created: began, guid: guidOf(key) };
    this.#known.set(key, process);
    this.#current.set(place, process);
    return process;
  }
}

/** The program's path, where the record tells it or its name; an absolute first word of the command line counts. */
function programOf(typed: Pick<TypedProcess, 'name' | 'command_line'>, windows: boolean): string | undefined {
  const word = firstWord(typed.command_line ?? '');
  const absolute = windows ? /^[A-Za-z]:\\|^\\\\/.test(word) : word.startsWith('/');
  const { name } = typed;
  if (absolute && (name === undefined || baseName(word, windows).toLowerCase() === name.toLowerCase())) return word;
  const called = name ?? (word === '' ? undefined : baseName(word, windows));
  if (called === undefined) return undefined;
  return windows ? `C:\\Windows\\System32\\${called}` : `/usr/bin/${called}`;
}

/** Quotes around a program's path are no part of it. */
function firstWord(commandLine: string): string {
  return /^"([^"]+)"/.exec(commandLine)?.[1] ?? /^\S*/.exec(commandLine)?.[0] ?? '';
}

export function baseName(path: string, windows: boolean): string {
  return path.slice(path.lastIndexOf(windows ? '\\' : '/') + 1);
}

function guidOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return `{${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}}`;
}
