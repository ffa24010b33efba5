import type { AlertFeed } from '../alerts/alert-feed.ts';
import type { CapturedEntity } from './captured-record.ts';
import type { EntityTrace } from './entity-trace.ts';

/** Rows that are remembered of an entity in one variable. */
const MOST_ROWS = 1000;

/** The rows that entities stood in, or led to, in the alerted variables, whenever it was looked. */
export class AlertedRows {
  readonly #keys = new Map<string, Map<CapturedEntity, Set<string>>>();

  note(traces: readonly EntityTrace[], feeds: readonly AlertFeed[]): void {
    for (const { alert } of feeds) {
      for (const { carried, dataflow, entity } of traces) {
        const keys = this.#of(alert.alert.on, entity);
        for (const row of carried.at(alert.listing.node)) {
          if (keys.size === MOST_ROWS) break;
          keys.add(dataflow.rows.keyOf(row));
        }
      }
    }
  }

  of(variable: string, entity: CapturedEntity): ReadonlySet<string> {
    return this.#of(variable, entity);
  }

  #of(variable: string, entity: CapturedEntity): Set<string> {
    let entities = this.#keys.get(variable);
    if (entities === undefined) this.#keys.set(variable, (entities = new Map()));
    let keys = entities.get(entity);
    if (keys === undefined) entities.set(entity, (keys = new Set()));
    return keys;
  }
}
