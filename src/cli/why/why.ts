import { UsageError } from '../../errors/windhover-error.ts';
import { CellTests } from '../../dataflow/matching/cell-tests.ts';
import { RecordPattern } from '../../dataflow/matching/record-pattern.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { AlertRecord } from '../../hunts/alerts/alert-row.ts';
import type { CompiledHunt } from '../../hunts/compile-hunt.ts';
import { readAlertLog } from '../../sinks/read-alert-log.ts';
import type { RecordBatch, RecordKind } from '../../telemetry/record-batch.ts';
import { describeRecord, type DescribedRecord } from './described-record.ts';
import { huntFilesOf } from '../hunt-files-of.ts';
import { loadHunt, type LoadedHunt } from '../load-hunts.ts';
import { readRecordAgain, type RecordFate } from './read-record-again.ts';
import { statementTree, type StatementNode } from '../statement-tree.ts';
import type { TerminalIo } from '../terminal-io.ts';

/** Shortest beginning of an id that is taken for it. */
const SHORTEST_PREFIX = 4;

/** A GET that selects an entity of a record, or does once the variables that it refers to are looked at. */
export interface Selection {
  readonly statement: number;
  readonly type: string;
  readonly role: string;
  readonly key: string;
  /** Also comparisons with other variables have to hold. */
  readonly isOpen: boolean;
}

export interface LineageRecord {
  readonly record: AlertRecord;
  readonly fate: RecordFate;
  readonly described?: DescribedRecord;
  readonly selections: readonly Selection[];
}

export interface HuntProblem {
  readonly code: string;
  readonly message: string;
  /** `FILE:LINE:COLUMN`; absent where nothing is wrong but that the variable has gone. */
  readonly place?: string;
}

/** Why there is an alert: statements, records, entities. */
export interface Lineage {
  readonly alert: AlertDocument;
  /** Undefined where the hunt is not at hand. */
  readonly hunt?: {
    readonly file: string;
    /** It means what it meant when the alert was raised. */
    readonly isSame: boolean;
    readonly statements?: StatementNode;
    /** Why there are no statements: its first error, with the place. */
    readonly problem?: HuntProblem;
  };
  readonly records: readonly LineageRecord[];
}

export interface WhyOptions {
  /** `event.id` of an alert, or its beginning. */
  readonly alert: string;
  /** The alert log, absolute. */
  readonly log: string;
  /** Where the hunt may be found: files and folders. */
  readonly hunts: readonly string[];
  readonly hostAliases: ReadonlyMap<string, string>;
}

/** Finds the alert, its hunt and its records. Throws `UsageError`: `alert-unknown`, `alert-ambiguous`, `alert-id`. */
export async function findLineage(options: WhyOptions, io: TerminalIo): Promise<Lineage> {
  const alert = await findAlert(options);
  const loaded = await findHunt(alert, options.hunts, io);
  const records: LineageRecord[] = [];
  for (const record of distinct(alert.windhover.records)) {
    let described: DescribedRecord | undefined;
    let selections: readonly Selection[] = [];
    const fate = await readRecordAgain(record, { cwd: io.cwd, hostAliases: options.hostAliases }, (batch, row) => {
      described = describeRecord(batch, row);
      if (loaded?.hunt !== undefined) selections = selectionsOf(loaded.hunt, alert.windhover.variable, batch, row);
    });
    records.push({ record, fate, selections, ...(described === undefined ? {} : { described }) });
  }
  return { alert, records, ...(loaded === undefined ? {} : { hunt: huntOf(loaded, alert) }) };
}

/** What rests on a record in two ways (both sides of a JOIN) names it twice; once perhaps only for the relation that it tells. */
function distinct(records: readonly AlertRecord[]): AlertRecord[] {
  const told = new Set(records.flatMap((each) => (each.id === undefined ? [] : placeOf(each))));
  const whole = records.filter((each) => each.id !== undefined || !told.has(placeOf(each)));
  return [...new Map(whole.map((record) => [JSON.stringify([record.id ?? null, placeOf(record)]), record])).values()];
}

function placeOf({ place = '', time = '' }: AlertRecord): string {
  return JSON.stringify([place, time]);
}

async function findAlert({ alert: id, log }: WhyOptions): Promise<AlertDocument> {
  if (!/^[0-9a-f]+$/u.test(id) || id.length < SHORTEST_PREFIX) {
    throw new UsageError(
      'alert-id',
      `${id} is no id of an alert`,
      `Name an event.id of the alert log, or at least its first ${SHORTEST_PREFIX} digits; windhover alerts --format ndjson lists them.`,
    );
  }
  const { alerts } = await readAlertLog(log);
  const found = alerts.filter(({ event }) => event.id.startsWith(id));
  const [first, second] = found;
  if (first === undefined) {
    throw new UsageError(
      'alert-unknown',
      `No alert of ${log} has the id ${id}`,
      'windhover alerts lists those there are.',
    );
  }
  if (second === undefined) return first;
  throw new UsageError(
    'alert-ambiguous',
    `${found.length} alerts of ${log} have ids that begin with ${id}`,
    `Write more of it: ${found
      .slice(0, 5)
      .map(({ event }) => event.id)
      .join(', ')}.`,
  );
}

/** The hunt of an alert among files. One without an id, as it cannot be read, is it where the call names no other. */
async function findHunt(
  { windhover }: AlertDocument,
  hunts: readonly string[],
  io: TerminalIo,
): Promise<LoadedHunt | undefined> {
  const files = await huntFilesOf(hunts, io.cwd);
  let broken: LoadedHunt | undefined;
  for (const file of files) {
    const loaded = await loadHunt(file, io);
    if (loaded.id === windhover.hunt) return loaded;
    if (loaded.hunt === undefined && loaded.id === file) broken = loaded;
  }
  return files.length === 1 ? broken : undefined;
}

function huntOf(loaded: LoadedHunt, { windhover }: AlertDocument): NonNullable<Lineage['hunt']> {
  const { hunt, file, text } = loaded;
  const variable = hunt?.plan.variables.find(({ name }) => name === windhover.variable);
  return {
    file,
    isSame: hunt?.fingerprint === windhover.fingerprint,
    ...(hunt === undefined || variable === undefined
      ? { problem: problemOf(loaded, windhover.variable) }
      : { statements: statementTree(hunt, text, variable.listing.node) }),
  };
}

function problemOf({ file, diagnostics }: LoadedHunt, variable: string): HuntProblem {
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error === undefined) return { code: 'variable-unknown', message: `it has no variable ${variable}` };
  const { code, message, range } = error;
  return { code, message, place: `${file}:${range.start.line}:${range.start.column}` };
}

/** GETs on the way to a variable that select entities of a record. */
function selectionsOf(hunt: CompiledHunt, variable: string, batch: RecordBatch, row: number): Selection[] {
  const kind = batch.kinds[batch.kind[row] as number] as RecordKind;
  const target = hunt.plan.variables.find(({ name }) => name === variable)?.listing.node ?? hunt.plan.nodes.length;
  return hunt.plan.nodes.slice(0, target + 1).flatMap((node) => {
    if (node.op !== 'get') return [];
    return kind.slots.flatMap((slot): Selection[] => {
      if (slot.type !== node.type || slot.present[row] !== 1) return [];
      const outcome =
        node.pattern === null || new RecordPattern(node.pattern, kind, slot, new CellTests()).evaluate(batch, row);
      if (outcome === false) return [];
      const { type, role } = slot;
      return [{ statement: node.statement + 1, type, role, key: slot.identityKey(row), isOpen: outcome !== true }];
    });
  });
}
