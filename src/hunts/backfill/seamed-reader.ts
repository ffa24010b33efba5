import { formatInstant } from '../../catalogue/instant.ts';
import type { SourceHole } from '../coverage/coverage-hole.ts';
import type { SourceNotice } from '../input/source-notice.ts';
import type { BatchSupply, PlacePosition, ReadBatch } from '../input/source-reader.ts';
import type { Seam, SeamFinding } from './seam.ts';

export interface SeamedReaderOptions {
  readonly name: string;
  readonly seam: Seam;
  /** Reads the live stream from a message time on (ms), or where `anew` is false from where the state says. */
  readonly open: (fromMs: number, anew: boolean) => Promise<BatchSupply>;
  readonly onNotice: (notice: SourceNotice) => void;
}

/**
 * The live stream of a source behind its history. The oldest records of each partition are looked for in history: where
 * they are missing, the stream is read from further back; where that does not help, the hole is told.
 */
export class SeamedReader implements BatchSupply {
  readonly name: string;
  readonly #options: SeamedReaderOptions;
  #live: BatchSupply | undefined;
  #closed = false;
  /** Partitions that have something to be read, and have not gone beyond what history holds. */
  readonly #inside = new Set<string>();
  /** What the next batch tells of. */
  readonly #holes: SourceHole[] = [];
  /** Least event time of each partition, ms, until the overlap is passed. */
  readonly #oldestMs = new Map<string, number>();
  /** Partitions that do not begin with their first message ever: what came before has to be in history. */
  readonly #begunLate = new Set<string>();

  constructor(options: SeamedReaderOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async next(): Promise<ReadBatch | undefined> {
    const { seam, open } = this.#options;
    let anew = false;
    while (!this.#closed) {
      this.#live ??= await open(seam.liveFromMs, anew);
      const read = await this.#live.next();
      if (read === undefined || seam.isPassed) return read;
      const { place } = read.position;
      this.#expect(read);
      const { duplicates, finding } = seam.live(read.batch, place);
      if (finding?.verdict === 'gap' && seam.widen()) {
        await this.#live.close();
        this.#inside.clear();
        this.#begunLate.clear();
        // Records that come again change nothing.
        this.#live = undefined;
        anew = true;
        continue;
      }
      const also = [...(read.also ?? []), ...(finding === undefined ? [] : [this.#settle(finding)])];
      also.push(...this.#advance(read, place));
      return { ...read, also, duplicates, holes: [...(read.holes ?? []), ...this.#holes.splice(0)] };
    }
    return undefined;
  }

  committed(positions: readonly PlacePosition[]): void {
    this.#live?.committed?.(positions);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#live?.close();
  }

  /** The opening of the log says where its partitions begin and end. */
  #expect({ position, also = [] }: ReadBatch): void {
    for (const { place, partition, position: at } of [position, ...also]) {
      if (partition?.end === undefined) continue;
      if (partition.end > at.offset) this.#inside.add(place);
      if (at.offset > 0) this.#begunLate.add(place);
    }
  }

  #settle(finding: SeamFinding): PlacePosition {
    const { seam, onNotice } = this.#options;
    if (finding.verdict === 'gap') {
      this.#holes.push(this.#gapBefore(finding.place, finding.oldestMs));
      onNotice({
        place: finding.place,
        code: 'seam-gap',
        message: `${finding.missing} of its ${finding.looked} oldest records, from ${time(finding.oldestMs)} on, are not in history: records before them may be missing`,
      });
    }
    return seam.settle(finding.place, finding.verdict);
  }

  /**
   * Nobody knows how much is missing, nor how far back it reaches; not further than history was to be read. `toMs`: of the
   * oldest record that the partition gave.
   */
  #gapBefore(place: string, toMs: number | undefined): SourceHole {
    const { fromMs } = this.#options.seam;
    if (toMs === undefined) return { cause: 'gap', place, fromMs };
    return { cause: 'gap', place, fromMs: Math.min(fromMs, toMs), toMs };
  }

  /** The overlap is passed once every partition that gave records gives younger ones than history has. */
  #advance({ batch }: ReadBatch, place: string): PlacePosition[] {
    const { seam } = this.#options;
    if (batch.size === 0) return [];
    const { newestMs = -Infinity } = seam.position;
    let leastMs = Infinity;
    for (let row = 0; row < batch.size; row++) leastMs = Math.min(leastMs, batch.lastMs[row] as number);
    this.#oldestMs.set(place, Math.min(leastMs, this.#oldestMs.get(place) ?? Infinity));
    if (leastMs <= newestMs) {
      this.#inside.add(place);
      return [];
    }
    this.#inside.delete(place);
    if (this.#inside.size > 0) return [];
    this.#tell();
    return seam.pass();
  }

  #tell(): void {
    const { name, seam, onNotice } = this.#options;
    const { newestMs, records, checked, gaps = [], duplicates } = seam.position;
    const history =
      newestMs === undefined ? 'history was empty' : `history has ${records} records up to ${time(newestMs)}`;
    // One that reaches back to where history was to begin needs no other proof.
    const unproven = [...this.#begunLate].filter(
      (place) => !checked.includes(place) && (this.#oldestMs.get(place) ?? Infinity) > seam.fromMs,
    );
    for (const place of unproven) this.#holes.push(this.#gapBefore(place, this.#oldestMs.get(place)));
    const proof =
      gaps.length > 0
        ? `${gaps.length} of ${checked.length} partitions may have a gap before them`
        : unproven.length > 0
          ? `${unproven.length} partitions have no record that history has, so that a gap before them cannot be excluded`
          : 'no gap';
    onNotice({
      place: name,
      code: 'seam',
      message: `${history}; live from ${time(seam.liveFromMs)} on, ${duplicates} records in both: ${proof}`,
    });
  }
}

function time(ms: number): string {
  return formatInstant({ ms, ns: 0 });
}
