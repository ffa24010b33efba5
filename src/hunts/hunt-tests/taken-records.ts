import type { Instant } from '../../catalogue/instant.ts';
import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { Value } from '../../graph/value.ts';
import type { HuntPlan, NodeIndex } from '../../plan/hunt-plan.ts';
import { cellValue } from '../../telemetry/cell-value.ts';
import type { RecordBatch, RecordKind } from '../../telemetry/record-batch.ts';
import { captureRecord, type CapturedEntity, type CapturedRecord } from '../trace/captured-record.ts';
import { traceRecord, type StatementVerdict } from '../trace/trace-record.ts';

/** Records of a test that are looked at. */
const MOST_RECORDS = 1000;
/** Verdicts of records that are asked for before time lets go of something. */
const MOST_LOOKS = 20_000;

/** Operators of the hunt as they stand. */
export interface EngineView {
  readonly dataflow: HuntDataflow;
  readonly graph: EntityGraph;
}

/** How a record stood before time let go of something. */
export interface EarlierStanding {
  readonly verdicts: readonly StatementVerdict[];
  readonly asOf: Instant;
  /** FINDs that had nothing to start from. */
  readonly idle: ReadonlySet<NodeIndex>;
}

export interface TakenRecord {
  /** Counts the records of the test from 1. */
  readonly number: number;
  readonly captured: CapturedRecord;
  readonly entities: readonly TakenEntity[];
  /** When it had come furthest. Absent: time has let go of nothing. */
  readonly earlier: EarlierStanding | undefined;
}

export interface TakenEntity {
  readonly entity: CapturedEntity;
  /** The record speaks of it; it does not only mention it beside, as a parent. */
  readonly isSubject: boolean;
  readonly attributes: ReadonlyMap<string, Value>;
}

/** The records that a test has been given so far, and how they stood before LAST let go of them. */
export class TakenRecords {
  readonly #plan: HuntPlan;
  readonly #taken: (Omit<TakenRecord, 'earlier'> & { earlier: EarlierStanding | undefined })[] = [];
  #looks = 0;

  constructor(plan: HuntPlan) {
    this.#plan = plan;
  }

  get all(): readonly TakenRecord[] {
    return this.#taken;
  }

  take(batch: RecordBatch): void {
    for (let row = 0; row < batch.size && this.#taken.length < MOST_RECORDS; row++) {
      const captured = captureRecord(this.#plan, '', batch, row);
      const kind = batch.kinds[batch.kind[row] as number] as RecordKind;
      const slots = kind.slots.filter((slot) => slot.present[row] === 1);
      const entities = captured.entities.map((entity, i): TakenEntity => {
        const attributes = new Map<string, Value>();
        for (const { name, column } of slots[i]?.attributes ?? []) {
          const value = cellValue(column, batch.lists, row) as Value | undefined;
          if (value !== undefined) attributes.set(name, value);
        }
        return { entity, isSubject: slots[i]?.authority === 1, attributes };
      });
      this.#taken.push({ number: batch.position + row + 1, captured, entities, earlier: undefined });
    }
  }

  /** Time is about to let go of something: by then a record that the test is about may be in nothing any more. */
  lookBefore({ dataflow, graph }: EngineView, now: Instant | undefined): void {
    if (now === undefined) return;
    const { nodes } = this.#plan;
    const windows = nodes.flatMap((node) =>
      node.op === 'get' && node.timespan?.kind === 'last' ? [node.timespan.milliseconds] : [],
    );
    const longest = windows.reduce((a, b) => a + b, 0);
    const idle = new Set(
      nodes.flatMap((node, index) => (node.op === 'find' && dataflow.at(node.input).members.size === 0 ? [index] : [])),
    );
    for (const record of this.#taken) {
      if (record.captured.last.ms + longest < now.ms || this.#looks >= MOST_LOOKS) continue;
      this.#looks++;
      const verdicts = traceRecord(record.captured, dataflow, graph, { resolveSource: () => '', when: 'by then' });
      if (record.earlier !== undefined && countIn(record.earlier.verdicts) > countIn(verdicts)) continue;
      record.earlier = { verdicts, asOf: now, idle };
    }
  }
}

export function countIn(verdicts: readonly StatementVerdict[]): number {
  return verdicts.filter(({ status }) => status === 'in').length;
}
