import type { AlertCounts } from '../hunts/run/hunt-result.ts';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';

/** What is remembered of every alert, whether its document is kept or not. */
export interface TalliedAlert {
  readonly id: string;
  /** Event time, ms since 1970. */
  readonly timeMs: number;
  readonly host: string;
  readonly title: string;
  readonly suppressed: number;
  /** The same in another version of the hunt: variable, row and episode. */
  readonly key: string;
  readonly document: AlertDocument | undefined;
}

/** How many documents all tallies of a backtest may keep together. */
export interface DocumentBudget {
  left: number;
}

/** Documents that each hunt keeps even where others have used up the budget. */
const KEPT_ANYWAY = 100;

/**
 * The alerts of one hunt as they stand: fed with every revision, in the order in which they leave. What a retraction
 * takes back is gone. Of every alert a few values are kept, of the first ones the whole document.
 */
export class AlertTally {
  /** How long after its event an alert leaves, ms, by id; known of the first ones only. */
  readonly delays = new Map<string, number>();
  readonly #budget: DocumentBudget;
  readonly #alerts = new Map<string, TalliedAlert>();
  readonly #techniques = new Set<string>();
  readonly #texts = new Map<string, string>();
  /** What each that left last stood for, where that is more than itself; also of those that were retracted. */
  readonly #suppressed = new Map<string, number>();
  readonly #counts = { opened: 0, revised: 0, retracted: 0, suppressed: 0 };
  #kept = 0;

  constructor(budget: DocumentBudget) {
    this.#budget = budget;
  }

  /** Answers whether the alert is a new one. */
  add(document: AlertDocument): boolean {
    const { id } = document.event;
    const before = this.#alerts.get(id);
    this.#count(document);
    if (document.windhover.status === 'retracted') {
      this.#alerts.delete(id);
      if (before?.document !== undefined) this.#release();
      return false;
    }
    for (const technique of techniquesOf(document)) this.#techniques.add(technique);
    const timeMs = Date.parse(document['@timestamp']);
    const { variable, entity, episode, suppressed } = document.windhover;
    this.#alerts.set(id, {
      id,
      timeMs,
      host: this.#shared(hostOf(document)),
      title: this.#shared(document.message),
      suppressed,
      key: JSON.stringify([variable, entity.type, entity.id, episode]),
      document: this.#mayKeep(before) ? document : undefined,
    });
    return before === undefined;
  }

  /** What left, revisions and what was retracted later included. */
  get counts(): AlertCounts {
    return { ...this.#counts };
  }

  /** Whether the alert of this id stands. */
  has(id: string): boolean {
    return this.#alerts.has(id);
  }

  /** Those that stand. */
  get alerts(): IterableIterator<TalliedAlert> {
    return this.#alerts.values();
  }

  get size(): number {
    return this.#alerts.size;
  }

  /** ATT&CK techniques that the hunt names, subtechniques in place of what they are part of. */
  get techniques(): readonly string[] {
    return [...this.#techniques].sort();
  }

  #count({ event: { id }, windhover: { status, suppressed } }: AlertDocument): void {
    this.#counts[status === 'open' ? 'opened' : status]++;
    this.#counts.suppressed += suppressed - (this.#suppressed.get(id) ?? 0);
    if (suppressed > 0) this.#suppressed.set(id, suppressed);
    else this.#suppressed.delete(id);
  }

  #mayKeep(before: TalliedAlert | undefined): boolean {
    if (before !== undefined) return before.document !== undefined;
    if (this.#kept >= KEPT_ANYWAY && this.#budget.left <= 0) return false;
    this.#kept++;
    this.#budget.left--;
    return true;
  }

  #release(): void {
    this.#kept--;
    this.#budget.left++;
  }

  /** One text in memory for all alerts that say the same. */
  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }
}

/** Name of the host that an alert is about; empty where it is about none. */
export function hostOf({ host }: AlertDocument): string {
  const name = host?.['name'] ?? host?.['id'] ?? host?.['hostname'];
  return typeof name === 'string' ? name : '';
}

function techniquesOf({ threat }: AlertDocument): readonly string[] {
  const technique = threat?.technique;
  const narrower = technique?.subtechnique?.id ?? [];
  const whole = (technique?.id ?? []).filter((id) => !narrower.some((each) => each.startsWith(`${id}.`)));
  return [...whole, ...narrower];
}
