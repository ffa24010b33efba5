import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { AlertFeed } from '../alerts/alert-feed.ts';
import { AlertedRows } from './alerted-rows.ts';
import { alertVerdicts, type AlertVerdict } from './alert-verdict.ts';
import type { CapturedRecord } from './captured-record.ts';
import type { EntityTrace } from './entity-trace.ts';
import type { ToldAlerts } from './told-alerts.ts';
import { entityTraces, statementVerdicts, type StatementVerdict } from './trace-record.ts';

/** One hunt as it stands. */
export interface HuntView {
  readonly graph: EntityGraph;
  readonly dataflow: HuntDataflow;
  readonly feeds: readonly AlertFeed[];
}

/** How far a record came in a hunt. */
export interface TracedRecord {
  readonly statements: readonly StatementVerdict[];
  readonly alerts: readonly AlertVerdict[];
  /** Event time, ms, as of which the statements are told: LAST has let go of something since. Absent: the end of the input. */
  readonly asOfMs?: number;
}

interface Furthest {
  readonly statements: readonly StatementVerdict[];
  /** Statements that it is in. */
  readonly score: number;
  readonly atMs: number;
}

/** How long evidence beyond the windows may take to arrive, ms. */
const MARGIN_MS = 3_600_000;

/**
 * Looks at a record from its epoch on. Without LAST what counts is how the hunt stands at the end; with it, when the record had
 * come furthest, as by the end every statement has let go of it.
 */
export class RecordTrail {
  readonly #record: CapturedRecord;
  readonly #resolveSource: (uri: string) => string;
  readonly #rows = new AlertedRows();
  #furthest: Furthest | undefined;

  constructor(record: CapturedRecord, resolveSource: (uri: string) => string) {
    this.#record = record;
    this.#resolveSource = resolveSource;
  }

  /** After an epoch. `nowMs`: greatest event time so far. */
  look(view: HuntView, nowMs: number): void {
    const windows = view.dataflow.plan.nodes.flatMap((node) =>
      node.op === 'get' && node.timespan?.kind === 'last' ? [node.timespan.milliseconds] : [],
    );
    const traces = this.#traces(view, 'by then');
    // Rows of an alert that is taken back are gone by the end.
    this.#rows.note(traces, view.feeds);
    if (windows.length === 0) return;
    const until = this.#record.last.ms + windows.reduce((a, b) => a + b, MARGIN_MS);
    if (nowMs > until) return;
    const { statements, score } = verdictsOf(traces, view);
    if (score >= (this.#furthest?.score ?? 0)) this.#furthest = { statements, score, atMs: nowMs };
  }

  /** Once the input has ended. */
  end(view: HuntView, told: ToldAlerts): TracedRecord {
    const traces = this.#traces(view, 'by the end of the input');
    const { statements, score } = verdictsOf(traces, view);
    const earlier = this.#furthest !== undefined && this.#furthest.score > score ? this.#furthest : undefined;
    const best = earlier?.statements ?? statements;
    this.#rows.note(traces, view.feeds);
    return {
      statements: best,
      alerts: alertVerdicts(traces, best, view.feeds, this.#rows, told),
      ...(earlier === undefined ? {} : { asOfMs: earlier.atMs }),
    };
  }

  #traces({ dataflow, graph }: HuntView, when: string): EntityTrace[] {
    return entityTraces(this.#record, dataflow, graph, { resolveSource: this.#resolveSource, when });
  }
}

function verdictsOf(traces: readonly EntityTrace[], { dataflow }: HuntView): Omit<Furthest, 'atMs'> {
  const statements = statementVerdicts(traces, dataflow.plan.nodes);
  return { statements, score: statements.filter(({ status }) => status === 'in').length };
}
