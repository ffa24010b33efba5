import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { compileHunt, type CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import { demandOf } from '../../src/hunts/demand-of.ts';
import { withAlerts } from '../../src/cli/run/load-run-hunts.ts';
import { huntFromHuntflow } from '../../src/hunts/hunt-file/hunt-file-parse.ts';
import type { HuntResult } from '../../src/hunts/run/hunt-result.ts';
import type { InputCounts } from '../../src/hunts/run/run-observer.ts';
import { ScopeRun } from '../../src/hunts/run/scope-run.ts';
import { emptyObserver } from '../../src/hunts/testing/empty-observer.ts';
import { ElasticHistory } from '../../src/sources/elastic/elastic-history.ts';
import { MemoryGateway } from '../../src/sources/elastic/testing/memory-gateway.ts';
import type { DocumentHistory } from '../../src/telemetry/document-history.ts';
import { jumpingTimer } from '../support/jumping-timer.ts';
import { indicesOf, type Indices } from './left-out-documents.ts';

type Hunt = readonly [huntflow: string, alerted?: string];

/** Of processes, which nearly every kind of record mentions, or with alerts: of these only what is no record may be left out. */
const OF_ALL_KINDS: readonly Hunt[] = [
  ["p = GET process FROM s WHERE name = 'sh'\nDISP p"],
  ["p = GET process FROM s WHERE name = 'sh'", 'p'],
  ['n = GET network-traffic FROM s WHERE dst_port = 4444', 'n'],
  ["f = GET file FROM s WHERE name = 'x' LAST 5 SECOND", 'f'],
  ["e = GET x-oca-event FROM s WHERE action = 'a'\nDISP e ATTR action"],
];
/** Of what few kinds of records mention. */
const OF_FEW_KINDS: readonly Hunt[] = [
  ['n = GET network-traffic FROM s WHERE dst_port = 4444\nDISP n'],
  ["n = GET network-traffic FROM s WHERE dst_ref.value = '10.0.0.1'\nDISP n ATTR src_ref.value, dst_port"],
  ["a = GET ipv4-addr FROM s WHERE value LIKE '10.%'\nDISP a"],
  ['n = GET network-traffic FROM s WHERE dst_port > 0\na = FIND ipv4-addr ACCEPTED n\nDISP a ATTR value'],
  ['n = GET network-traffic FROM s WHERE dst_port > 0 LAST 5 SECOND\nDISP n ATTR dst_port'],
  ["r = GET windows-registry-key FROM s WHERE key LIKE '%'\nDISP r ATTR key"],
  ['n = GET network-traffic FROM s WHERE dst_port > 0\ng = GROUP n BY dst_ref.value WITH COUNT(dst_port)\nDISP g'],
  ['n = GET network-traffic FROM s WHERE dst_port > 0\nt = TIMESTAMPED(n)\nDISP t ATTR dst_port'],
];

function huntOf([huntflow, alerted]: Hunt, at: number): CompiledHunt {
  const definition = withAlerts(huntFromHuntflow(`h${at}.hf`, huntflow), alerted === undefined ? [] : [alerted]);
  const { hunt, diagnostics } = compileHunt(definition, huntflow);
  if (hunt === undefined) throw new Error(JSON.stringify(diagnostics));
  return hunt;
}

interface Answer {
  readonly results: readonly HuntResult[];
  readonly alerts: readonly AlertDocument[];
  readonly counts: InputCounts;
  readonly notices: readonly string[];
}

/** What hunts answer over indices; `leavesOut`: with what Elasticsearch may leave out, else over all documents. */
async function answerOf(hunts: readonly CompiledHunt[], indices: Indices, leavesOut: boolean): Promise<Answer> {
  const gateway = new MemoryGateway(indices.documents);
  gateway.mappings = indices.mappings;
  const place = 'elastic+http://memory/a,b';
  const elastic = new ElasticHistory({ place, index: 'a,b', gateway, timer: jumpingTimer(), pageSize: 7 });
  const whole: DocumentHistory = {
    place,
    pages: (cursor, range, onNotice, fields) => elastic.pages(cursor, range, onNotice, fields),
    close: () => elastic.close(),
  };
  const alerts: AlertDocument[] = [];
  const notices: string[] = [];
  const failures: unknown[] = [];
  const run = await ScopeRun.open({
    hunts,
    sources: [
      { name: 's', places: [], history: { history: leavesOut ? elastic : whole, range: {}, forHuntsOnly: true } },
    ],
    resolveSource: () => 's',
    demand: demandOf(hunts, { rowsOf: () => false, countRecords: false }),
    retentionMs: Infinity,
    latenessMs: 1000,
    hostAliases: new Map(),
    maxLineBytes: 1 << 24,
    seed: 1,
    snapshots: false,
    countRecords: false,
    observer: {
      ...emptyObserver,
      notice: (_, { code }) => notices.push(code),
      huntFailed: (_, error) => failures.push(error),
    },
    state: undefined,
    emit: async (left) => void alerts.push(...left),
    sinkMark: () => undefined,
    wallClock: () => Date.UTC(2026, 1, 1),
  });
  try {
    await run.run(new AbortController().signal);
    expect(failures).toEqual([]);
    return { results: await run.results(() => false), alerts, counts: run.counts, notices };
  } finally {
    run.close();
  }
}

const RUNS = process.env['WINDHOVER_LONG'] === undefined ? 80 : 3000;

/** Runs hunts with and without what may be left out; answers with what was. */
async function compared(
  hunts: readonly CompiledHunt[],
  indices: Indices,
): Promise<{ ignored: number; records: number; members: number }> {
  const all = await answerOf(hunts, indices, false);
  const fewer = await answerOf(hunts, indices, true);
  expect(fewer.results).toEqual(all.results);
  expect(fewer.alerts).toEqual(all.alerts);
  expect(fewer.counts.undecodable).toBe(all.counts.undecodable);
  const left = {
    ignored: all.counts.ignored - fewer.counts.ignored,
    records: all.counts.records - fewer.counts.records,
    members: all.results.flatMap(({ variables }) => variables).reduce((sum, { entities }) => sum + entities, 0),
  };
  expect(fewer.notices.includes('elastic-left-out')).toBe(left.ignored + left.records > 0);
  return left;
}

describe('hunts answer alike whether indices leave out what they cannot use or not', () => {
  test('documents of any sort, and any mapping', async () => {
    const hunts = OF_ALL_KINDS.map(huntOf);
    let [ignored, members] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(hunts, { minLength: 1, maxLength: 2 }),
        fc.constantFrom(false, false, true).chain((strange) => indicesOf({ strange })),
        async (some, indices) => {
          const left = await compared(some, indices);
          // No hunt is for few kinds alone.
          if (some.some(({ alerts }) => alerts.length > 0)) expect(left.records).toBe(0);
          ignored += left.ignored;
          members += left.members;
        },
      ),
      { numRuns: RUNS },
    );
    // That nothing is left out, or found, would pass as well.
    expect(members).toBeGreaterThan(RUNS);
    expect(ignored).toBeGreaterThan(RUNS);
  });

  test('kinds of records that nobody looks at', async () => {
    const hunts = OF_FEW_KINDS.map(huntOf);
    let [records, members] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...hunts), indicesOf({ mapped: true }), async (hunt, indices) => {
        const left = await compared([hunt], indices);
        records += left.records;
        members += left.members;
      }),
      { numRuns: RUNS },
    );
    expect(members).toBeGreaterThan(RUNS / 2);
    expect(records).toBeGreaterThan(RUNS);
  });
});
