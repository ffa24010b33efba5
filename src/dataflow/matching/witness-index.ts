import type { PlanComparison, PlanPattern } from '../../plan/hunt-plan.ts';
import { CELL, type Column, type RecordBatch, type RecordKind, type Slot } from '../../telemetry/record-batch.ts';
import { textOf } from '../../graph/value.ts';
import { AffixIndex } from './affix-index.ts';
import type { CellTest } from './cell-test.ts';
import type { CellTests } from './cell-tests.ts';
import { comparisonCost } from '../../plan/comparison-cost.ts';
import { valueSites } from './value-sites.ts';

const MAX_NUMBERS = 65_536;
/** Candidate lists that are told apart: telemetry decides which combinations of patterns come up. */
const MAX_LISTS = 16_384;
const NO_PATTERNS: readonly number[] = [];
/** Number of the list without patterns. */
const NO_LIST = 1;

/** A comparison that some pattern cannot be true without, on one column. */
interface Witness {
  readonly comparison: PlanComparison;
  readonly column: Column;
}

interface Watcher {
  readonly test: CellTest;
  readonly pattern: number;
}

/** Candidates of one cell value: indexes of patterns; list 0 is empty. */
interface WitnessColumn {
  readonly column: Column;
  readonly watchers: Watcher[];
  readonly numbers: Map<number, readonly number[]>;
  readonly equals: Map<string, number[]>;
  /** Beginnings and ends of texts, and of numbers as they are written. */
  readonly affixes: AffixIndex;
  /** Watchers that are not in `affixes`. */
  readonly tested: Watcher[];
  /** Watchers that are in neither `equals` nor `affixes`. */
  readonly rest: Watcher[];
  memo: Int32Array<ArrayBuffer>;
  epoch: number;
}

/**
 * Finds, for a record, the patterns that can be true on it at all: most records match no hunt, and then the cost is one
 * array load per watched column, whatever the number of hunts (batches.md, Matching).
 *
 * Each pattern names witnesses: comparisons of which at least one holds whenever the pattern does. A text is tested
 * once per distinct value; equality, beginnings and ends by a map. Patterns without witnesses (negations, IS NULL, references alone) are
 * candidates for every record.
 */
export class WitnessIndex {
  readonly #columns: WitnessColumn[] = [];
  readonly #always: number[] = [];
  /** Interned candidate lists; 1 is the empty one, 0 in a memo means "not tested yet". */
  readonly #lists: (readonly number[])[] = [[], []];
  readonly #listIds = new Map<string, number>([['', 1]]);
  readonly #stamp: Int32Array;
  readonly #maxLists: number;
  #turn = 0;
  readonly #found: number[] = [];

  constructor(
    patterns: readonly (PlanPattern | null)[],
    kind: RecordKind,
    center: Slot,
    tests: CellTests,
    maxLists = MAX_LISTS,
  ) {
    this.#maxLists = maxLists;
    this.#stamp = new Int32Array(patterns.length);
    patterns.forEach((pattern, index) => {
      const witnesses = pattern === null ? undefined : witnessesOf(pattern, kind, center);
      if (witnesses === undefined) this.#always.push(index);
      else for (const witness of witnesses) this.#watch(witness, index, tests.of(witness.comparison));
    });
  }

  /** Candidate lists that are remembered. */
  get lists(): number {
    return this.#lists.length;
  }

  /** Indexes of the patterns worth evaluating on a record; valid until the next call. */
  candidates(batch: RecordBatch, row: number): readonly number[] {
    const columns = this.#columns;
    const found = this.#found;
    found.length = 0;
    this.#turn++;
    for (let c = 0; c < columns.length; c++) {
      const watched = columns[c] as WitnessColumn;
      const kind = watched.column.kind[row] as number;
      if (kind <= CELL.null) continue;
      if (kind !== CELL.text) {
        const list =
          kind === CELL.number ? this.#ofNumber(watched, batch, row) : holding(watched.watchers, watched, batch, row);
        for (const pattern of list) this.#add(pattern);
        continue;
      }
      if (watched.epoch !== watched.column.dictionary.epoch) {
        watched.memo = new Int32Array(1024);
        watched.epoch = watched.column.dictionary.epoch;
      }
      const code = watched.column.code[row] as number;
      let id = code < watched.memo.length ? (watched.memo[code] as number) : 0;
      if (id === 0) id = this.#decide(watched, batch, row, code);
      if (id > 1) for (const pattern of this.#lists[id] as readonly number[]) this.#add(pattern);
    }
    for (const pattern of this.#always) found.push(pattern);
    return found;
  }

  /** Ports, pids and codes come again and again: decided once per distinct number, within bounds. */
  #ofNumber(watched: WitnessColumn, batch: RecordBatch, row: number): readonly number[] {
    const number = watched.column.num[row] as number;
    const known = watched.numbers.get(number);
    if (known !== undefined) return known;
    const list = [...watched.affixes.find(textOf(number)), ...holding(watched.tested, watched, batch, row)];
    if (watched.numbers.size >= MAX_NUMBERS) watched.numbers.clear();
    watched.numbers.set(number, list.length === 0 ? NO_PATTERNS : list);
    return list;
  }

  #add(pattern: number): void {
    if (this.#stamp[pattern] === this.#turn) return;
    this.#stamp[pattern] = this.#turn;
    this.#found.push(pattern);
  }

  #decide(watched: WitnessColumn, batch: RecordBatch, row: number, code: number): number {
    const text = watched.column.dictionary.text(code) as string | undefined;
    // The cell of a mention that this record lacks, left behind by another batch: it decides nothing.
    if (text === undefined) return NO_LIST;
    const patterns = [
      ...(watched.equals.get(text) ?? []),
      ...watched.affixes.find(text),
      ...holding(watched.rest, watched, batch, row),
    ];
    const key = patterns.join(',');
    let id = this.#listIds.get(key);
    if (id === undefined) {
      if (this.#lists.length >= this.#maxLists) this.#forgetLists();
      id = this.#lists.push(patterns) - 1;
      this.#listIds.set(key, id);
    }
    if (code >= watched.memo.length) {
      const grown = new Int32Array(code * 2);
      grown.set(watched.memo);
      watched.memo = grown;
    }
    watched.memo[code] = id;
    return id;
  }

  /** Every text is decided again: memos hold numbers of lists. */
  #forgetLists(): void {
    this.#lists.length = NO_LIST + 1;
    this.#listIds.clear();
    this.#listIds.set('', NO_LIST);
    for (const watched of this.#columns) watched.memo = new Int32Array(1024);
  }

  #watch(witness: Witness, pattern: number, test: CellTest): void {
    let watched = this.#columns.find((each) => each.column === witness.column);
    if (watched === undefined) {
      watched = {
        column: witness.column,
        watchers: [],
        numbers: new Map(),
        equals: new Map(),
        affixes: new AffixIndex(),
        tested: [],
        rest: [],
        memo: new Int32Array(1024),
        epoch: witness.column.dictionary.epoch,
      };
      this.#columns.push(watched);
    }
    watched.watchers.push({ test, pattern });
    const { operator, literals } = witness.comparison;
    const [only] = literals;
    if (operator === 'LIKE' && typeof only === 'string' && watched.affixes.add(only, pattern)) return;
    watched.tested.push({ test, pattern });
    if ((operator === '=' || operator === 'IN') && literals.every(isPlainText)) {
      for (const literal of literals as readonly string[]) {
        const known = watched.equals.get(literal);
        if (known === undefined) watched.equals.set(literal, [pattern]);
        else if (!known.includes(pattern)) known.push(pattern);
      }
    } else {
      watched.rest.push({ test, pattern });
    }
  }
}

function holding(watchers: readonly Watcher[], { column }: WitnessColumn, batch: RecordBatch, row: number): number[] {
  const patterns: number[] = [];
  for (const { test, pattern } of watchers) if (test.holds(column, batch.lists, row)) patterns.push(pattern);
  return patterns;
}

/** A text that equals only itself: neither a number nor a time could be written so. */
function isPlainText(literal: unknown): literal is string {
  return typeof literal === 'string' && !/^-?\d/.test(literal);
}

/** Most columns one pattern may watch; beyond it is a candidate for every record. */
const MAX_WITNESSES = 64;

/**
 * Comparisons of which one must hold for the pattern to hold, or undefined where there are none. Of a conjunction the
 * operand with the fewest (equality preferred) is enough.
 */
function witnessesOf(pattern: PlanPattern, kind: RecordKind, center: Slot): Witness[] | undefined {
  if ('operands' in pattern) {
    const parts = pattern.operands.map((operand) => witnessesOf(operand, kind, center));
    if (pattern.kind === 'or') {
      if (parts.some((part) => part === undefined)) return undefined;
      const all = parts.flatMap((part) => part ?? []);
      return all.length > MAX_WITNESSES ? undefined : all;
    }
    const known = parts.filter((part) => part !== undefined);
    return known.sort((a, b) => cost(a) - cost(b))[0];
  }
  if (pattern.kind !== 'comparison' || pattern.negated || !pattern.center || pattern.references.length > 0)
    return undefined;
  if (pattern.path.role !== undefined && pattern.path.role !== center.role) return [];
  const { sites } = valueSites(kind, center, pattern.path);
  return sites.map((site) => ({ comparison: pattern, column: site.column }));
}

/** The lower, the fewer records a witness is likely to let through. */
function cost(witnesses: readonly Witness[]): number {
  let sum = 0;
  for (const { comparison } of witnesses) sum += comparisonCost(comparison);
  return sum;
}
