import type { OpenHistory } from '../../src/cli/sources/elastic-histories.ts';
import type { ResolvedSource } from '../../src/cli/sources/source-resolver.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import {
  documentKey,
  type DocumentHistory,
  type HistoryCursor,
  type HistoryDocument,
  type JsonObject,
} from '../../src/telemetry/document-history.ts';
import type { CrashInput } from './crash-input.ts';
import type { DoomedProcess } from './doomed-process.ts';
import { TopicInput } from './topic-input.ts';

const YEAR_MS = 365 * 86_400_000;
const PAGE = 15;

/** A source whose past lies in a history of documents and goes on in a topic; a part of it is in both. */
export class SeamedInput extends TopicInput {
  readonly #documents: readonly HistoryDocument[];

  constructor(records: number, seed: number) {
    super(records, seed, Math.floor(records * 0.4));
    this.#documents = this.lines
      .slice(0, Math.floor(records * 0.6))
      .filter((line) => line.endsWith('}'))
      .map((line, i): HistoryDocument => {
        const source = JSON.parse(line) as JsonObject;
        return { index: 'i', id: `${i}`, source, time: source['@timestamp'] as string };
      })
      .sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  }

  override source(): ResolvedSource {
    const from: ResolvedSource = { id: 'elastic+http://memory/i', uri: 'elastic+http://memory/i', history: true };
    const live = super.source();
    return { ...live, id: `${live.id} after ${from.id}`, backfill: { from, lengthMs: YEAR_MS, overlapMs: 10_000 } };
  }

  override session(process: DoomedProcess, known: readonly PlacePosition[]): ReturnType<CrashInput['session']> {
    return { ...super.session(process, known), clock: 'wall', openHistory: this.#openHistory(process) };
  }

  #openHistory(process: DoomedProcess): OpenHistory {
    const pages = this.#pages.bind(this);
    const history: DocumentHistory = {
      place: 'elastic+http://memory/i',
      async *pages(cursor) {
        for (const page of pages(cursor)) {
          process.pass('ingest: input read');
          yield page;
        }
      },
      close: () => Promise.resolve(),
    };
    return async () => ({ history, range: {} });
  }

  *#pages(cursor: HistoryCursor | undefined): Generator<readonly HistoryDocument[]> {
    const rest = this.#documents.filter(
      (each) =>
        cursor === undefined ||
        each.time > cursor.time ||
        (each.time === cursor.time && !cursor.given.includes(documentKey(each))),
    );
    for (let at = 0; at < rest.length; at += PAGE) yield rest.slice(at, at + PAGE);
  }
}
