import type { HuntDataflow } from '../dataflow/hunt-dataflow.ts';
import type { NodeIndex } from '../plan/hunt-plan.ts';
import type { Responsible } from './compare-versions.ts';
import type { ResponsibleStatement } from './responsible-statement.ts';

/** Entries that are remembered of one version, two of each row at most. */
const MOST_ROWS = 100_000;

/** A row of an alerted variable that came or went. */
export interface MovedRow {
  readonly variable: string;
  readonly node: NodeIndex;
  readonly handle: number;
  readonly rowKey: string;
}

/**
 * Where rows of alerted variables come and go (LAST, a retention): asks at which statement two versions part over a row when it
 * enters, and when it leaves one of them, after the epoch of that, as by the end neither version knows it any more.
 */
export class ResponsibleTrail {
  readonly #holder: HuntDataflow;
  readonly #episodeOf: (node: NodeIndex, handle: number) => string;
  readonly #reasons: ResponsibleStatement;
  readonly #found = new Map<string, Responsible>();
  #entered: MovedRow[] = [];
  #left: MovedRow[] = [];

  /** `alerted`: names of the variables that alert. `episodeOf`: as alerts have it. */
  constructor(
    holder: HuntDataflow,
    alerted: ReadonlySet<string>,
    reasons: ResponsibleStatement,
    episodeOf: (node: NodeIndex, handle: number) => string,
  ) {
    this.#holder = holder;
    this.#episodeOf = episodeOf;
    this.#reasons = reasons;
    for (const { name: variable, listing } of holder.plan.variables) {
      if (!alerted.has(variable)) continue;
      const { node } = listing;
      const moved = (handle: number): MovedRow => ({ variable, node, handle, rowKey: holder.rows.keyOf(handle) });
      holder.at(node).output.subscribe(({ entered, left }) => {
        for (const handle of entered) this.#entered.push(moved(handle));
        for (const handle of left) this.#left.push(moved(handle));
      });
    }
  }

  get isFull(): boolean {
    return this.#found.size >= MOST_ROWS;
  }

  /** An epoch is done: both versions stand where its records have brought them. Answers with the rows that left. */
  settle(): readonly MovedRow[] {
    const [entered, left] = [this.#entered, this.#left];
    this.#entered = [];
    this.#left = [];
    for (const { variable, node, handle, rowKey } of entered) {
      // What came and went in one epoch is gone.
      if (!this.#holder.at(node).members.has(handle)) continue;
      const found = this.#reasons.ofMember(variable, handle);
      this.#note(found, variable, rowKey, this.#episodeOf(node, handle));
    }
    return left;
  }

  /** A row that left the other version: where this one still holds it, they part here. */
  heldOn({ variable, handle, rowKey }: MovedRow): void {
    const node = this.#holder.plan.variables.find(({ name }) => name === variable)?.listing.node;
    const own = handle >= 0 ? handle : this.#holder.rows.find(rowKey);
    if (node === undefined || own === undefined || !this.#holder.at(node).members.has(own)) return;
    this.#note(this.#reasons.ofMember(variable, own), variable, rowKey);
  }

  /** What they parted over when the row entered in that episode; undefined: nothing is known of it. */
  of(variable: string, rowKey: string, episode: string): Responsible | undefined {
    return this.#found.get(rowOf(variable, rowKey, episode));
  }

  /** What they last parted over, whichever episode it was. */
  latest(variable: string, rowKey: string): Responsible | undefined {
    return this.#found.get(rowOf(variable, rowKey));
  }

  #note(found: Responsible | undefined, variable: string, rowKey: string, episode?: string): void {
    if (found?.kind !== 'statement' || this.isFull) return;
    if (episode !== undefined) this.#found.set(rowOf(variable, rowKey, episode), found);
    this.#found.set(rowOf(variable, rowKey), found);
  }
}

function rowOf(variable: string, rowKey: string, episode?: string): string {
  return JSON.stringify([variable, rowKey, episode]);
}
