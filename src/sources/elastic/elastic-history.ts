import {
  documentKey,
  HistoryProgress,
  type DocumentHistory,
  type FieldChoice,
  type HistoryCursor,
  type HistoryDocument,
  type HistoryNotice,
  type HistoryRange,
} from '../../telemetry/document-history.ts';
import { SourceError } from '../../errors/windhover-error.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { LeftOut } from '../../telemetry/left-out.ts';
import { ElasticFailure, type ElasticGateway, type SearchHit } from './elastic-gateway.ts';
import { elasticProblem } from './elastic-problem.ts';
import { followedRules } from './left-out-survey.ts';
import { leftOutWords } from './left-out-words.ts';
import { Outage, Retries, type OutageListener } from './retries.ts';
import { SliceReader } from './slice-reader.ts';

export interface ElasticHistoryOptions {
  readonly place: string;
  readonly index: string;
  readonly gateway: ElasticGateway;
  readonly timer: Timer;
  readonly random?: () => number;
  /** Readers side by side. Default 2. */
  readonly slices?: number;
  /** Most documents a page. */
  readonly pageSize?: number;
  /** Default 5 minutes. */
  readonly giveUpMs?: number;
  /** A name close to one that is missing. */
  readonly nearest?: (name: string, names: readonly string[]) => string | undefined;
}

const TIME = '@timestamp';
/** What documents can be sorted by; `unmapped`: of an index that has none. */
const TIME_TYPES = new Set(['date', 'date_nanos', 'unmapped']);
const FORMAT = 'strict_date_optional_time_nanos';
const GIVE_UP_MS = 300_000;
const PAGE = 1000;
/** Documents that are given at once: few, as all of them live at once. */
const GIVEN = 256;

interface Wanted {
  readonly range: HistoryRange;
  readonly mixedTimes: boolean;
  readonly fields: FieldChoice | undefined;
  /** Queries for documents that are left out. */
  readonly without: readonly unknown[];
}

/** Documents of Elasticsearch indices in order of `@timestamp`: slices of a point in time, merged. */
export class ElasticHistory implements DocumentHistory {
  readonly place: string;
  readonly #options: ElasticHistoryOptions;
  readonly #retries: Retries;

  constructor(options: ElasticHistoryOptions) {
    this.place = options.place;
    this.#options = options;
    const { timer, random = Math.random, giveUpMs = GIVE_UP_MS } = options;
    this.#retries = new Retries({ timer, random, giveUpMs });
  }

  async *pages(
    cursor: HistoryCursor | undefined,
    range: HistoryRange,
    onNotice: (notice: HistoryNotice) => void,
    fields?: FieldChoice,
    leftOut?: LeftOut,
  ): AsyncGenerator<readonly HistoryDocument[], void, undefined> {
    const progress = new HistoryProgress(cursor);
    const outage = new Outage();
    this.#retries.listener = this.#listener(onNotice);
    try {
      const mixedTimes = await this.#survey(cursor, onNotice);
      const without = leftOut === undefined ? [] : await this.#leaveOut(leftOut, cursor, range, onNotice);
      for (;;) {
        try {
          const end = yield* this.#fromPit(progress, outage, { range, mixedTimes, fields, without });
          if (end === 'all') return;
        } catch (error) {
          // Tie breakers mean nothing in another point in time: all slices begin again behind what was given.
          if (!(error instanceof ElasticFailure) || error.kind !== 'expired') throw error;
          await this.#retries.pause(outage, error);
        }
      }
    } catch (error) {
      if (!(error instanceof ElasticFailure)) throw error;
      throw elasticProblem(error, this.place, this.#options.index, await this.#similar(error));
    }
  }

  async close(): Promise<void> {
    this.#retries.close();
    await this.#options.gateway.close();
  }

  #listener(onNotice: (notice: HistoryNotice) => void): OutageListener {
    const { place } = this;
    return {
      away: (failure) => {
        const { code, message, hint } = elasticProblem(failure, place, this.#options.index);
        const told = message.slice(`${place}: `.length);
        onNotice({ place, code, message: `${told}. It is tried again. ${hint}` });
      },
      back: () => onNotice({ place, code: 'elastic-back', message: 'it can be read again' }),
    };
  }

  /** Whether times are kept in two ways; tells what can not be read at the first start. */
  async #survey(cursor: HistoryCursor | undefined, onNotice: (notice: HistoryNotice) => void): Promise<boolean> {
    const { gateway, index } = this.#options;
    const types = await this.#retries.call(() =>
      gateway.timeTypes(index).catch((error: unknown): undefined => {
        // Reading needs less than asking for mappings.
        if (error instanceof ElasticFailure && error.status === 403 && !error.isPage) return undefined;
        throw error;
      }),
    );
    const other = types?.find((type) => !TIME_TYPES.has(type));
    if (other !== undefined) throw timeMapped(other, this.place);
    if (types?.length === 0) await this.#tellNothing(onNotice);
    if (cursor === undefined) {
      const query = { bool: { must_not: [{ exists: { field: TIME } }] } };
      const without = await this.#retries.call(() => gateway.count(index, query));
      if (without > 0) {
        const message = `${without} documents have no ${TIME} and are not read`;
        onNotice({ place: this.place, code: 'elastic-no-time', message });
      }
    }
    return types?.includes('date') === true && types.includes('date_nanos');
  }

  /** Gives what lies behind the progress: all of it, or up to a document that has to be fetched whole. */
  async *#fromPit(
    progress: HistoryProgress,
    outage: Outage,
    { range, mixedTimes, fields, without }: Wanted,
  ): AsyncGenerator<readonly HistoryDocument[], 'all' | 'not-whole', undefined> {
    const { gateway, index, slices = 2, pageSize = PAGE } = this.#options;
    const from = progress.cursor;
    const before = new Set(from?.given);
    const query = { bool: { filter: within(from?.time, range), must_not: without } };
    let pit = await this.#retries.call(() => gateway.openPit(index));
    try {
      const readers = Array.from({ length: slices }, (_, id) => {
        const slice = slices === 1 ? undefined : { id, max: slices };
        return new SliceReader(async (after, size, bare) => {
          const paths = bare ? [] : fields?.paths;
          const request = { size, slice, query, mixedTimes, after, fields: paths };
          const answer = await this.#retries.call(() => gateway.search({ ...request, pit }));
          this.#retries.worked();
          pit = answer.pit;
          return answer;
        }, pageSize);
      });
      let page: HistoryDocument[] = [];
      let end: 'all' | 'not-whole' = 'all';
      const given = (): readonly HistoryDocument[] => {
        for (const document of page) progress.add(document);
        outage.over();
        return page;
      };
      for (;;) {
        for (const reader of readers) if (reader.isEmpty) await reader.fill();
        const first = earliest(readers);
        if (first === undefined) break;
        const document = documentOf(first.head as SearchHit);
        first.take();
        if (document.time === from?.time && before.has(documentKey(document))) continue;
        if (document.tooLarge !== true && fields?.takes(document.source) === false) {
          end = 'not-whole';
          break;
        }
        page.push(document);
        if (page.length < Math.min(GIVEN, pageSize)) continue;
        yield given();
        page = [];
        // Whoever takes pages may never wait for anything: answers that have come are looked at here.
        await new Promise(setImmediate);
      }
      if (page.length > 0) yield given();
      return end;
    } finally {
      await gateway.closePit(pit).catch(() => {
        // It ends by itself after its time.
      });
    }
  }

  /** Queries for the documents that nothing is used of, where indices can tell them. */
  async #leaveOut(
    leftOut: LeftOut,
    cursor: HistoryCursor | undefined,
    range: HistoryRange,
    onNotice: (notice: HistoryNotice) => void,
  ): Promise<readonly unknown[]> {
    const { gateway, index } = this.#options;
    const all = within(cursor?.time, range);
    const { followed, unclear } = await followedRules(leftOut, all, { gateway, retries: this.#retries, index });
    leftOut.follow(followed.map(({ rule }) => rule));
    const queries = followed.map(({ query }) => query);
    if (cursor === undefined && queries.length > 0) {
      const query = { bool: { filter: [...all, { bool: { should: queries, minimum_should_match: 1 } }] } };
      const count = await this.#retries.call(() => gateway.count(index, query));
      onNotice({ place: this.place, code: 'elastic-left-out', message: leftOutWords(count, followed) });
    }
    if (cursor === undefined && unclear.length > 0) {
      const message = `${unclear.join(', ')}: not kept as keyword in all indices. Documents that no hunt can use are read too`;
      onNotice({ place: this.place, code: 'elastic-words', message });
    }
    return queries;
  }

  /** A pattern that no index answers to is no failure for the server, and neither is an index that nothing was written to. */
  async #tellNothing(onNotice: (notice: HistoryNotice) => void): Promise<void> {
    const { gateway, index, nearest } = this.#options;
    const names: readonly string[] = await gateway.names().catch(() => []);
    const similar = nearest?.(index, names);
    const hint = names.includes(index)
      ? 'It is empty, or its documents have no time.'
      : similar === undefined
        ? 'Check the name.'
        : `Did you mean ${similar}?`;
    const message = `no index that ${index} names has a field ${TIME}: there is nothing to read. ${hint}`;
    onNotice({ place: this.place, code: 'elastic-nothing', message });
  }

  async #similar({ status }: ElasticFailure): Promise<string | undefined> {
    const { nearest, gateway, index } = this.#options;
    if (status !== 404 || nearest === undefined) return undefined;
    return nearest(index, await gateway.names().catch(() => []));
  }
}

function timeMapped(type: string, place: string): SourceError {
  return new SourceError('elastic-time-type', `${place}: ${TIME} is mapped as ${type}`, {
    hint: 'Documents are read in its order: map it as date or date_nanos in each index (a new index, then a reindex).',
  });
}

/** Clauses for documents that have a time, in the range and not before what was given. */
function within(resumeAt: string | undefined, { from, to }: HistoryRange): readonly unknown[] {
  const bounded = (bounds: Record<string, string>): unknown => ({ range: { [TIME]: { ...bounds, format: FORMAT } } });
  return [
    { exists: { field: TIME } },
    ...(resumeAt === undefined ? [] : [bounded({ gte: resumeAt })]),
    ...(from === undefined ? [] : [bounded({ gte: from })]),
    ...(to === undefined ? [] : [bounded({ lt: to })]),
  ];
}

function earliest(readers: readonly SliceReader[]): SliceReader | undefined {
  let first: SliceReader | undefined;
  for (const reader of readers) {
    if (reader.head !== undefined && (first === undefined || reader.headTime < first.headTime)) first = reader;
  }
  return first;
}

function documentOf({ index, id, source, sort, text, tooLarge }: SearchHit): HistoryDocument {
  const time = String(sort[0]);
  // Nearly all are these four; spreading costs as much as the rest of the way here.
  if (text === undefined && tooLarge === undefined) return { index, id, source, time };
  return { index, id, source, time, ...(text === undefined ? {} : { text }), ...(tooLarge ? { tooLarge } : {}) };
}
