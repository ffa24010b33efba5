import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { EpochMeasure, HuntGauges, MeteredScope } from '../hunts/run/run-meter.ts';
import type { SinkStatus } from '../sinks/sink-status.ts';

/** Seconds, from a batch of one record to one that waits for the disk. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
/** Series of one label that come from a source: topics can be made by others. */
const MOST_PARTITIONS = 2000;
const MOST_FORMATS = 16;
const OTHERS = 'others';

export interface RunMetricsOptions {
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly sinks: () => readonly SinkStatus[];
  /** Bytes of the state folder; `undefined`: there is none. */
  readonly stateBytes: () => Promise<number | undefined>;
  /** Bytes of memory that the state takes, by part; `undefined`: there is none. */
  readonly stateMemory?: () => Promise<Readonly<Record<string, number>> | undefined>;
}

/**
 * The metrics of one run, in a registry of its own. What happens per batch is counted then; what hunts, graph and sinks
 * hold is read when somebody asks. Labels are sources, hunts, sinks and partitions, never values of telemetry.
 */
export class RunMetrics {
  readonly registry = new Registry();
  readonly #options: RunMetricsOptions;
  readonly #scopes = new Set<MeteredScope>();
  /** What scopes that have ended said last, by hunt; its counts are those of all rounds. */
  readonly #ended = new Map<string, HuntGauges>();
  /** The same of hunts that were exchanged for others: they hold nothing any more, and counters go on. */
  readonly #past = new Map<string, HuntGauges>();
  /** What scopes that have ended missed, by their hunts. */
  readonly #endedCoverage = new Map<string, ReturnType<MeteredScope['coverage']>>();
  /** Hits of the graphs of scopes that have ended. */
  #endedHits = 0;
  readonly #partitions = new Set<string>();
  readonly #formats = new Set<string>();
  readonly #records = this.#counter('records_total', 'Records taken', ['source', 'format']);
  readonly #bytes = this.#counter('read_bytes_total', 'Bytes read of files, uncompressed', ['source']);
  readonly #ignored = this.#counter('ignored_total', 'Inputs of kinds that no hunt uses', ['source']);
  readonly #undecodable = this.#counter('undecodable_total', 'Inputs that could not be decoded', ['source']);
  readonly #late = this.#counter('late_total', 'Records that came late and were applied', ['source']);
  readonly #refused = this.#counter('refused_total', 'Records refused as older than the retention', ['source']);
  readonly #duplicates = this.#counter('duplicates_total', 'Records that were there already', ['source']);
  readonly #loaded = this.#counter('content_loads_total', 'Entity contents fetched from the state', []);
  readonly #epochs = this.#histogram('epoch_seconds', 'Time of an epoch, commit not included');
  readonly #commits = this.#histogram('commit_seconds', 'Time of a commit, delivery to the alert log included');
  readonly #lag = this.#gauge('source_lag_records', 'Messages of the partition that were not read yet', [
    'source',
    'topic',
    'partition',
  ]);
  readonly #eventLag = this.#gauge('source_event_lag_seconds', 'Age of the last record when it was taken', ['source']);
  readonly #alive = this.#gauge('hunt_alive', '1 where the own tests of a hunt passed when they last ran here', [
    'hunt',
  ]);
  readonly #canaries = this.#counter('canary_turns_total', 'How often the own tests of a hunt ran here', ['hunt']);
  readonly #degraded = this.#gauge('source_degraded', '1 while the source cannot be read', ['source']);
  readonly #waits = this.#gauge(
    'input_waits_for_disk',
    '1 while the disk of the state has no room and nothing is read',
    [],
  );
  readonly #silent = this.#gauge('source_silent', '1 while a live source gives no records', ['source']);

  constructor(options: RunMetricsOptions) {
    this.#options = options;
    this.#gaugesOfHunts();
    this.#countersOfCoverage();
    this.#gaugesOfSinks();
    const bytes = this.#gauge('state_bytes', 'Size of the state folder on disk', [], async () => {
      const size = await options.stateBytes();
      if (size !== undefined) bytes.set(size);
    });
    const memory = this.#gauge('state_memory_bytes', 'Memory that RocksDB takes for the state', ['part'], async () => {
      for (const [part, size] of Object.entries((await options.stateMemory?.()) ?? {})) memory.set({ part }, size);
    });
    collectDefaultMetrics({ register: this.registry });
  }

  /** A round of scopes begins, perhaps of other hunts. */
  round(): void {
    for (const [hunt, gauges] of this.#ended) this.#past.set(hunt, gauges);
    this.#ended.clear();
    this.#degraded.reset();
    this.#alive.reset();
    this.#lag.reset();
    this.#partitions.clear();
  }

  opened(scope: MeteredScope): void {
    this.#scopes.add(scope);
  }

  closed(scope: MeteredScope): void {
    if (!this.#scopes.delete(scope)) return;
    for (const each of scope.hunts()) this.#ended.set(each.hunt, this.#whole(each));
    this.#endedCoverage.set(huntsOf(scope), scope.coverage());
    this.#endedHits += scope.graph.contentHits;
  }

  /** With what the hunt did in earlier rounds. */
  #whole(gauges: HuntGauges): HuntGauges {
    const past = this.#past.get(gauges.hunt);
    if (past === undefined) return gauges;
    const { alerts, spentMs } = gauges;
    return {
      ...gauges,
      spentMs: spentMs + past.spentMs,
      alerts: {
        opened: alerts.opened + past.alerts.opened,
        revised: alerts.revised + past.alerts.revised,
        retracted: alerts.retracted + past.alerts.retracted,
        suppressed: alerts.suppressed + past.alerts.suppressed,
      },
    };
  }

  epoch({ source, batch, ms, late, refused, duplicates, bytes, lag }: EpochMeasure): void {
    const { size } = batch;
    this.#epochs.observe(ms / 1000);
    if (size > 0) {
      this.#records.inc({ source, format: this.#formatOf(batch.kinds[batch.kind[0] as number]?.name ?? '') }, size);
      this.#eventLag.set({ source }, Math.max(0, this.#options.now() - (batch.lastMs[size - 1] as number)) / 1000);
    }
    const add = (counter: Counter<'source'>, count: number): void => {
      if (count > 0) counter.inc({ source }, count);
    };
    add(this.#bytes, bytes);
    add(this.#ignored, batch.ignored);
    add(this.#undecodable, batch.undecodable);
    add(this.#late, late);
    add(this.#refused, refused);
    add(this.#duplicates, duplicates);
    if (lag === undefined) return;
    const key = JSON.stringify([source, lag.topic, lag.partition]);
    if (!this.#partitions.has(key) && this.#partitions.size >= MOST_PARTITIONS) return;
    this.#partitions.add(key);
    this.#lag.set({ source, topic: lag.topic, partition: lag.partition }, lag.messages);
  }

  committed(ms: number): void {
    this.#commits.observe(ms / 1000);
  }

  loaded(contents: number): void {
    this.#loaded.inc(contents);
  }

  silent(source: string, isSilent: boolean): void {
    this.#silent.set({ source }, isSilent ? 1 : 0);
  }

  /** The disk of the state has no room, and the input waits for it. */
  waitsForDisk(waits: boolean): void {
    this.#waits.set(waits ? 1 : 0);
  }

  degraded(source: string, isDegraded: boolean): void {
    this.#degraded.set({ source }, isDegraded ? 1 : 0);
  }

  /** The tests that stand in the file of a hunt ran. */
  canary(hunt: string, isAlive: boolean): void {
    this.#canaries.inc({ hunt });
    this.#alive.set({ hunt }, isAlive ? 1 : 0);
  }

  #gaugesOfHunts(): void {
    const entities = this.#gauge('entities', 'Entities in the graphs of the run', [], () => {
      let sum = 0;
      for (const { graph } of this.#scopes) sum += graph.size;
      entities.set(sum);
    });
    const hits = this.#counter(
      'content_hits_total',
      'Entity contents wanted by records that were in memory',
      [],
      () => {
        hits.reset();
        let sum = this.#endedHits;
        for (const { graph } of this.#scopes) sum += graph.contentHits;
        hits.inc(sum);
      },
    );
    const standing = (): Map<string, HuntGauges> => {
      const live = [...this.#scopes].flatMap((scope) => scope.hunts());
      return new Map([...this.#ended, ...live.map((each) => [each.hunt, this.#whole(each)] as const)]);
    };
    /** Counters go on where a hunt is gone. */
    const counted = (tell: (gauges: HuntGauges) => void): void => {
      for (const gauges of new Map([...this.#past, ...standing()]).values()) tell(gauges);
    };
    const gauged = (gauge: Gauge, value: (gauges: HuntGauges) => number): void => {
      gauge.reset();
      for (const gauges of standing().values()) gauge.set({ hunt: gauges.hunt }, value(gauges));
    };
    const alerts = this.#counter('alerts_total', 'Alerts by what became of them', ['hunt', 'status'], () => {
      alerts.reset();
      counted(({ hunt, alerts: counts }) => {
        for (const status of ['opened', 'revised', 'retracted', 'suppressed'] as const)
          alerts.inc({ hunt, status }, counts[status]);
      });
    });
    const spent = this.#counter('hunt_seconds_total', 'Time that the operators of a hunt took', ['hunt'], () => {
      spent.reset();
      counted(({ hunt, spentMs }) => spent.inc({ hunt }, spentMs / 1000));
    });
    const rows = this.#gauge('hunt_rows', 'Rows that operators of a hunt made and hold', ['hunt'], () => {
      gauged(rows, (gauges) => gauges.rows);
    });
    const held = this.#gauge('hunt_held_rows', 'Rows that count against the budget of a hunt', ['hunt'], () => {
      gauged(held, (gauges) => gauges.held);
    });
    const members = this.#gauge('hunt_members', 'Members of the variables of a hunt', ['hunt'], () => {
      gauged(members, (gauges) => gauges.members);
    });
    const failed = this.#gauge('hunt_failed', '1 where a hunt failed and was stopped', ['hunt'], () => {
      gauged(failed, (gauges) => (gauges.failed ? 1 : 0));
    });
  }

  #countersOfCoverage(): void {
    const each = (tell: (total: ReturnType<MeteredScope['coverage']>[number]) => void): void => {
      const live = new Map([...this.#scopes].map((scope) => [huntsOf(scope), scope.coverage()]));
      for (const totals of new Map([...this.#endedCoverage, ...live]).values()) totals.forEach(tell);
    };
    const holes = this.#counter('coverage_holes_total', 'Holes in what was seen', ['source', 'cause'], () => {
      holes.reset();
      each((total) => holes.inc({ source: total.source, cause: total.cause }, total.holes));
    });
    const missing = this.#counter('coverage_missing_total', 'Inputs missing in holes', ['source', 'cause'], () => {
      missing.reset();
      each((total) => missing.inc({ source: total.source, cause: total.cause }, total.missing));
    });
  }

  #gaugesOfSinks(): void {
    const { sinks } = this.#options;
    const backlog = this.#gauge('sink_backlog', 'Alerts that wait for the sink', ['sink'], () => {
      for (const { sink, pending } of sinks()) backlog.set({ sink }, pending);
    });
    const degraded = this.#gauge('sink_degraded', '1 while the sink takes nothing', ['sink'], () => {
      for (const { sink, problem } of sinks()) degraded.set({ sink }, problem === undefined ? 0 : 1);
    });
    const told = ['sent', 'retried', 'rejected'] as const;
    const help = {
      sent: 'Alerts taken by',
      retried: 'Tries that left something over at',
      rejected: 'Alerts refused by',
    };
    for (const what of told) {
      const counter = this.#counter(`sink_${what}_total`, `${help[what]} the sink`, ['sink'], () => {
        counter.reset();
        for (const status of sinks()) counter.inc({ sink: status.sink }, status[what]);
      });
    }
  }

  /** `sysmon` of `sysmon.1`. */
  #formatOf(kind: string): string {
    const dot = kind.indexOf('.');
    const format = dot < 0 ? kind : kind.slice(0, dot);
    if (!this.#formats.has(format) && this.#formats.size >= MOST_FORMATS) return OTHERS;
    this.#formats.add(format);
    return format;
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[], collect?: () => void): Counter<T> {
    return new Counter({ ...this.#common(name, help), labelNames, ...(collect === undefined ? {} : { collect }) });
  }

  #gauge<T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    collect?: () => void | Promise<void>,
  ): Gauge<T> {
    return new Gauge({ ...this.#common(name, help), labelNames, ...(collect === undefined ? {} : { collect }) });
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ ...this.#common(name, help), buckets: BUCKETS });
  }

  #common(name: string, help: string): { name: string; help: string; registers: Registry[] } {
    return { name: `windhover_${name}`, help, registers: [this.registry] };
  }
}

/** Names a scope: a hunt belongs to one. */
function huntsOf(scope: MeteredScope): string {
  return JSON.stringify(scope.hunts().map(({ hunt }) => hunt));
}
