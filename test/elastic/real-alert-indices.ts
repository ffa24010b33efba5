import { randomBytes } from 'node:crypto';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { openElasticAlertsClient, type ElasticAlertsClient } from '../../src/sinks/elastic/elastic-alerts-client.ts';
import { setUpElastic } from '../../src/sinks/elastic/set-up-elastic.ts';

/** Address of a server that the tests may use as they like; without one they are skipped. */
export const ELASTIC = process.env['WINDHOVER_TEST_ELASTIC'];
/** Command that kills the server and starts it again over the same data, and ends when it answers. */
export const ELASTIC_CRASH = process.env['WINDHOVER_TEST_ELASTIC_CRASH'];

const PAGE = 10_000;

/** Alert indices of one test file on a real server, behind aliases that nobody else has. */
export class RealAlertIndices {
  readonly url: string;
  readonly #prefix = `test-${randomBytes(4).toString('hex')}`;
  readonly #aliases: string[] = [];

  constructor(url: string) {
    this.url = url;
  }

  client(): Promise<ElasticAlertsClient> {
    return openElasticAlertsClient({ url: this.url });
  }

  /** An alias with its template and first index. */
  async alias(): Promise<string> {
    const alias = `${this.#prefix}-${this.#aliases.length}`;
    this.#aliases.push(alias);
    const client = await this.client();
    await setUpElastic({ client, alias, month: '2026.05', isDryRun: false });
    await client.close();
    return alias;
  }

  /** What is behind this alias is deleted in the end, too. */
  adopt(alias: string): void {
    this.#aliases.push(alias);
  }

  /** Every document behind the alias. */
  async documents(alias: string): Promise<AlertDocument[]> {
    await this.ask(`/${alias}/_refresh`);
    return this.search(alias, { match_all: {} });
  }

  async search(alias: string, query: object): Promise<AlertDocument[]> {
    const answer = await this.ask(`/${alias}/_search`, { size: PAGE, query });
    const { hits } = answer as { hits: { hits: { _id: string; _source: AlertDocument }[] } };
    return hits.hits.map(({ _source }) => _source);
  }

  async ask(path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async clean(): Promise<void> {
    for (const alias of this.#aliases) {
      const answer = await fetch(`${this.url}/_alias/${alias}`);
      if (answer.ok) {
        const names = Object.keys((await answer.json()) as object);
        await fetch(`${this.url}/${names.join(',')}`, { method: 'DELETE' });
      }
      await fetch(`${this.url}/_index_template/${alias}`, { method: 'DELETE' });
    }
  }
}
