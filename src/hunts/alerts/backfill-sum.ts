import { buildAlertDocument } from './alert-content.ts';
import type { AlertDocument } from './alert-document.ts';
import { backfillAlertId } from './alert-id.ts';
import type { BackfillCounts } from './alert-ledger-state.ts';
import type { AlertRow } from './alert-row.ts';
import type { AlertRule } from './alert-rule.ts';
import { BackfillQuota } from './backfill-quota.ts';

/** Alerts from history that do not leave one by one, and the one alert that tells how many they are (decision 30). */
export class BackfillSum {
  readonly #rule: AlertRule;
  readonly #quota: BackfillQuota;
  #summed = 0;
  /** The count that was told last, and its revision; 0 before the first. */
  #told = 0;
  #revision = 0;

  constructor(rule: AlertRule) {
    this.#rule = rule;
    this.#quota = new BackfillQuota(rule.maxBackfill);
  }

  /** Whether the alert leaves; one that does not is counted. */
  admits({ attributes }: AlertRow): boolean {
    const host = attributes['host.id'];
    if (this.#quota.admits(typeof host === 'string' ? host : '')) return true;
    this.#summed++;
    return false;
  }

  /** One that was counted is none any more. */
  uncount(): void {
    this.#summed--;
  }

  /** The alert as it has to be told now; undefined where the count is the one that was told. `before`: the revision to count on from. */
  tell(wallNow: number, before: (revision: number) => number): AlertDocument | undefined {
    const summed = this.#summed;
    if (summed === this.#told) return undefined;
    const status = this.#revision === 0 ? 'open' : summed === 0 ? 'retracted' : 'revised';
    const revision = 1 + before(this.#revision);
    this.#revision = revision;
    this.#told = summed;
    const { hunt, variable } = this.#rule;
    const text = `${summed} more from history, beyond the ${this.#quota.left} shown: ${hunt.title}`;
    const rule: AlertRule = { ...this.#rule, title: { text, parts: [{ kind: 'text', text }] } };
    const id = backfillAlertId(hunt.id, variable);
    const row: AlertRow = {
      rowKey: 'backfill',
      episode: '0',
      type: 'x-windhover-summary',
      time: { ms: wallNow, ns: 0 },
      attributes: {},
      backfilled: true,
    };
    return buildAlertDocument(rule, row, { id, status, revision, suppressed: summed, seen: wallNow, written: wallNow });
  }

  stored(): BackfillCounts {
    return { summed: this.#summed, told: this.#told, revision: this.#revision, ...this.#quota.stored() };
  }

  restore({ summed, told, revision, left, hosts = [] }: BackfillCounts): void {
    this.#summed = summed;
    this.#told = told;
    this.#revision = revision;
    this.#quota.restore({ left, hosts });
  }
}
