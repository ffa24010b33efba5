import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Stands between a client and an Elasticsearch, and holds back searches from the n-th on and all bulks, until released: so
 * that something can happen in the middle of a history, however fast it is read, and while alerts wait. A connection that
 * breaks behind it is broken before it, too.
 */
export class HeldElastic {
  readonly #server: Server;
  readonly #target: string;
  #searches: number;
  #isReleased = false;
  #waiting: (() => void)[] = [];
  #onHeld = (): void => {};
  /** Settles once a search waits. */
  readonly holds = new Promise<void>((resolve) => (this.#onHeld = resolve));

  constructor(target: string, searches: number) {
    this.#target = target;
    this.#searches = searches;
    this.#server = createServer((asked, answer) => this.#take(asked, answer));
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

  #take(asked: IncomingMessage, answer: ServerResponse): void {
    const go = (): void => this.#pass(asked, answer);
    const isSearch = asked.url?.includes('/_search') === true;
    const isHeld = asked.url?.includes('/_bulk') === true || (isSearch && this.#searches-- <= 0);
    if (!isHeld || this.#isReleased) return go();
    this.#waiting.push(go);
    if (isSearch) this.#onHeld();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, headers, url = '/' } = asked;
    const broken = (): void => void answer.destroy();
    const passed = request(new URL(url, this.#target), { method, headers, agent: false }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.on('error', broken).pipe(answer);
    });
    asked.pipe(passed.on('error', broken));
  }
}
