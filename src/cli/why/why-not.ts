import { resolve } from 'node:path';
import { UsageError, type WindhoverError } from '../../errors/windhover-error.ts';
import { FileByteSource } from '../../sources/file-byte-source.ts';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { describeRecord, type DescribedRecord } from './described-record.ts';
import type { ElasticConfig } from '../config/elastic-config.ts';
import { historySession } from '../history-session.ts';
import { elasticHistories } from '../sources/elastic-histories.ts';
import { huntFilesOf } from '../hunt-files-of.ts';
import { loadHunt, type LoadedHunt } from '../load-hunts.ts';
import { reportDiagnostics } from '../report-diagnostics.ts';
import { DEFAULT_LATENESS_MS, DEFAULT_MAX_LINE_BYTES } from '../run/run-options.ts';
import { resolveSources } from '../run/load-run-hunts.ts';
import { runSession } from '../run/run-session.ts';
import { SourceResolver } from '../sources/source-resolver.ts';
import { unusedRecord } from './unused-record.ts';
import { isConfined, type TerminalIo } from '../terminal-io.ts';
import { captureRecord } from '../../hunts/trace/captured-record.ts';
import { RecordTrail, type HuntView, type TracedRecord } from '../../hunts/trace/record-trail.ts';
import { ToldAlerts } from '../../hunts/trace/told-alerts.ts';
import type { ScopeView } from '../../hunts/run/scope-view.ts';

export interface WhyNotOptions {
  /** `FILE:OFFSET`, `FILE#LINE`, or a record id. */
  readonly record: string;
  readonly hunt: string;
  readonly sources: ReadonlyMap<string, string>;
  readonly everyName: string | undefined;
  readonly hostAliases: ReadonlyMap<string, string>;
  /** How Elasticsearch sources of the configuration are reached, by their URI. */
  readonly elastic: ReadonlyMap<string, ElasticConfig>;
}

/** Where a record fell out of a hunt. */
export interface WhyNot {
  readonly hunt: LoadedHunt;
  readonly record: DescribedRecord;
  readonly trace: TracedRecord;
}

/** Finds a record among batches. */
interface Locator {
  readonly isIt: (batch: RecordBatch, row: number) => boolean;
  /** Where it lies, if the call says so. */
  readonly at: { readonly file: string; readonly offset: number } | undefined;
}

/** Records of one place that are told apart by their ids, at most. */
const MOST_TWINS = 10;

/**
 * Runs the hunt over its sources to their end, as what a statement makes of a record may rest on all others, and says at which
 * statements the entities of the record fell out. Undefined where the hunt has errors, which are told.
 * Throws `UsageError`: `record-unknown`, `record-undecodable`, `record-ignored`, `record-ambiguous`, `why-not-hunt`.
 */
export async function findWhyNot(
  options: WhyNotOptions,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
): Promise<WhyNot | undefined> {
  const loaded = await loadHunt(await theHunt(options.hunt, io.cwd), io);
  const resolved = resolveSources(
    loaded,
    new SourceResolver(options.sources, options.everyName, io.cwd, undefined, isConfined(io)),
  );
  if (resolved.diagnostics.length > 0) await reportDiagnostics(loaded, resolved.diagnostics, io);
  const { session } = resolved;
  if (session === undefined) return undefined;
  const { hunt, sources } = session;
  for (const { endless, uri } of sources.values()) {
    if (endless !== true) continue;
    throw new UsageError('why-not-endless', `${uri} has no end`, 'Name files, or write the messages into one.');
  }
  const { isIt, at } = await locatorOf(options.record, io.cwd);
  const read = new Set<string>();
  const found: { readonly described: DescribedRecord; readonly trail: RecordTrail }[] = [];
  const told = new ToldAlerts();
  let failure: WindhoverError | undefined;
  let trace: TracedRecord = { statements: [], alerts: [] };
  let scope: ScopeView | undefined;
  let nowMs = -Infinity;
  await runSession({
    ...historySession(io, stdin),
    hunts: [session],
    retentionMs: Infinity,
    latenessMs: DEFAULT_LATENESS_MS,
    hostAliases: options.hostAliases,
    maxLineBytes: DEFAULT_MAX_LINE_BYTES,
    openHistory: elasticHistories({ elastic: options.elastic }, io),
    observer: {
      place: (_source, { place }) => void read.add(resolve(io.cwd, place)),
      rejects: () => {},
      snapshot: () => {},
      huntFailed: () => {},
      progress: () => {},
      batch: (source, batch) => {
        for (let row = 0; row < batch.size; row++) nowMs = Math.max(nowMs, batch.lastMs[row] as number);
        for (let row = 0; row < batch.size && found.length < MOST_TWINS; row++) {
          if (!isIt(batch, row)) continue;
          const described = describeRecord(batch, row);
          if (found.some((each) => each.described.id === described.id)) continue;
          const captured = captureRecord(hunt.plan, source, batch, row);
          found.push({ described, trail: new RecordTrail(captured, (uri) => sources.get(uri)?.id ?? uri) });
        }
        const [first] = found;
        const view = scope && huntView(scope);
        if (first !== undefined && view !== undefined) first.trail.look(view, nowMs);
      },
    },
    opened: (view) => (scope = view),
    inspect: async (opened) => {
      const view = huntView(opened);
      if (view !== undefined) trace = found[0]?.trail.end(view, told) ?? trace;
    },
    scopeFailed: ({ error }) => (failure = error),
    sink: { mark: () => undefined, rewind: async () => {}, write: async (alerts) => told.take(alerts) },
  });
  if (failure !== undefined) throw failure as WindhoverError;
  if (io.signal.aborted) return undefined;
  if (found.length === 0 && at !== undefined) {
    if (!read.has(resolve(io.cwd, at.file))) throw notRead(at.file);
    throw await unusedRecord({ record: options.record, ...at, cwd: io.cwd, hostAliases: options.hostAliases });
  }
  return { hunt: loaded, record: theOne(options.record, found), trace };
}

function huntView({ graph, hunts: [first], feeds }: ScopeView): HuntView | undefined {
  return first && { graph, dataflow: first.dataflow, feeds };
}

function theOne(record: string, found: readonly { readonly described: DescribedRecord }[]): DescribedRecord {
  const [first, second] = found;
  if (first === undefined) {
    throw new UsageError(
      'record-unknown',
      `The sources hold no record ${record} that the hunt could look at`,
      'Write FILE:OFFSET, FILE#LINE or a record id. What could not be decoded, and kinds that are not used, have no id: name their place.',
    );
  }
  if (second === undefined) return first.described;
  throw new UsageError(
    'record-ambiguous',
    `Several records lie at ${record}`,
    `Name one by its id: ${found.map(({ described: { id, kind } }) => `${id} (${kind})`).join(', ')}.`,
  );
}

function notRead(file: string): UsageError {
  return new UsageError(
    'record-unknown',
    `${file} is no part of a source of the hunt`,
    'Name it, its folder or a glob with --source.',
  );
}

/** The only hunt of a folder. */
async function theHunt(argument: string, cwd: string): Promise<string> {
  const files = await huntFilesOf([argument], cwd);
  const [only = argument] = files;
  if (files.length <= 1) return only;
  throw new UsageError(
    'why-not-hunt',
    `${argument} holds ${files.length} hunts, and why-not looks at one`,
    `Name one of them, such as --hunt ${only}.`,
  );
}

async function locatorOf(record: string, cwd: string): Promise<Locator> {
  const at = /^(.+):(\d{1,15})$/su.exec(record);
  const line = /^(.+)#(\d{1,9})$/su.exec(record);
  if (at === null && line === null) return { isIt: (batch, row) => batch.recordId(row) === record, at: undefined };
  const [, file = '', number = ''] = (at ?? line) as RegExpExecArray;
  const offset = at === null ? await offsetOfLine(file, Number(number), cwd) : Number(number);
  const path = resolve(cwd, file);
  const isIt = (batch: RecordBatch, row: number): boolean => {
    const locator = batch.locator(row);
    return locator.offset === offset && resolve(cwd, locator.place) === path;
  };
  return { isIt, at: { file, offset } };
}

/** Lines count from 1. */
async function offsetOfLine(file: string, line: number, cwd: string): Promise<number> {
  if (line === 0) throw new UsageError('record-unknown', `${file} has no line 0`, 'Lines count from 1.');
  if (line === 1) return 0;
  let lines = 1;
  let length = 0;
  let lastEnd = -1;
  for await (const { bytes, offset } of new FileByteSource('', file, cwd).open(0)) {
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, end + 1)) {
      if (++lines === line) return offset + end + 1;
      lastEnd = offset + end;
    }
    length = offset + bytes.length;
  }
  throw new UsageError(
    'record-unknown',
    `${file} has ${lastEnd === length - 1 ? lines - 1 : lines} lines`,
    'Lines count from 1.',
  );
}
