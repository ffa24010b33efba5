import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * Stands between a client and an Elasticsearch, and holds back each slice of a history from its n-th page on and all bulks,
 * until released: so that something can happen in the middle of a history, however fast it is read, and while alerts wait.
 * A connection that breaks behind it is broken before it, too.
 */
export class HeldElastic {
  readonly #server: Server;
  readonly #target: string;
  readonly #pages: number;
  /** By slice: pages that were answered. Slices are read side by side, one may be ahead of another, and a page may be asked for again. */
  readonly #answered = new Map<number, number>();
  #isReleased = false;
  #waiting: (() => void)[] = [];
  #onHeld = (): void => {};
  /** Settles once a page waits. */
  readonly holds = new Promise<void>((resolve) => (this.#onHeld = resolve));

  constructor(target: string, pages: number) {
    this.#target = target;
    this.#pages = pages;
    this.#server = createServer((asked, answer) => void this.#take(asked, answer));
  }

  /** Answers with its own address. */
  async open(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Lets those that wait go on, and holds back no more. */
  release(): void {
    this.#isReleased = true;
    for (const go of this.#waiting.splice(0)) go();
  }

  close(): void {
    this.release();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await text(asked);
    const slice = asked.url?.includes('/_search') === true ? sliceOf(body) : undefined;
    const go = (): void => this.#pass(asked, body, answer, slice);
    const isLate = slice !== undefined && (this.#answered.get(slice) ?? 0) >= this.#pages;
    if (this.#isReleased || !(isLate || asked.url?.includes('/_bulk') === true)) return go();
    this.#waiting.push(go);
    if (isLate) this.#onHeld();
  }

  #pass(asked: IncomingMessage, body: string, answer: ServerResponse, slice: number | undefined): void {
    const { method, headers, url = '/' } = asked;
    const broken = (): void => void answer.destroy();
    const passed = request(new URL(url, this.#target), { method, headers, agent: false }, (answered) => {
      if (slice !== undefined && answered.statusCode === 200)
        this.#answered.set(slice, (this.#answered.get(slice) ?? 0) + 1);
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.on('error', broken).pipe(answer);
    });
    passed.on('error', broken).end(body);
  }
}

/** Number of the slice that a search reads; undefined for one that reads no slice. */
function sliceOf(body: string): number | undefined {
  return (JSON.parse(body) as { readonly slice?: { readonly id: number } }).slice?.id;
}
