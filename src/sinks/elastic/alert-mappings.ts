import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { alertIndex } from './alert-bulk.ts';
import { alertTemplate } from './alert-template.ts';
import type { ElasticAlertsClient } from './elastic-alerts-client.ts';
import { setupHint } from './elastic-answer.ts';
import { mappingConflicts, type MappingConflict } from './mapping-conflicts.ts';

/**
 * Whether the indices behind the alias take alerts: one that somebody made otherwise would refuse each of them for good,
 * though it can be repaired.
 */
export class AlertMappings {
  readonly #client: ElasticAlertsClient;
  readonly #alias: string;
  #conflicts: ReadonlyMap<string, MappingConflict> = new Map();

  constructor(client: ElasticAlertsClient, alias: string) {
    this.#client = client;
    this.#alias = alias;
  }

  /** Looks at them again. Who may write need not be allowed to look: then nothing is in the way. */
  async look(): Promise<void> {
    const { status, body } = await this.#client.request({ method: 'GET', path: `/${this.#alias}/_mapping` });
    const { properties } = alertTemplate(this.#alias).template.mappings;
    this.#conflicts = status === 200 ? mappingConflicts(body, properties) : new Map();
  }

  /** Why the index of the alert would not take it. */
  problemOf(alert: AlertDocument): SinkError | undefined {
    const index = alertIndex(this.#alias, alert);
    const conflict = this.#conflicts.get(index);
    if (conflict === undefined) return undefined;
    return new SinkError('elastic-mapping', `${this.#client.place}: ${conflictText(index, conflict)}`, {
      hint: conflictHint(index, this.#alias),
      retriable: true,
    });
  }
}

export function conflictText(index: string, { field, found, wanted }: MappingConflict): string {
  return `${index} maps ${field} as ${found}, which does not take alerts (${wanted})`;
}

export function conflictHint(index: string, alias: string): string {
  return `Delete ${index}, or reindex it under another name that ${alias} is no alias of, and then: ${setupHint(alias)} Or name another index for alerts.`;
}
