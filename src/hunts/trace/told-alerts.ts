import type { AlertDocument, AlertStatus } from '../alerts/alert-document.ts';

/** The last that was told of an alert. */
export interface ToldAlert {
  readonly id: string;
  readonly status: AlertStatus;
  readonly revision: number;
}

/** Alerts that are remembered. */
const MOST_ALERTS = 200_000;

/** Which alerts a run has told, by the row that they show: also of rows that are gone, which the operators do not know any more. */
export class ToldAlerts {
  readonly #byRow = new Map<string, Map<string, ToldAlert>>();
  #size = 0;

  take(documents: readonly AlertDocument[]): void {
    for (const { event, windhover } of documents) {
      const row = rowOf(windhover.variable, windhover.entity.type, windhover.entity.id);
      let alerts = this.#byRow.get(row);
      if (alerts === undefined) this.#byRow.set(row, (alerts = new Map()));
      if (!alerts.has(event.id) && ++this.#size > MOST_ALERTS) continue;
      alerts.set(event.id, { id: event.id, status: windhover.status, revision: windhover.revision });
    }
  }

  /** The latest alert that showed this row, also one that was taken back. */
  of(variable: string, type: string, key: string): ToldAlert | undefined {
    return [...(this.#byRow.get(rowOf(variable, type, key))?.values() ?? [])].at(-1);
  }
}

function rowOf(variable: string, type: string, key: string): string {
  return JSON.stringify([variable, type, key]);
}
