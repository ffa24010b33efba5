import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../errors/windhover-error.ts';
import { runWindhover } from '../../../test/support/run-windhover.ts';
import { repeatOnChange } from './repeat-on-change.ts';
import type { TerminalIo } from '../terminal-io.ts';
import { folderWatcher, type FolderWatcher } from '../sources/watch-folder.ts';
import { watchPlaces } from '../sources/watch-places.ts';

/** A watched folder, a clock and a terminal of which the test is the master. */
class Stage {
  readonly abort = new AbortController();
  readonly stderr = new PassThrough();
  readonly watched = new Map<string, (name: string | undefined) => void>();
  readonly waiting: (() => void)[] = [];
  readonly runs: number[] = [];
  fails: (() => Error | undefined) | undefined;
  onRun: ((round: number) => void) | undefined;

  get io(): TerminalIo {
    return {
      stdout: new PassThrough(),
      stderr: this.stderr,
      env: {},
      cwd: '/work',
      now: () => 0,
      signal: this.abort.signal,
    };
  }

  readonly watcher: FolderWatcher = {
    watch: (folder, _recursive, onChange) => {
      this.watched.set(folder, onChange);
      return { close: () => this.watched.delete(folder) };
    },
  };

  /** Time passes: what was asked to be called later is called. */
  pass(): void {
    for (const call of this.waiting.splice(0)) call();
  }

  start(places = ['/hunter/hunts']): Promise<number> {
    return repeatOnChange({
      run: async () => {
        this.runs.push(this.runs.length + 1);
        this.onRun?.(this.runs.length);
        const error = this.fails?.();
        if (error !== undefined) throw error;
        return 1;
      },
      places: async () =>
        places.map((folder) => ({ folder, recursive: true, matters: (name) => name.endsWith('.hf') })),
      watcher: this.watcher,
      timer: {
        after: (_ms, call) => {
          this.waiting.push(call);
          return { cancel: () => void this.waiting.splice(this.waiting.indexOf(call), 1) };
        },
      },
      io: this.io,
    });
  }

  change(name: string, folder = '/hunter/hunts'): void {
    this.watched.get(folder)?.(name);
  }

  async told(text: string): Promise<void> {
    let all = '';
    for await (const chunk of this.stderr.iterator({ destroyOnReturn: false })) {
      all += String(chunk);
      if (all.includes(text)) return;
    }
  }
}

describe('repeatOnChange', () => {
  test('runs again after a change, once for a save in several steps, and ends with 130', async () => {
    const stage = new Stage();
    const code = stage.start();
    await stage.told('waiting');
    stage.change('a.hf');
    stage.change('a.hf');
    stage.pass();
    await stage.told('hunts/a.hf changed ── run 2');
    await stage.told('waiting');
    expect(stage.runs).toEqual([1, 2]);
    stage.abort.abort('interrupted');
    expect(await code).toBe(130);
    expect(stage.watched.size).toBe(0);
  });

  test('what does not matter changes nothing; a change during a run is followed by another', async () => {
    const stage = new Stage();
    stage.onRun = (round) => {
      if (round === 1) {
        stage.change('b.hf');
        stage.pass();
      }
      if (round === 2) {
        stage.change('b.swp');
        expect(stage.waiting).toEqual([]);
        stage.abort.abort('output-closed');
      }
    };
    expect(await stage.start()).toBe(0);
    expect(stage.runs).toEqual([1, 2]);
  });

  test('an error of the first run is the call’s; a later one is told and may be mended', async () => {
    const wrong = new UsageError('hunt-missing', 'There is no hunt', 'Name one.');
    const first = new Stage();
    first.fails = () => wrong;
    await expect(first.start()).rejects.toBe(wrong);
    const later = new Stage();
    later.fails = () => (later.runs.length === 2 ? wrong : undefined);
    const code = later.start();
    for (let round = 2; round <= 3; round++) {
      await later.told('waiting');
      later.change('a.hf');
      later.pass();
    }
    await later.told('waiting');
    expect(later.runs).toEqual([1, 2, 3]);
    later.abort.abort('interrupted');
    expect(await code).toBe(130);
  });
});

describe('folderWatcher', () => {
  test('tells of a file that is put in place of another, by its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'windhover-folder-'));
    writeFileSync(join(folder, 'new'), 'x');
    const seen = new Promise<void>((done) => {
      const handle = folderWatcher.watch(folder, false, (name) => {
        if (name !== 'a.hf') return;
        handle.close();
        done();
      });
      renameSync(join(folder, 'new'), join(folder, 'a.hf'));
    });
    await seen;
    rmSync(folder, { recursive: true });
  });
});

describe('--watch', () => {
  test('refuses standard input, which cannot be read again', async () => {
    const { code, stderr } = await runWindhover(['run', 'x.hf', '--source', '-', '--watch']);
    expect(code).toBe(2);
    expect(stderr).toContain('--watch cannot read standard input again');
  });

  test('a call that is wrong from the beginning ends', async () => {
    const { code, stderr } = await runWindhover(['test', 'nowhere.hunt.yaml', '--watch']);
    expect(code).toBe(2);
    expect(stderr).toContain('There is no hunt nowhere.hunt.yaml');
  });
});

describe('watchPlaces', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-watch-'));
    for (const name of ['hunts', 'state', 'telemetry', 'data']) mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, 'hunts/a.hunt.yaml'),
      'hunt: a\nhuntflow: ../data/a.hf\ntests: [{name: t, records: ../data/t.ndjson, expect: {alerts: {count: 0}}}]\n',
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('hunts and what they name, sources, configuration; not what the call writes', async () => {
    const places = await watchPlaces(
      {
        hunts: ['hunts'],
        sources: ['telemetry', 'file:logs/*.json', 'kafka://x/y'],
        config: undefined,
        written: [join(folder, 'telemetry/state'), undefined],
      },
      folder,
    );
    const matters = (path: string): boolean =>
      places.some((place) => path.startsWith(`${place.folder}/`) && place.matters(path.slice(place.folder.length + 1)));
    const at = (path: string): string => join(folder, path);
    for (const path of [
      'hunts/a.hunt.yaml',
      'hunts/x/b.hf',
      'data/a.hf',
      'data/t.ndjson',
      'telemetry/x.ndjson',
      'windhover.yaml',
    ]) {
      expect(matters(at(path)), path).toBe(true);
    }
    for (const path of ['hunts/.a.hunt.yaml.swp', 'hunts/notes.txt', 'data/other', 'telemetry/state/LOG', 'x.yaml']) {
      expect(matters(at(path)), path).toBe(false);
    }
  });
});
