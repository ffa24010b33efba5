import { describe, expect, test } from 'vitest';
import type { AlertDocument } from './alert-document.ts';
import { AlertLedger } from './alert-ledger.ts';
import type { AlertRow } from './alert-row.ts';
import { parseHuntFile } from '../hunt-file/hunt-file-parse.ts';

const { hunt } = parseHuntFile(
  'h.hunt.yaml',
  `
hunt: h
huntflow: |
  p = GET process FROM s WHERE pid > 0 LAST 10 SECONDS
alerts:
  - on: p
    title: "{name}"
    settle: 0s
    suppress: { by: [name], for: 1h }
`,
);

function ledger(): AlertLedger {
  const alert = hunt?.alerts[0];
  if (hunt === undefined || alert === undefined) throw new Error('no hunt');
  return new AlertLedger({ hunt, alert, fingerprint: 'f' });
}

const HOUR = 3_600_000;
const at = (ms: number): { ms: number; ns: number } => ({ ms: 100 * HOUR + ms, ns: 0 });

function row(rowKey: string, ms: number): AlertRow {
  return { rowKey, episode: String(ms), type: 'process', time: at(ms), attributes: { name: 'sh' }, records: [] };
}

/** What a state keeps, and the ledger of the next process. */
class Restarts {
  readonly #state = new Map<string, unknown>();
  ledger = ledger();

  epoch(
    ms: number,
    entered: readonly AlertRow[],
    left: readonly string[] = [],
    cause: 'tick' | 'record' = 'tick',
  ): AlertDocument[] {
    const causes = left.map((rowKey) => ({ rowKey, cause }));
    this.ledger.apply({ epoch: 1, now: at(ms), entered, revised: [], left: causes });
    return this.ledger.due(at(ms), 0);
  }

  restart(): void {
    for (const { key, value } of this.ledger.takeChanged()) {
      if (value === undefined) this.#state.delete(key);
      else this.#state.set(key, structuredClone(value));
    }
    this.ledger = ledger();
    this.ledger.restore(this.#state.values());
  }

  /** As a version wrote the state that did not keep since when alerts have been closed. */
  restartOldState(): void {
    this.restart();
    for (const value of this.#state.values()) delete (value as { closedSince?: number }).closedSince;
    this.ledger = ledger();
    this.ledger.restore(this.#state.values());
  }
}

const revisions = (alerts: readonly AlertDocument[]): number[] => alerts.map(({ windhover }) => windhover.revision);

describe('an alert whose rows have left because time passed', () => {
  test.each([
    ['a restart', (run: Restarts) => run.restart()],
    ['the end of the input and a restart', (run: Restarts) => (run.ledger.flush(0), run.restart())],
    ['a restart over a state of an earlier version', (run: Restarts) => run.restartOldState()],
    ['two restarts', (run: Restarts) => (run.restart(), run.restart())],
  ])('counts its revisions on after %s', (_, between) => {
    const run = new Restarts();
    expect(revisions(run.epoch(1000, [row('b', 1000)]))).toEqual([1]);
    run.epoch(20_000, [], ['b']);
    between(run);
    // An epoch in which nothing is said of it.
    run.epoch(21_000, []);
    expect(revisions(run.epoch(22_000, [row('a', 500)])).concat(revisions(run.ledger.flush(0)))).toEqual([2]);
  });

  test('is forgotten a day later, also beyond a restart', () => {
    const run = new Restarts();
    run.epoch(1000, [row('b', 1000)]);
    run.epoch(20_000, [], ['b']);
    run.restart();
    run.epoch(20_000 + 24 * HOUR, []);
    run.restart();
    expect(revisions(run.epoch(21_000 + 24 * HOUR, [row('a', 500)]))).toEqual([1]);
  });
});

describe('an alert that was retracted', () => {
  // Processes that were killed while the program was edited came to 923 alerts instead of 925: the next version forgot these.
  test.each([
    ['a restart', (run: Restarts) => run.restart()],
    ['a restart over a state of an earlier version', (run: Restarts) => run.restartOldState()],
  ])('goes on as the same one after %s', (_, between) => {
    const run = new Restarts();
    expect(revisions(run.epoch(1000, [row('b', 1000)]))).toEqual([1]);
    expect(revisions(run.epoch(2000, [], ['b'], 'record'))).toEqual([2]);
    between(run);
    run.epoch(3000, []);
    const [back] = run.epoch(4000, [row('b', 1000)]);
    expect(back?.windhover).toMatchObject({ revision: 3, status: 'revised' });
  });
});

describe('an alert that stands for several rows', () => {
  test('is due when it comes, and again when the stretch of time ends in which only their number grew', () => {
    for (const restarts of [false, true]) {
      const run = new Restarts();
      expect(run.ledger.dueFrom).toBe(Infinity);
      const apply = (ms: number, entered: readonly AlertRow[]): void =>
        run.ledger.apply({ epoch: 1, now: at(ms), entered, revised: [], left: [] });
      apply(1000, [row('a', 1000)]);
      expect(run.ledger.dueFrom).toBe(at(1000).ms);
      // Asked before its time, it is not lost.
      expect(run.ledger.due(at(0), 0)).toEqual([]);
      expect(revisions(run.ledger.due(at(1000), 0))).toEqual([1]);
      apply(2000, [row('b', 2000)]);
      expect(run.ledger.dueFrom).toBeLessThanOrEqual(at(2000).ms);
      expect(run.ledger.due(at(2000), 0)).toEqual([]);
      if (restarts) run.restart();
      expect(run.ledger.dueFrom).toBe(at(HOUR).ms);
      const [again] = run.ledger.due(at(HOUR), 0);
      expect(again?.windhover).toMatchObject({ revision: 2, suppressed: 1, status: 'revised', entity: { id: 'a' } });
      expect(run.ledger.dueFrom).toBe(Infinity);
    }
  });

  test('shows an earlier row at once, and the same again once it has gone', () => {
    const run = new Restarts();
    const shown = (alerts: readonly AlertDocument[]): string[] => alerts.map(({ windhover }) => windhover.entity.id);
    expect(shown(run.epoch(1000, [row('b', 1000)]))).toEqual(['b']);
    expect(shown(run.epoch(2000, [row('c', 2000)]))).toEqual([]);
    expect(shown(run.epoch(3000, [row('a', 500)]))).toEqual(['a']);
    const left = [{ rowKey: 'a', cause: 'record' as const }];
    run.ledger.apply({ epoch: 1, now: at(4000), entered: [], revised: [], left });
    expect(shown(run.ledger.due(at(4000), 0))).toEqual(['b']);
  });
});
