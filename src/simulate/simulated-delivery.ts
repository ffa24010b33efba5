import { Random } from './random.ts';
import type { Emitted, SimulatedFormat } from './simulated-host.ts';
import type { SimulatedTime } from './simulated-time.ts';
import { SimulationQueue } from './simulation-queue.ts';
import type { SysflowRecord } from './sysflow/sysflow-record.ts';
import { SysflowTraceWriter } from './sysflow/sysflow-trace-writer.ts';

/** Telemetry of one stream, in the order in which it is delivered. */
export interface SimulatedChunk {
  readonly format: SimulatedFormat;
  /** Of a trace, which is of one host. */
  readonly host?: string;
  /** Whole lines; empty in a binary format. */
  readonly text: string;
  /** Whole blocks of a binary format. */
  readonly bytes?: Uint8Array;
  readonly records: number;
  readonly time: SimulatedTime;
}

export interface DeliveryOptions {
  readonly seed: number;
  readonly duplicates: number;
  readonly late: { readonly share: number; readonly maxMs: number };
}

interface Parcel {
  readonly stream: Stream;
  readonly record: string | SysflowRecord;
  readonly emitted: Emitted | undefined;
}

/** What one file, or one output, is made of. */
interface Stream {
  readonly format: SimulatedFormat;
  readonly host: string | undefined;
  readonly trace: SysflowTraceWriter | undefined;
  readonly lines: string[];
  readonly records: SysflowRecord[];
  made: number;
  delivered: number;
}

/** Records that one chunk holds at most. */
const CHUNK_RECORDS = 512;

/** The way from the sensors to whoever reads: some records come late, some twice. */
export class SimulatedDelivery {
  readonly #options: DeliveryOptions;
  readonly #random: Random;
  readonly #streams = new Map<string, Stream>();
  readonly #full = new Set<Stream>();
  readonly #delayed = new SimulationQueue<Parcel>();
  duplicates = 0;
  late = 0;
  made = 0;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#random = new Random(options.seed ^ 0x5bd1e995);
  }

  add(format: SimulatedFormat, host: string, time: SimulatedTime, record: string | SysflowRecord): Emitted {
    const { duplicates, late } = this.#options;
    const stream = this.#streams.get(format === 'sf' ? host : format) ?? this.#open(format, host);
    const emitted = { line: -1 };
    stream.made++;
    this.made++;
    if (late.share > 0 && this.#random.chance(late.share)) {
      this.late++;
      this.#delayed.add(time + this.#random.unit() * late.maxMs, { stream, record, emitted });
    } else {
      this.#deliver(stream, record, emitted);
    }
    if (duplicates > 0 && this.#random.chance(duplicates)) {
      this.duplicates++;
      this.#delayed.add(time + this.#random.int(1, 2000), { stream, record, emitted: undefined });
    }
    return emitted;
  }

  /** What was held back until `now` arrives. */
  catchUp(now: SimulatedTime): void {
    while (this.#delayed.next <= now && this.#delayed.next !== Infinity) {
      const { stream, record, emitted } = this.#delayed.take();
      this.#deliver(stream, record, emitted);
    }
  }

  /** Chunks that are full, or all there is. */
  *take(now: SimulatedTime, all = false): Generator<SimulatedChunk> {
    if (!all && this.#full.size === 0) return;
    for (const stream of all ? this.#streams.values() : this.#full) {
      const { format, host, trace, lines, records } = stream;
      const count = lines.length + records.length;
      if (count === 0) continue;
      const text = lines.join('');
      const bytes = trace?.block(records);
      lines.length = 0;
      records.length = 0;
      yield {
        format,
        ...(host === undefined ? {} : { host }),
        text,
        ...(bytes === undefined ? {} : { bytes }),
        records: count,
        time: now,
      };
    }
    this.#full.clear();
  }

  /** Records made, by format. */
  get counts(): Readonly<Partial<Record<SimulatedFormat, number>>> {
    const counts: Partial<Record<SimulatedFormat, number>> = {};
    for (const { format, made } of this.#streams.values()) counts[format] = (counts[format] ?? 0) + made;
    return counts;
  }

  #open(format: SimulatedFormat, host: string): Stream {
    const trace = format === 'sf' ? new SysflowTraceWriter(host, this.#options.seed) : undefined;
    const own = trace === undefined ? undefined : host;
    const stream = { format, host: own, trace, lines: [], records: [], made: 0, delivered: 0 };
    this.#streams.set(own ?? format, stream);
    return stream;
  }

  #deliver(stream: Stream, record: string | SysflowRecord, emitted: Emitted | undefined): void {
    if (emitted !== undefined) emitted.line = stream.delivered;
    stream.delivered++;
    let waiting: number;
    if (typeof record === 'string') waiting = stream.lines.push(record);
    else waiting = stream.records.push(record);
    if (waiting >= CHUNK_RECORDS) this.#full.add(stream);
  }
}
