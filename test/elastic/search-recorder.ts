import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** One search of documents as it went over the wire. */
export interface RecordedSearch {
  /** `_source` of the request; absent: whole documents were asked for. */
  readonly fields: unknown;
  /** `_source` of each document of the answer. */
  readonly documents: readonly object[];
}

interface SearchBody {
  readonly _source?: unknown;
}

interface AnswerBody {
  readonly hits?: { readonly hits?: readonly { readonly _source?: object }[] };
}

/** Stands before a real server, hands everything on as it is, and keeps the searches. */
export class SearchRecorder {
  readonly searches: RecordedSearch[] = [];
  readonly #upstream: string;
  readonly #server: Server;

  constructor(upstream: string) {
    this.#upstream = upstream;
    this.#server = createServer((request, response) => {
      this.#handOn(request).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        () => response.destroy(),
      );
    });
  }

  /** The address to be used in place of the server's. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handOn(request: IncomingMessage): Promise<{ status: number; headers: Record<string, string>; body: string }> {
    const asked = await text(request);
    const { method = 'GET', url = '/', headers } = request;
    const kept = ['content-type', 'accept'].flatMap((name): [string, string][] => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    });
    const answer = await fetch(new URL(url, this.#upstream), {
      method,
      headers: kept,
      ...(asked === '' ? {} : { body: asked }),
    });
    const body = await answer.text();
    if (url.startsWith('/_search')) this.#keep(JSON.parse(asked) as SearchBody, JSON.parse(body) as AnswerBody);
    const given = ['content-type', 'x-elastic-product'].flatMap((name): [string, string][] => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    return { status: answer.status, headers: Object.fromEntries(given), body };
  }

  #keep({ _source: fields }: SearchBody, { hits }: AnswerBody): void {
    this.searches.push({ fields, documents: (hits?.hits ?? []).map(({ _source: source = {} }) => source) });
  }
}
