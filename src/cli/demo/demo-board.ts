import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { HuntSizes, InputCounts } from '../../hunts/run/run-observer.ts';
import type { LiveHunt } from '../../sinks/terminal/live-view-content.ts';

/** A change of a size is shown for this long. */
const CHANGE_MS = 2000;
const SAMPLE_MS = 250;
const SECONDS_KEPT = 120;

/** An alert in its latest revision, and when its first one came, by the wall clock. */
export interface BoardAlert {
  readonly document: AlertDocument;
  readonly arrivedMs: number;
}

/** What the demo has seen so far, kept for whoever shows it. Fed by the run; times are ms since the demo began. */
export class DemoBoard {
  readonly #alerts = new Map<string, BoardAlert>();
  readonly #perSecond: number[] = [];
  readonly #samples: { readonly atMs: number; readonly sizes: ReadonlyMap<string, number> }[] = [];
  #second = 0;
  #recordsBefore = 0;
  #records = 0;
  #late = 0;
  #sizes: () => readonly HuntSizes[];

  /** `sizes`: those before anything has come. */
  constructor(sizes: () => readonly HuntSizes[]) {
    this.#sizes = sizes;
  }

  /** `nowMs`: the wall clock. Answers whether this alert is new. */
  alert(document: AlertDocument, nowMs: number): boolean {
    const known = this.#alerts.get(document.event.id);
    this.#alerts.set(document.event.id, { document, arrivedMs: known?.arrivedMs ?? nowMs });
    return known === undefined;
  }

  progress({ records, late }: InputCounts, sizes: () => readonly HuntSizes[], elapsedMs: number): void {
    this.tick(elapsedMs);
    this.#records = records;
    this.#late = late;
    this.#sizes = sizes;
  }

  /** Time goes on, also where nothing comes. */
  tick(elapsedMs: number): void {
    while (elapsedMs >= (this.#second + 1) * 1000) {
      this.#second++;
      this.#perSecond.push(this.#records - this.#recordsBefore);
      if (this.#perSecond.length > SECONDS_KEPT) this.#perSecond.shift();
      this.#recordsBefore = this.#records;
    }
  }

  get records(): number {
    return this.#records;
  }

  get late(): number {
    return this.#late;
  }

  /** Records of each whole second so far, the latest last; within the first second its pace. */
  rates(elapsedMs: number): readonly number[] {
    if (this.#perSecond.length > 0) return this.#perSecond;
    return elapsedMs < 100 ? [] : [(this.#records / elapsedMs) * 1000];
  }

  /** The latest first. */
  get alerts(): readonly BoardAlert[] {
    return [...this.#alerts.values()].reverse();
  }

  hunts(elapsedMs: number): readonly LiveHunt[] {
    const hunts = this.#sizes();
    const sizes = new Map(
      hunts.flatMap(({ hunt, variables }) => variables.map((each) => [key(hunt, each.name), each.entities] as const)),
    );
    const latest = this.#samples.at(-1);
    if (latest === undefined || elapsedMs - latest.atMs >= SAMPLE_MS) this.#samples.push({ atMs: elapsedMs, sizes });
    while ((this.#samples[1]?.atMs ?? Infinity) <= elapsedMs - CHANGE_MS) this.#samples.shift();
    const before = this.#samples[0]?.sizes;
    const standing = new Map<string, number>();
    for (const { document } of this.#alerts.values()) {
      const { hunt, status } = document.windhover;
      if (status !== 'retracted') standing.set(hunt, (standing.get(hunt) ?? 0) + 1);
    }
    return hunts.map(({ hunt, variables }) => ({
      hunt,
      alerts: standing.get(hunt) ?? 0,
      variables: variables.map(({ name, entities }) => ({
        name,
        entities,
        change: entities - (before?.get(key(hunt, name)) ?? entities),
      })),
    }));
  }
}

function key(hunt: string, variable: string): string {
  return `${hunt}\n${variable}`;
}
