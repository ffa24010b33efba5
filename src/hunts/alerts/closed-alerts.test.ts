import { describe, expect, test } from 'vitest';
import { parseHuntFile } from '../hunt-file/hunt-file-parse.ts';
import type { AlertDocument } from './alert-document.ts';
import { AlertLedger } from './alert-ledger.ts';
import type { AlertRow } from './alert-row.ts';

const MOST = 20;
const ROUNDS = 300;
const HOUR = 3_600_000;
const at = (ms: number): { ms: number; ns: number } => ({ ms: 100 * HOUR + ms, ns: 0 });

function row(rowKey: string, ms: number): AlertRow {
  return { rowKey, episode: '0', type: 'process', time: at(ms), attributes: { name: 'sh', n: Infinity }, records: [] };
}

/** A ledger with few places for what is over, and the state behind it. */
class FloodedLedger {
  readonly #suppress: string;
  readonly #state = new Map<string, unknown>();
  #ledger: AlertLedger;

  constructor(suppress = '') {
    this.#suppress = suppress;
    this.#ledger = this.#open();
  }

  #open(): AlertLedger {
    const { hunt } = parseHuntFile(
      'h.hunt.yaml',
      `hunt: h\nhuntflow: |\n  p = GET process FROM s WHERE pid > 0\nalerts:\n  - on: p\n    title: "{name}"\n    settle: 0s\n${this.#suppress}`,
    );
    const alert = hunt?.alerts[0];
    if (hunt === undefined || alert === undefined) throw new Error('no hunt');
    return new AlertLedger({ hunt, alert, fingerprint: 'f', mostClosed: MOST });
  }

  get kept(): { readonly alerts: number; readonly rows: number; readonly stored: number } {
    for (const { key, value } of this.#ledger.takeChanged()) {
      if (value === undefined) this.#state.delete(key);
      else this.#state.set(key, structuredClone(value));
    }
    return { ...this.#ledger.kept, stored: this.#state.size };
  }

  restart(): void {
    expect(this.kept.stored).toBeGreaterThan(0);
    this.#ledger = this.#open();
    this.#ledger.restore(this.#state.values());
  }

  enters(key: string, ms: number): AlertDocument[] {
    return this.#epoch(ms, [row(key, ms)], []);
  }

  leaves(key: string, ms: number, cause: 'record' | 'tick'): AlertDocument[] {
    return this.#epoch(ms, [], [{ rowKey: key, cause }]);
  }

  #epoch(ms: number, entered: AlertRow[], left: { rowKey: string; cause: 'record' | 'tick' }[]): AlertDocument[] {
    this.#ledger.apply({ epoch: 1, now: at(ms), entered, revised: [], left });
    return this.#ledger.due(at(ms), 0);
  }
}

const told = (alerts: readonly AlertDocument[]): (string | number)[][] =>
  alerts.map(({ windhover: { status, revision } }) => [status, revision]);

describe.each([
  ['without a restart', () => {}],
  ['with restarts', (ledger: FloodedLedger) => ledger.restart()],
])('alerts that are over, %s', (_, between) => {
  test('whose rows left because time passed: the last ones are remembered', () => {
    const ledger = new FloodedLedger();
    for (let i = 0; i < ROUNDS; i++) {
      expect(told(ledger.enters(`r${i}`, 10 * i))).toEqual([['open', 1]]);
      ledger.leaves(`r${i}`, 10 * i + 1, 'tick');
      if (i % 50 === 0) between(ledger);
    }
    expect(ledger.kept).toEqual({ alerts: MOST, rows: MOST, stored: 2 * MOST });
    expect(told(ledger.enters(`r${ROUNDS - 1}`, 10 * ROUNDS))).toEqual([['revised', 2]]);
    expect(told(ledger.enters('r0', 10 * ROUNDS))).toEqual([['open', 1]]);
  });

  test('retracted ones: the last ones are remembered, beyond a day, and count on', () => {
    const ledger = new FloodedLedger();
    for (let i = 0; i < ROUNDS; i++) {
      ledger.enters(`r${i}`, 10 * i);
      expect(told(ledger.leaves(`r${i}`, 10 * i + 1, 'record'))).toEqual([['retracted', 2]]);
      if (i % 50 === 0) between(ledger);
    }
    expect(ledger.kept).toEqual({ alerts: MOST, rows: 0, stored: MOST });
    expect(told(ledger.enters(`r${ROUNDS - 1}`, 48 * HOUR))).toEqual([['revised', 3]]);
  });

  test('rows of one that goes on: the one that is shown is kept, the others go on counting', () => {
    const ledger = new FloodedLedger('    suppress: { by: [name], for: 1h }\n');
    for (let i = 0; i < ROUNDS; i++) {
      ledger.enters(`r${i}`, 10 * i);
      // The last one stays.
      if (i < ROUNDS - 1) ledger.leaves(`r${i}`, 10 * i + 1, 'tick');
      if (i % 50 === 0) between(ledger);
    }
    expect(ledger.kept).toEqual({ alerts: 1, rows: MOST + 1, stored: MOST + 2 });
    const counted = ledger.enters('another', 2 * HOUR).find(({ windhover }) => windhover.status === 'revised');
    expect(counted).toMatchObject({
      '@timestamp': new Date(at(0).ms).toISOString(),
      windhover: { status: 'revised', revision: 2, suppressed: ROUNDS - 1 },
    });
  });
});

test('an alert whose only open row is taken away closes with those that time took', () => {
  const ledger = new FloodedLedger('    suppress: { by: [name], for: 1h }\n');
  ledger.enters('a', 0);
  ledger.enters('b', 10);
  ledger.leaves('a', 20, 'tick');
  ledger.leaves('b', 30, 'record');
  ledger.enters('other', 4 * HOUR);
  expect(ledger.kept).toMatchObject({ alerts: 2, rows: 2 });
  ledger.leaves('other', 29 * HOUR, 'tick');
  expect(ledger.kept).toMatchObject({ alerts: 1, rows: 1 });
});
