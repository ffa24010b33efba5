import { compareInstants, type Instant } from '../../catalogue/instant.ts';
import type { Value } from '../../graph/value.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import type { Demand } from '../../telemetry/demand.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import { BATCH_CAPACITY, type RecordBatch } from '../../telemetry/record-batch.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import { demandOf } from '../demand-of.ts';
import { ALERT_SHORTHANDS, alertAttribute, alertValue } from './alert-attribute.ts';
import { compareRows, type ExpectedRow, type TestDifference, type TestRow } from './compare-rows.ts';
import type { CompiledExpectation, CompiledMoment, CompiledTest } from './compile-test.ts';
import type { ClauseCoverage } from './clause-coverage.ts';
import { NearestRecords, type NearestRecord } from './nearest-record.ts';
import { TestEngine } from './test-engine.ts';

const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** A difference, and where and when it was seen. */
export interface TestFailure extends TestDifference {
  /** Name of the variable, or `alerts`. */
  readonly subject: string;
  /** Moment of the test as written; absent: at the end. */
  readonly at?: string;
  /** Of alerts that are missing: rows for which the alerts that there are stand beside their own. Absent: none. */
  readonly suppressed?: number;
  /** Of alerts that are missing at a moment: rows that raise one once they have settled. Absent: none. */
  readonly waiting?: number;
  /** Of what is missing: the record that came nearest by then, and where it fell out. */
  readonly nearest?: NearestRecord;
}

export interface TestOutcome {
  readonly failures: readonly TestFailure[];
  /** What kept the test from meaning anything: records that cannot be read, or are none. */
  readonly problem?: string;
}

/**
 * Runs one test of a hunt. `source` gives its records, which serve every source that the huntflow names. Answers with
 * what was different; throws for defects only, and `SourceError` for records that cannot be read. `coverage` sees which
 * comparisons the test decides by.
 */
export async function runTest(
  hunt: CompiledHunt,
  compiled: CompiledTest,
  source: ByteSource,
  coverage?: ClauseCoverage,
): Promise<TestOutcome> {
  const outcome = await runOnce(hunt, compiled, source, { coverage });
  // Records are only looked at one by one where something is missing: most tests pass.
  return outcome.failures.some(isMissing)
    ? runOnce(hunt, compiled, source, { records: new NearestRecords(hunt) })
    : outcome;
}

async function runOnce(
  hunt: CompiledHunt,
  compiled: CompiledTest,
  source: ByteSource,
  watchers: TestWatchers,
): Promise<TestOutcome> {
  const run = await TestRun.start(hunt, compiled, source, watchers);
  try {
    return await run.run();
  } finally {
    run.close();
  }
}

/** Who looks at the records of a test as they are delivered. */
interface TestWatchers {
  readonly records?: NearestRecords | undefined;
  readonly coverage?: ClauseCoverage | undefined;
}

/** Something that the test expected is not there. */
function isMissing({ kind, expected, found }: TestFailure): boolean {
  return kind === 'include' || (kind === 'count' && found < (expected as number));
}

class TestRun {
  readonly #hunt: CompiledHunt;
  readonly #compiled: CompiledTest;
  readonly #source: ByteSource;
  readonly #demand: Demand;
  readonly #engine: TestEngine;
  readonly #watchers: TestWatchers;
  readonly #failures: TestFailure[] = [];
  #records = 0;
  #ignored = 0;
  #undecodable = 0;
  #reason: string | undefined;

  private constructor(
    hunt: CompiledHunt,
    compiled: CompiledTest,
    source: ByteSource,
    demand: Demand,
    engine: TestEngine,
    watchers: TestWatchers,
  ) {
    this.#hunt = hunt;
    this.#compiled = compiled;
    this.#source = source;
    this.#demand = demand;
    this.#engine = engine;
    this.#watchers = watchers;
  }

  static async start(
    hunt: CompiledHunt,
    compiled: CompiledTest,
    source: ByteSource,
    watchers: TestWatchers,
  ): Promise<TestRun> {
    const asked = [...compiled.end, ...compiled.moments.flatMap(({ expectations }) => expectations)];
    const demand = demandOf([hunt], {
      rowsOf: () => false,
      countRecords: false,
      paths: asked.flatMap(({ variable, paths, shown }) =>
        variable === undefined ? [] : [{ type: variable.listing.type, paths: [...paths.values(), ...shown] }],
      ),
    });
    return new TestRun(hunt, compiled, source, demand, await TestEngine.start(hunt, demand), watchers);
  }

  async run(): Promise<TestOutcome> {
    const { moments, end } = this.#compiled;
    if (moments.length === 0) await this.#deliverAll();
    else await this.#deliverByMoments(moments);
    this.#lookBefore();
    await this.#engine.finish();
    this.#watchers.coverage?.finish(this.#engine.view.dataflow);
    for (const expectation of end) await this.#check(expectation);
    const problem = this.#problem();
    return { failures: this.#failures, ...(problem === undefined ? {} : { problem }) };
  }

  close(): void {
    this.#engine.close();
  }

  async #deliverAll(): Promise<void> {
    for await (const batch of await this.#batches(BATCH_CAPACITY)) {
      this.#count(batch);
      if (batch.size > 0) await this.#deliver(batch);
    }
  }

  /**
   * Before each moment the records that are not later than it, in the order in which they stand; after the last one the
   * rest. The input is read once per moment, so that nothing has to be kept and any format will do.
   */
  async #deliverByMoments(moments: readonly CompiledMoment[]): Promise<void> {
    const first = await this.#firstTime();
    const ordered = moments
      .map((moment) => ({ moment, time: moment.time(first) }))
      .sort((a, b) => compareInstants(a.time, b.time));
    let after: Instant | undefined;
    for (const { moment, time } of ordered) {
      await this.#deliverBetween(after, time);
      if (this.#engine.isDue(time)) this.#lookBefore();
      await this.#engine.moveTo(time);
      this.#watchers.coverage?.look(this.#engine.view.dataflow);
      for (const expectation of moment.expectations) await this.#check(expectation, moment.text);
      after = time;
    }
    await this.#deliverBetween(after, undefined);
  }

  async #firstTime(): Promise<Instant> {
    for await (const batch of await this.#batches(1)) {
      if (batch.size > 0) return { ms: batch.firstMs[0] as number, ns: batch.firstNs[0] as number };
    }
    return { ms: 0, ns: 0 };
  }

  async #deliverBetween(after: Instant | undefined, until: Instant | undefined): Promise<void> {
    for await (const batch of await this.#batches(1)) {
      if (after === undefined) this.#count(batch);
      if (batch.size === 0) continue;
      const time = { ms: batch.lastMs[0] as number, ns: batch.lastNs[0] as number };
      if (after !== undefined && compareInstants(time, after) <= 0) continue;
      if (until !== undefined && compareInstants(time, until) > 0) continue;
      await this.#deliver(batch);
    }
  }

  async #deliver(batch: RecordBatch): Promise<void> {
    if (this.#engine.isDue(lastOf(batch))) this.#lookBefore();
    await this.#engine.deliver(batch);
    this.#watchers.records?.take(batch);
    this.#watchers.coverage?.take(batch);
  }

  #lookBefore(): void {
    this.#watchers.coverage?.lookBefore(this.#engine.view.dataflow);
    this.#watchers.records?.lookBefore(this.#engine.view, this.#engine.now);
  }

  async #batches(batchSize: number): Promise<AsyncIterable<RecordBatch>> {
    const reader = await openBatches(this.#source, {
      demand: this.#demand,
      batchSize,
      maxSpanMs: this.#engine.smallestWindowMs,
      maxLineBytes: MAX_LINE_BYTES,
      hostAliases: new Map(),
    });
    return reader.batches();
  }

  #count(batch: RecordBatch): void {
    this.#records += batch.size;
    this.#ignored += batch.ignored;
    this.#undecodable += batch.undecodable;
    this.#reason ??= batch.rejects[0]?.reason;
  }

  /** A test over records that say nothing would agree with whatever expects nothing. */
  #problem(): string | undefined {
    const { records } = this.#compiled.test;
    if (this.#undecodable > 0 && (records.kind === 'inline' || this.#records === 0)) {
      return `${this.#undecodable} of its records cannot be decoded (${this.#reason ?? 'unknown'})`;
    }
    if (this.#records > 0) return undefined;
    if (records.kind === 'inline' && records.text === '') {
      // Rows that stand in the huntflow, or are loaded, are there without any.
      return this.#hunt.plan.nodes.some(({ op }) => op === 'new') ? undefined : 'it has no records';
    }
    return this.#ignored > 0
      ? `all its ${this.#ignored} records are of kinds that hunts use nothing of`
      : `${this.#source.place} holds no records`;
  }

  async #check(expected: CompiledExpectation, at?: string): Promise<void> {
    const { variable, expectation } = expected;
    const rows = variable === undefined ? this.#alertRows(expected) : await this.#variableRows(expected);
    for (const difference of compareRows(expectation, rows)) {
      const subject = variable?.name ?? 'alerts';
      const failure: TestFailure = { ...difference, subject, ...(at === undefined ? {} : { at }) };
      this.#failures.push(isMissing(failure) ? this.#explained(failure) : failure);
    }
  }

  #explained(failure: TestFailure): TestFailure {
    const ofAlerts = failure.subject === 'alerts';
    const suppressed = ofAlerts ? this.#suppressed() : 0;
    const waiting = ofAlerts ? this.#engine.waiting : 0;
    const nearest = ofAlerts
      ? this.#nearestToAlerts(failure, suppressed, waiting)
      : this.#nearestTo(failure, [failure.subject], rowOf(failure));
    return {
      ...failure,
      ...(suppressed === 0 ? {} : { suppressed }),
      ...(waiting === 0 ? {} : { waiting }),
      ...(nearest === undefined ? {} : { nearest }),
    };
  }

  #nearestToAlerts(failure: TestFailure, suppressed: number, waiting: number): NearestRecord | undefined {
    const row = rowOf(failure);
    const asked = Object.entries(row ?? {}).filter(([name]) => !Object.hasOwn(ALERT_SHORTHANDS, name));
    const there = failure.found + suppressed + waiting;
    // Rows that raise it later, or under another one, are no records that fell out.
    if (row === undefined && there >= (failure.expected as number)) return undefined;
    // Without attributes any record would do: only where nothing was raised at all is it the one that is missing.
    if (row !== undefined && asked.length === 0 && there > 0) return undefined;
    const variables = this.#hunt.alerts
      .map(({ alert }) => alert.on)
      .filter((name) => row?.['variable'] === undefined || row['variable'] === name);
    return this.#nearestTo(failure, variables, row && Object.fromEntries(asked));
  }

  #nearestTo(
    { subject, at }: TestFailure,
    variables: readonly string[],
    row: ExpectedRow | undefined,
  ): NearestRecord | undefined {
    const when = at === undefined ? 'by the end of the input' : `at ${at}`;
    const missing = { variables, row, when, isAlert: subject === 'alerts' };
    return this.#watchers.records?.nearestTo(missing, this.#engine.view);
  }

  async #variableRows({ variable, paths, shown }: CompiledExpectation): Promise<TestRow[]> {
    if (variable === undefined) return [];
    const asked = paths.size > 0 ? paths : new Map(shown.map((path) => [path.written, path]));
    const rows = await this.#engine.rows(variable.listing, [...asked.values()]);
    return rows.map((values) => Object.fromEntries([...asked.keys()].map((name, i) => [name, values[i]])));
  }

  #suppressed(): number {
    return this.#engine.alerts.reduce((sum, { windhover }) => sum + windhover.suppressed, 0);
  }

  #alertRows({ expectation }: CompiledExpectation): TestRow[] {
    const { include = [], exclude = [] } = expectation;
    const asked = [...new Set([...include, ...exclude].flatMap((row) => Object.keys(row)))];
    const names = asked.length > 0 ? asked : ['title'];
    return this.#engine.alerts.map((alert) => {
      const raised = this.#hunt.alerts.find((each) => each.alert.on === alert.windhover.variable);
      const places = names.map((name) => (raised === undefined ? undefined : alertAttribute(raised, name)));
      return Object.fromEntries(names.map((name, i) => [name, valueAt(alert, places[i])]));
    });
  }
}

/** The row that is missing; undefined where it is a count. */
function rowOf({ expected }: TestFailure): ExpectedRow | undefined {
  return typeof expected === 'number' ? undefined : expected;
}

/** The greatest time of a batch that is not empty. */
function lastOf({ size, lastMs, lastNs }: RecordBatch): Instant {
  let last: Instant = { ms: -Infinity, ns: 0 };
  for (let row = 0; row < size; row++) {
    const time = { ms: lastMs[row] as number, ns: lastNs[row] as number };
    if (compareInstants(time, last) > 0) last = time;
  }
  return last;
}

function valueAt(alert: AlertDocument, place: string | undefined): Value | undefined {
  const value = place === undefined ? undefined : alertValue(alert, place);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.map(String) : undefined;
}
