import { expect, test } from 'vitest';
import { runSession } from '../src/cli/run/run-session.ts';
import { SinkError } from '../src/errors/windhover-error.ts';
import { compileHunt } from '../src/hunts/compile-hunt.ts';
import { huntFromHuntflow } from '../src/hunts/hunt-file/hunt-file-parse.ts';
import type { SaveOptions } from '../src/hunts/run/hunt-saves.ts';
import { processDocument } from './support/process-document.ts';

const TEXT = "p = GET process FROM s WHERE name = 'sh' SAVE p TO p.csv none = p WHERE pid = 0 SAVE none TO none.csv";

interface Run {
  /** `path: rows` of each write. */
  readonly written: string[];
  readonly failed: string[];
  readonly code: string | undefined;
}

/** Runs over records a second of the wall clock apart, each an epoch; `fails` tells at which writes the disk is full. */
async function run(
  records: number,
  {
    everyMs,
    fails = () => false,
    stopAt,
  }: { everyMs: number | null; fails?: (write: number) => boolean; stopAt?: number },
): Promise<Run> {
  const { hunt } = compileHunt(huntFromHuntflow('h.hf', TEXT), TEXT);
  if (hunt === undefined) throw new Error('the hunt does not compile');
  let now = 0;
  let writes = 0;
  const stop = new AbortController();
  const written: string[] = [];
  const failed: string[] = [];
  const saves: SaveOptions = {
    everyMs,
    sink: {
      write: async (path, { rows }) => {
        if (path === 'p.csv' && fails(++writes)) throw new SinkError('save-full', 'the disk is full', { hint: '' });
        written.push(`${path}: ${rows.length}`);
      },
    },
    failed: (_, save, error) => failed.push(`${save.path}: ${error.code}`),
  };
  const { results } = await runSession({
    hunts: [{ hunt, sources: new Map([['stixshifter://s', { id: '-', uri: '-' }]]) }],
    stateFolder: undefined,
    retentionMs: Infinity,
    latenessMs: 60_000,
    hostAliases: new Map(),
    maxLineBytes: 1_048_576,
    snapshots: true,
    countRecords: false,
    rowsOf: () => false,
    cwd: '/',
    stdin: (async function* () {
      for (let pid = 1; pid <= records; pid++) {
        yield Buffer.from(`${processDocument({ pid, thread: { id: pid } }, pid)}\n`);
      }
    })(),
    now: () => now,
    signal: stop.signal,
    observer: {
      place: () => undefined,
      rejects: () => undefined,
      snapshot: ({ record }) => {
        now += 1000;
        if (record === stopAt) stop.abort();
      },
      huntFailed: (_, error) => {
        throw error;
      },
      progress: () => undefined,
    },
    sink: { mark: () => undefined, rewind: async () => undefined, write: async () => undefined },
    saves,
  });
  return { written, failed, code: results.get('h.hf')?.saves[0]?.failure?.code };
}

test('a batch run writes when its input has ended, and not when it was interrupted', async () => {
  expect((await run(6, { everyMs: null })).written).toEqual(['p.csv: 6', 'none.csv: 0']);
  expect((await run(6, { everyMs: null, stopAt: 3 })).written).toEqual([]);
});

test('a live run writes what has changed while it goes on, and at its end whatever ends it', async () => {
  const { written } = await run(7, { everyMs: 3000 });
  expect(written).toEqual(['p.csv: 3', 'none.csv: 0', 'p.csv: 6', 'p.csv: 7']);
  const interrupted = await run(9, { everyMs: 3000, stopAt: 5 });
  expect(interrupted.written).toEqual(['p.csv: 3', 'none.csv: 0', 'p.csv: 5']);
});

test('a file that cannot be written is told once and tried again; the others are written', async () => {
  const healed = await run(9, { everyMs: 2000, fails: (write) => write <= 2 });
  expect(healed).toMatchObject({ failed: ['p.csv: save-full'], code: undefined });
  expect(healed.written).toEqual(['none.csv: 0', 'p.csv: 6', 'p.csv: 8', 'p.csv: 9']);
  const full = await run(5, { everyMs: 2000, fails: () => true });
  expect(full).toEqual({ written: ['none.csv: 0'], failed: ['p.csv: save-full'], code: 'save-full' });
});
