import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { ALL_TAKEN, type AlertSink, type RefusedAlert, type WriteOutcome } from '../alert-sink.ts';
import { retryAfterMs } from '../retry-after.ts';
import { sinkClosed } from '../sink-closed.ts';
import { AlertMappings } from './alert-mappings.ts';
import { alertBulks, type AlertBulk } from './alert-bulk.ts';
import type { ElasticAlertsClient, ElasticAnswer } from './elastic-alerts-client.ts';
import { answeredTrouble, type ElasticTrouble } from '../../sources/elastic/elastic-trouble.ts';
import { elasticProblem, setupHint } from './elastic-answer.ts';

export interface ElasticSinkOptions {
  readonly client: ElasticAlertsClient;
  /** In front of the monthly indices. */
  readonly alias: string;
  /** Second of the state folder's creation, or of the start (decision 27). */
  readonly generation: number;
  readonly name: string;
}

/** What the answer says of one alert. */
interface BulkItem {
  readonly status: number;
  readonly error?: unknown;
}

const FILTER = 'filter_path=items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason';

/**
 * Alerts as documents of Elasticsearch: one per alert, `_id` the alert's id, always in its latest state. The version comes
 * with the alert, so that what is written again, or too late, changes nothing (409).
 */
export class ElasticSink implements AlertSink {
  readonly name: string;
  readonly #client: ElasticAlertsClient;
  readonly #alias: string;
  readonly #generation: number;
  readonly #mappings: AlertMappings;
  /** The alias is there: indices that writing creates get the template's mapping. */
  #isSetUp = false;
  #closed = false;

  constructor({ client, alias, generation, name }: ElasticSinkOptions) {
    this.#client = client;
    this.#alias = alias;
    this.#generation = generation;
    this.name = name;
    this.#mappings = new AlertMappings(client, alias);
  }

  async write(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    if (this.#closed) throw sinkClosed(this.name);
    await this.#checkSetup();
    if (alerts.length === 0) {
      await this.#checkPrivilege();
      return ALL_TAKEN;
    }
    const refused: RefusedAlert[] = [];
    const left: AlertDocument[] = [];
    let problem: SinkError | undefined;
    let afterMs: number | undefined;
    const held: AlertDocument[] = [];
    const writable: AlertDocument[] = [];
    for (const alert of alerts) (this.#mappings.problemOf(alert) === undefined ? writable : held).push(alert);
    const heldBy = held[0] && this.#mappings.problemOf(held[0]);
    for (const bulk of alertBulks(writable, this.#alias, this.#generation)) {
      if (problem !== undefined) {
        left.push(...bulk.alerts);
        continue;
      }
      const outcome = await this.#bulk(bulk);
      refused.push(...outcome.refused);
      left.push(...outcome.left);
      ({ problem, afterMs } = outcome);
    }
    const waiting = [...held, ...(refused.length > 0 ? await this.#repairable(refused) : [])];
    if (waiting.length > 0) {
      problem ??= heldBy ?? this.#mappings.problemOf(waiting[0] as AlertDocument);
      left.push(...waiting);
    }
    if (problem !== undefined) this.#isSetUp = false;
    const isLeft = new Set(left);
    return { refused: refused.filter(({ alert }) => !isLeft.has(alert)), left, problem, afterMs };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#client.close();
  }

  /** Alerts that were refused as somebody put another index there since they were looked at. */
  async #repairable(refused: readonly RefusedAlert[]): Promise<AlertDocument[]> {
    await this.#mappings.look();
    return refused.map(({ alert }) => alert).filter((alert) => this.#mappings.problemOf(alert) !== undefined);
  }

  /** Without the template the first alert would make an index whose fields are guessed. Looked at again after a problem. */
  async #checkSetup(): Promise<void> {
    if (this.#isSetUp) return;
    const { status, body } = await this.#client.request({ method: 'GET', path: `/_alias/${this.#alias}` });
    if (status === 404) {
      throw new SinkError('elastic-setup', `There is no alias ${this.#alias}.`, {
        hint: setupHint(this.#alias),
        retriable: true,
      });
    }
    // Who may write need not be allowed to look.
    if (status !== 200 && status !== 403) throw this.#problem(answeredTrouble(status, body));
    await this.#mappings.look();
    this.#isSetUp = true;
  }

  /** A server without security, or an older one, has nobody to ask; then the first alert tells. */
  async #checkPrivilege(): Promise<void> {
    const names = `${this.#alias}-*`;
    const body = { index: [{ names: [names], privileges: ['index'] }] };
    const answer = await this.#client.request({ method: 'POST', path: '/_security/user/_has_privileges', body });
    const { has_all_requested: has } = (answer.body ?? {}) as { readonly has_all_requested?: unknown };
    if (answer.status !== 200 || has !== false) return;
    throw new SinkError('elastic-permission', `${this.#client.place}: a privilege is missing: index on ${names}`, {
      hint: `Grant the index privilege index on the indices ${names}.`,
      retriable: true,
    });
  }

  async #bulk({ alerts, lines }: AlertBulk): Promise<WriteOutcome> {
    const answer = await this.#client.request({ method: 'POST', path: `/_bulk?${FILTER}`, lines });
    if (answer.status === 413) return this.#tooLarge(alerts);
    const items = answer.status === 200 ? bulkItems(answer.body) : undefined;
    if (items?.length !== alerts.length) return this.#notTaken(alerts, answer);
    const refused: RefusedAlert[] = [];
    const left: AlertDocument[] = [];
    let problem: SinkError | undefined;
    for (const [i, { status, error }] of items.entries()) {
      const alert = alerts[i] as AlertDocument;
      // 409: this revision or a later one is there.
      if (status < 300 || status === 409) continue;
      const told = answeredTrouble(status, error);
      if (isForGood(status, told.type)) {
        refused.push({ alert, reason: `${told.type}: ${told.reason}` });
        continue;
      }
      left.push(alert);
      problem ??= this.#problem(told);
    }
    return { refused, left, problem };
  }

  #problem(trouble: ElasticTrouble): SinkError {
    return elasticProblem(trouble, this.#client.place, this.#alias);
  }

  #notTaken(alerts: readonly AlertDocument[], { status, body, retryAfter }: ElasticAnswer): WriteOutcome {
    const problem = this.#problem(answeredTrouble(status, body));
    return { refused: [], left: alerts, problem, afterMs: retryAfterMs(retryAfter, Date.now()) };
  }

  /** The server, or what stands before it, takes less at once than is sent. */
  async #tooLarge(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    if (alerts.length === 1) {
      return {
        refused: [{ alert: alerts[0] as AlertDocument, reason: 'larger than the server takes (413)' }],
        left: [],
      };
    }
    const middle = alerts.length >> 1;
    const refused: RefusedAlert[] = [];
    for (const half of [alerts.slice(0, middle), alerts.slice(middle)]) {
      for (const bulk of alertBulks(half, this.#alias, this.#generation)) {
        const outcome = await this.#bulk(bulk);
        refused.push(...outcome.refused);
        // What the other half has taken is harmless to write again.
        if (outcome.problem !== undefined) {
          const gone = new Set(refused.map(({ alert }) => alert));
          return { ...outcome, refused, left: alerts.filter((alert) => !gone.has(alert)) };
        }
      }
    }
    return { refused, left: [] };
  }
}

/** The document itself is at fault: a later try would end alike. */
function isForGood(status: number, type: string): boolean {
  return (status === 400 && type !== 'index_closed_exception') || status === 413;
}

function bulkItems(body: unknown): BulkItem[] | undefined {
  const { items } = (body ?? {}) as { readonly items?: unknown };
  if (!Array.isArray(items)) return undefined;
  const found: BulkItem[] = [];
  for (const each of items as readonly unknown[]) {
    const { index } = (each ?? {}) as { readonly index?: Partial<BulkItem> };
    if (typeof index?.status !== 'number') return undefined;
    found.push({ status: index.status, error: index.error });
  }
  return found;
}
