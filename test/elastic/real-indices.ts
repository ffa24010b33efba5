import { randomBytes } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';

/** `http://host:port` of a server without security, and of one with it (user and password in the URL). */
export const SERVER = process.env.WINDHOVER_TEST_ELASTIC;
export const SECURE = process.env.WINDHOVER_TEST_ELASTIC_SECURE;

export interface IndexedDocument {
  readonly id?: string;
  readonly source: object | string;
}

/** Indices of one test file on a real server, deleted at its end. */
export class RealIndices {
  readonly client: Client;
  readonly #run = `test-${randomBytes(5).toString('hex')}`;
  readonly #created: string[] = [];

  constructor(server: string) {
    this.client = new Client({ node: server });
  }

  name(what: string): string {
    return `${this.#run}-${what}`;
  }

  /** An index whose `@timestamp` has the type. */
  async create(what: string, type: 'date' | 'date_nanos' = 'date', shards = 2): Promise<string> {
    return this.make(what, { '@timestamp': { type } }, shards);
  }

  /** An index of these fields, and no others. */
  async make(what: string, properties: Record<string, object>, shards = 2): Promise<string> {
    const index = this.name(what);
    await this.client.indices.create({
      index,
      settings: { number_of_shards: shards, number_of_replicas: 0 },
      mappings: { dynamic: false, properties },
    });
    this.#created.push(index);
    return index;
  }

  async fill(index: string, documents: readonly IndexedDocument[]): Promise<void> {
    for (let at = 0; at < documents.length; at += 1000) {
      // Texts go as they are.
      const operations = documents
        .slice(at, at + 1000)
        .flatMap(({ id, source }): (object | string)[] => [{ create: id === undefined ? {} : { _id: id } }, source]);
      const answer = await this.client.bulk({ index, operations: operations as object[] });
      if (answer.errors) throw new Error('some documents were not taken');
    }
    await this.client.indices.refresh({ index });
  }

  async close(): Promise<void> {
    for (const index of this.#created) await this.client.indices.delete({ index });
    await this.client.close();
  }
}
