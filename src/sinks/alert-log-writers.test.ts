import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeState, encodeState } from '../store/state-codec.ts';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import { AlertLog } from './alert-log.ts';
import { testAlert } from './testing/test-alert.ts';

let folder = '';
const path = (): string => join(folder, 'alerts.ndjson');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-writers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ids = (name = path()): string[] =>
  readFileSync(name, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      try {
        return (JSON.parse(line) as AlertDocument).event.id;
      } catch {
        return 'broken';
      }
    });

const sizeOfLog = (): number => statSync(path(), { throwIfNoEntry: false })?.size ?? 0;

/** A state folder, as far as the log is concerned: its mark, and what was committed and perhaps not written. */
interface Commit {
  readonly mark: unknown;
  readonly outbox: readonly AlertDocument[];
  /** Alerts that were made by then. */
  readonly made: number;
}

/** A run over a state; alerts are made from a counter, as they would be made again from the sources. */
class Run {
  commits: Commit[] = [];
  readonly told: string[] = [];
  readonly #name: string;
  #log: AlertLog | undefined;
  /** Length of the log before the last write: what no mark has brought to the disk. */
  #before = 0;

  constructor(name: string) {
    this.#name = name;
  }

  get made(): string[] {
    return Array.from({ length: this.#last?.made ?? 0 }, (_, i) => `${this.#name}${i}`);
  }

  get #last(): Commit | undefined {
    return this.commits.at(-1);
  }

  /** `torn`: dies in the middle of what it has to write again. */
  async start(torn?: number): Promise<boolean> {
    this.#log = await AlertLog.open(path(), { warn: (text) => this.told.push(text) });
    const last = this.#last;
    this.#before = sizeOfLog();
    if (last !== undefined) {
      await this.#log.rewind(decodeState(encodeState(last.mark)));
      await this.#write(last.outbox);
    }
    if (torn !== undefined) {
      await this.die(torn);
      return false;
    }
    this.commits.push({ mark: await this.#log.mark(), outbox: [], made: last?.made ?? 0 });
    this.#before = sizeOfLog();
    return true;
  }

  async commit(alerts: number): Promise<void> {
    const { made } = this.#last!;
    const outbox = Array.from({ length: alerts }, (_, i) => testAlert(`${this.#name}${made + i}`));
    this.commits.push({ mark: await this.#log!.mark(), outbox, made: made + alerts });
    await this.#write(outbox);
  }

  async #write(alerts: readonly AlertDocument[]): Promise<void> {
    this.#before = sizeOfLog();
    await this.#log!.write(alerts);
  }

  /** The process is gone. `torn`: how much of the last write never came about, 0 to 1. */
  async die(torn: number): Promise<void> {
    await this.#log!.close();
    const size = sizeOfLog();
    if (size > this.#before) truncateSync(path(), size - Math.floor((size - this.#before) * torn));
  }

  async end(): Promise<void> {
    this.commits.push({ mark: await this.#log!.mark(), outbox: [], made: this.#last!.made });
    await this.#log!.close();
  }

  /** A power cut takes back the last commits of the state. */
  forget(commits: number): void {
    this.commits = this.commits.slice(0, Math.max(1, this.commits.length - commits));
  }
}

interface Life {
  readonly writer: number;
  readonly commits: readonly number[];
  /** The log is moved away before the second commit. */
  readonly isRotated: boolean;
  /** Killed, within a write or after it; undefined: it comes to its end. */
  readonly torn: number | undefined;
  /** That write is the one of the start. */
  readonly isEarly: boolean;
  /** Commits that a power cut takes back. */
  readonly forgotten: number;
}

const torn = fc.option(fc.constantFrom(0, 0.3, 0.5, 1), { nil: undefined });
const life: fc.Arbitrary<Life> = fc.record({
  writer: fc.integer({ min: 0, max: 1 }),
  commits: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  isRotated: fc.boolean(),
  torn,
  isEarly: fc.boolean(),
  forgotten: fc.integer({ min: 0, max: 2 }),
});

const numRuns = process.env['WINDHOVER_LONG'] === '1' ? 300 : 30;

/** Everything that lies in the log and in those that were moved away after these lives, and what ought to. */
async function after(lives: readonly Life[], runs: readonly Run[]): Promise<{ all: string[]; made: string[] }> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const names = [path()];
  for (const { writer, commits, isRotated, torn, isEarly, forgotten } of lives) {
    const run = runs[writer]!;
    if (!(await run.start(isEarly ? torn : undefined))) continue;
    for (const [i, alerts] of commits.entries()) {
      if (isRotated && i === 1) {
        names.push(`${path()}.${names.length}`);
        renameSync(path(), names.at(-1)!);
      }
      await run.commit(alerts);
    }
    if (torn === undefined) await run.end();
    else await run.die(torn);
    run.forget(forgotten);
  }
  for (const run of runs) {
    await run.start();
    await run.commit(1);
    await run.end();
  }
  return { all: names.flatMap((name) => ids(name)), made: runs.flatMap(({ made }) => made) };
}

describe('whoever writes the log, and however each of them ends', { timeout: 600_000 }, () => {
  test('each alert of each state stands once, and nobody cuts what is another one’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async (drawn) => {
        const lives = drawn.map((each) => ({ ...each, isRotated: false, forgotten: 0 }));
        const { all, made } = await after(lives, [new Run('a'), new Run('b')]);
        expect(all.filter((id) => id !== 'broken').sort()).toEqual([...made].sort());
        // Half a line stays where somebody else took the log after the kill, and nowhere else.
        expect(all.length - made.length).toBeLessThanOrEqual(lives.filter(({ torn }) => torn !== undefined).length);
      }),
      { numRuns },
    );
  });

  test('a state alone finds its place again, even from an earlier commit: nothing is broken, lost or double', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async (drawn) => {
        const lives = drawn.map((each) => ({ ...each, writer: 0, isRotated: false }));
        const run = new Run('a');
        const { all, made } = await after(lives, [run]);
        expect(all).toEqual(made);
        expect(run.told).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('rotated or not: a state alone has each alert once in all files', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 6 }), async (drawn) => {
        const lives = drawn.map((each) => ({ ...each, writer: 0, forgotten: 0 }));
        const { all, made } = await after(lives, [new Run('a')]);
        expect(all.sort()).toEqual([...made].sort());
      }),
      { numRuns },
    );
  });
});

test('while one run writes the log another one is refused, until the first is gone', async () => {
  const first = await AlertLog.open(path());
  await expect(AlertLog.open(path())).rejects.toMatchObject({
    code: 'alert-log-locked',
    hint: expect.stringContaining('--alerts') as string,
  });
  await first.close();
  await (await AlertLog.open(path())).close();
});

test('a log that there can be no lock beside is refused', async () => {
  writeFileSync(`${path()}.lock`, '');
  await expect(AlertLog.open(path())).rejects.toMatchObject({
    code: 'alert-log-unwritable',
    message: expect.stringContaining('there can be no lock beside it') as string,
  });
});

describe('a log that another run wrote to', () => {
  test('keeps its lines: said once, and not again', async () => {
    const [a, b] = [new Run('a'), new Run('b')];
    const live = async (run: Run): Promise<void> => {
      await run.start();
      await run.commit(2);
      await run.end();
    };
    await live(a);
    await live(b);
    await live(a);
    expect(ids()).toEqual(['a0', 'a1', 'b0', 'b1', 'a2', 'a3']);
    expect(a.told).toEqual([`${path()} was written to by another run; its lines are kept, and alerts are appended.`]);
    await live(a);
    expect(a.told).toHaveLength(1);
  });

  test('is told to a state that has written none of it', async () => {
    writeFileSync(path(), '{}\n{}\n');
    const run = new Run('a');
    await run.start();
    await run.commit(1);
    await run.end();
    expect(run.told).toEqual([
      `${path()} holds 2 lines that this state has not written; alerts are appended. Those that come again have the same ids; to begin anew, move the file or name another one with --alerts.`,
    ]);
    await run.start();
    await run.end();
    expect(run.told).toHaveLength(1);
  });

  test('is not cut where nothing tells whose lines they are', async () => {
    const run = new Run('a');
    await run.start();
    await run.commit(2);
    await run.die(0);
    rmSync(`${path()}.lock`, { recursive: true });
    await run.start();
    await run.end();
    expect(ids()).toEqual(['a0', 'a1']);
  });
});

describe('a log that is rotated during a run', () => {
  async function rotated(rotate: () => void): Promise<Run> {
    const run = new Run('a');
    await run.start();
    await run.commit(2);
    rotate();
    await run.commit(1);
    await run.commit(1);
    return run;
  }
  const old = (): string => `${path()}.1`;

  test('goes on in a new file, and again exactly after a kill', async () => {
    const run = await rotated(() => renameSync(path(), old()));
    expect(run.told).toEqual([`${path()} was moved or removed; alerts go on in a new file.`]);
    await run.die(0.5);
    await run.start();
    await run.end();
    expect([ids(old()), ids()]).toEqual([
      ['a0', 'a1'],
      ['a2', 'a3'],
    ]);
    expect(run.told).toHaveLength(1);
  });

  test('goes on in the file that was put there', async () => {
    const run = await rotated(() => {
      renameSync(path(), old());
      writeFileSync(path(), `${JSON.stringify(testAlert('put'))}\n`);
    });
    expect(run.told).toEqual([`${path()} is another file now; alerts go on in that.`]);
    expect(ids()).toEqual(['put', 'a2', 'a3']);
    await run.end();
  });

  test('goes on at the end of what was cut', async () => {
    const run = await rotated(() => {
      copyFileSync(path(), old());
      truncateSync(path());
    });
    expect(run.told).toEqual([`${path()} was cut by somebody else; alerts go on at its end.`]);
    expect(ids()).toEqual(['a2', 'a3']);
    await run.die(1);
    await run.start();
    await run.end();
    expect(ids()).toEqual(['a2', 'a3']);
  });
});
