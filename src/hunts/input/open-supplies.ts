import type { DecodeOptions } from '../../telemetry/decoder.ts';
import { blankBatch } from '../../telemetry/messages/blank-batch.ts';
import { BATCH_CAPACITY } from '../../telemetry/record-batch.ts';
import { LINE_SHAPES } from '../../telemetry/line-shapes.ts';
import { needlessKinds } from '../../telemetry/needless-kinds.ts';
import { BackfillReader } from '../backfill/backfill-reader.ts';
import { Seam } from '../backfill/seam.ts';
import { SeamedReader } from '../backfill/seamed-reader.ts';
import { AheadBudget } from './ahead-budget.ts';
import { whyAllKinds } from './all-kinds.ts';
import { FollowReader } from './follow-reader.ts';
import { HistoryReader } from './history-reader.ts';
import { MessageRangeReader } from './message-range-reader.ts';
import { MessageReader } from './message-reader.ts';
import { PlacesByTime } from './places-by-time.ts';
import type { SourceNotice } from './source-notice.ts';
import type { ScopeBackfill, ScopeHistory, ScopeLog, ScopeRunOptions, ScopeSource } from '../run/scope-run-options.ts';
import {
  SourceReader,
  type BatchSupply,
  type SourceReaderOptions,
  type PlaceNotice,
  type PlacePosition,
} from './source-reader.ts';

/** Where files are merged by time, a batch stretches over at most this part of the smallest LAST window or retention. */
const WINDOW_PARTS = 16;

/** Where partitions are merged by time, a batch stretches over at most this part of the lateness, so that none makes another late. */
const LATENESS_PARTS = 4;

/** What gives the batches of the sources of a scope. */
export interface Supplies {
  /** History of sources that go on live: to be read to its end first. */
  readonly histories: readonly BatchSupply[];
  /** One per source. */
  readonly sources: readonly BatchSupply[];
}

type Decode = Omit<DecodeOptions, 'from'>;

/** `known`: how far places have been read; `smallestWindowMs`: of LAST and retentions; `nowMs`: wall time at the opening. */
export function openSupplies(
  options: ScopeRunOptions,
  known: readonly PlacePosition[],
  smallestWindowMs: number,
  nowMs: number,
): Supplies {
  const { sources, demand, hostAliases, maxLineBytes, seed, snapshots } = options;
  const decode: Decode = {
    demand,
    batchSize: snapshots ? 1 : BATCH_CAPACITY,
    maxSpanMs: smallestWindowMs,
    maxLineBytes,
    hostAliases,
    seed,
  };
  const ahead = new AheadBudget();
  const histories: BatchSupply[] = [];
  const supplies: BatchSupply[] = [];
  for (const source of sources) {
    if (source.backfill === undefined || source.log === undefined) {
      supplies.push(openSupply(source, { ...options, ahead }, known, decode));
      continue;
    }
    const { history, live } = openSeamed(source, source.backfill, options, known, decode, nowMs);
    histories.push(history);
    supplies.push(live);
  }
  return { histories, sources: supplies };
}

/** History and live stream of one source, with the seam between them. */
function openSeamed(
  { name, log }: ScopeSource,
  { lengthMs, overlapMs, open, reopenLog }: ScopeBackfill,
  options: ScopeRunOptions,
  known: readonly PlacePosition[],
  decode: Decode,
  nowMs: number,
): { readonly history: BatchSupply; readonly live: BatchSupply } {
  const seam = new Seam({ source: name, lengthMs, overlapMs, nowMs }, known);
  const history = new BackfillReader(name, seam, {
    open: async (fromMs) =>
      openSupply({ name, ...(await open(fromMs)) }, { ...options, live: undefined }, known, decode),
    blank: () => blankBatch(name, name, decode),
  });
  const live = new SeamedReader({
    name,
    seam,
    open: async (fromMs, anew) => {
      const source = { name, places: [], log: anew ? await reopenLog() : (log as ScopeLog) };
      return openSupply(source, options, anew ? [] : known, decode, fromMs);
    },
    onNotice: (notice) => options.observer.notice?.(name, notice),
  });
  return { history, live };
}

function openSupply(
  { name, places, byTime, follow, log, history, range }: ScopeSource,
  options: ScopeRunOptions & { readonly ahead?: AheadBudget | undefined },
  known: readonly PlacePosition[],
  decode: Decode,
  fromMs?: number,
): BatchSupply {
  const { observer, live, latenessMs, ahead } = options;
  const onPlace = (notice: PlaceNotice): void => observer.place(name, notice);
  const onNotice = (notice: SourceNotice): void => observer.notice?.(name, notice);
  if (history !== undefined) {
    const needless = needlessOf(history, options);
    return new HistoryReader({ name, ...history, needless, decode, known, onPlace, onNotice });
  }
  if (log !== undefined) return new MessageReader({ name, ...log, decode, known, fromMs, onPlace, onNotice });
  if (range !== undefined) {
    const maxSpanMs = Math.min(decode.maxSpanMs / WINDOW_PARTS, latenessMs / LATENESS_PARTS);
    return new MessageRangeReader({ name, ...range, decode: { ...decode, maxSpanMs }, known, onPlace, onNotice });
  }
  if (byTime === true && places.length > 1) {
    // Batches are merged whole: the finer they are cut, the less one file runs ahead of another within a window.
    const fine = { ...decode, maxSpanMs: decode.maxSpanMs / WINDOW_PARTS };
    const among = places.map(({ place }) => place);
    const readers = (ears: Pick<SourceReaderOptions, 'onPlace' | 'onNotice' | 'ahead'>) =>
      places.map((place) => () => new SourceReader({ name, places: [place], among, decode: fine, known, ...ears }));
    return new PlacesByTime(name, readers({ onPlace: () => {} }), readers({ onPlace, onNotice, ahead }));
  }
  if (follow === undefined || live === undefined) {
    return new SourceReader({ name, places, decode, known, onPlace, onNotice, ahead });
  }
  return new FollowReader({ name, places: follow, decode, known, timer: live.timer, onPlace, onNotice });
}

/** Kinds of records that neither hunts nor anybody else would miss. */
function needlessOf({ forHuntsOnly }: ScopeHistory, options: ScopeRunOptions): ReadonlySet<string> | undefined {
  const { demand, state, sources, snapshots, countRecords, live, script } = options;
  const isLive = live !== undefined || script !== undefined || sources.some(({ log }) => log !== undefined);
  const scope = { ...options, hasState: state !== undefined, isLive, counts: snapshots || countRecords };
  if (forHuntsOnly !== true || whyAllKinds(scope) !== undefined) return undefined;
  return needlessKinds(LINE_SHAPES, demand);
}
