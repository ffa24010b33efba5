import { plainRecord, type PlainRecord } from './batch-snapshot.ts';
import type { BatchReader } from './decoder.ts';
import { InputTally } from './input-tally.ts';
import type { RecordBatch, Reject } from './record-batch.ts';
import { formatTime } from './time-text.ts';

/** Records of a kind among which the one that says most is shown. */
const LOOKED_AT = 32;
const MOST_HOSTS = 10_000;
const REJECTS_KEPT = 5;

export interface KindSurvey {
  readonly kind: string;
  readonly records: number;
  readonly sample: PlainRecord;
  /** Place of the sample: byte offset and length, or index in a bundle. */
  readonly offset: number;
  readonly length: number;
}

/** What a place holds, as the engine sees it. Plain data. */
export interface PlaceSurvey {
  /** `unknown` where nothing was recognised. */
  readonly format: string;
  readonly envelope: string | undefined;
  readonly tally: InputTally;
  /** Everything was read, not only the first records. */
  readonly whole: boolean;
  /** The first few that could not be decoded. */
  readonly rejects: readonly Reject[];
  /** The busiest first; at most 10,000 are told apart. */
  readonly hosts: readonly { readonly host: string; readonly records: number }[];
  /** Event times, ISO 8601; absent without records. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** The most frequent first. */
  readonly kinds: readonly KindSurvey[];
}

interface KindNotes {
  records: number;
  score: number;
  sample: PlainRecord;
  offset: number;
  length: number;
}

/** Reads a place, at most about `limit` records of it, and notes what is in it. Throws what the source throws. */
export async function surveyPlace(reader: BatchReader, limit = Infinity): Promise<PlaceSurvey> {
  const tally = new InputTally();
  const kinds = new Map<string, KindNotes>();
  const hosts = new Map<string, number>();
  const rejects: Reject[] = [];
  const range = new TimeRange();
  let whole = true;
  for await (const batch of reader.batches()) {
    tally.add(batch);
    rejects.push(...batch.rejects.slice(0, REJECTS_KEPT - rejects.length));
    for (let row = 0; row < batch.size; row++) {
      range.add(batch, row);
      noteKind(kinds, batch, row);
      const code = batch.host[row] as number;
      const host = code === 0 ? '' : batch.hosts.text(code);
      if (hosts.has(host) || hosts.size < MOST_HOSTS) hosts.set(host, (hosts.get(host) ?? 0) + 1);
    }
    if (tally.inputs >= limit) {
      whole = false;
      break;
    }
  }
  return {
    format: reader.format,
    envelope: reader.envelope,
    tally,
    whole,
    rejects,
    hosts: [...hosts].map(([host, records]) => ({ host, records })).sort((a, b) => b.records - a.records),
    from: range.from,
    to: range.to,
    kinds: [...kinds]
      .map(([kind, { records, sample, offset, length }]) => ({ kind, records, sample, offset, length }))
      .sort((a, b) => b.records - a.records || (a.kind < b.kind ? -1 : 1)),
  };
}

function noteKind(kinds: Map<string, KindNotes>, batch: RecordBatch, row: number): void {
  const name = batch.kinds[batch.kind[row] as number]?.name ?? '';
  const known = kinds.get(name);
  if (known !== undefined && ++known.records > LOOKED_AT) return;
  const sample = plainRecord(batch, row);
  const score = sample.mentions.reduce((sum, { attributes }) => sum + 1 + Object.keys(attributes).length, 0);
  const { offset, length } = batch.locator(row);
  if (known === undefined) kinds.set(name, { records: 1, score, sample, offset, length });
  else if (score > known.score) Object.assign(known, { score, sample, offset, length });
}

/** The least first and the greatest last of the records seen. */
class TimeRange {
  #from: readonly [number, number] | undefined;
  #to: readonly [number, number] | undefined;

  add({ firstMs, firstNs, lastMs, lastNs }: RecordBatch, row: number): void {
    const [ms, ns] = [firstMs[row] as number, firstNs[row] as number];
    if (this.#from === undefined || ms < this.#from[0] || (ms === this.#from[0] && ns < this.#from[1])) {
      this.#from = [ms, ns];
    }
    const [endMs, endNs] = [lastMs[row] as number, lastNs[row] as number];
    if (this.#to === undefined || endMs > this.#to[0] || (endMs === this.#to[0] && endNs > this.#to[1])) {
      this.#to = [endMs, endNs];
    }
  }

  get from(): string | undefined {
    return this.#from && formatTime(...this.#from);
  }

  get to(): string | undefined {
    return this.#to && formatTime(...this.#to);
  }
}
