import { BATCH_CAPACITY } from '../telemetry/record-batch.ts';
import { FollowReader } from './follow-reader.ts';
import { HistoryReader } from './history-reader.ts';
import { MessageReader } from './message-reader.ts';
import { PlacesByTime } from './places-by-time.ts';
import type { SourceNotice } from './run-observer.ts';
import type { ScopeRunOptions } from './scope-run-options.ts';
import { SourceReader, type BatchSupply, type PlaceNotice, type PlacePosition } from './source-reader.ts';

/** Where files are merged by time, a batch stretches over at most this part of the smallest LAST window. */
const WINDOW_PARTS = 16;

/** What gives the batches of each source of a scope. `known`: how far places have been read; `smallestWindowMs`: of LAST. */
export function openSupplies(
  options: ScopeRunOptions,
  known: readonly PlacePosition[],
  smallestWindowMs: number,
): BatchSupply[] {
  const { sources, demand, hostAliases, maxLineBytes, seed, observer, snapshots, live } = options;
  const decode = {
    demand,
    batchSize: snapshots ? 1 : BATCH_CAPACITY,
    maxSpanMs: smallestWindowMs,
    maxLineBytes,
    hostAliases,
    seed,
  };
  return sources.map(({ name, places, byTime, follow, log, history }) => {
    const onPlace = (notice: PlaceNotice): void => observer.place(name, notice);
    const onNotice = (notice: SourceNotice): void => observer.notice?.(name, notice);
    if (history !== undefined) return new HistoryReader({ name, ...history, decode, known, onPlace, onNotice });
    if (log !== undefined) return new MessageReader({ name, ...log, decode, known, onPlace, onNotice });
    if (byTime === true && places.length > 1) {
      // Batches are merged whole: the finer they are cut, the less one file runs ahead of another within a window.
      const fine = { ...decode, maxSpanMs: decode.maxSpanMs / WINDOW_PARTS };
      const readers = (tell: (notice: PlaceNotice) => void) =>
        places.map((place) => () => new SourceReader(name, [place], fine, known, tell));
      return new PlacesByTime(
        name,
        readers(() => {}),
        readers(onPlace),
      );
    }
    if (follow === undefined || live === undefined) return new SourceReader(name, places, decode, known, onPlace);
    return new FollowReader({ name, places: follow, decode, known, timer: live.timer, onPlace, onNotice });
  });
}
