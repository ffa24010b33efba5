import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SoakAlert } from './alert-comparison.ts';

/** Takes alerts as a webhook does, notes when each came first, and can go away. */
export class WebhookSink {
  readonly alerts: SoakAlert[] = [];
  /** When the first revision of each message came, by hunt and message. */
  readonly #firstAt = new Map<string, number>();
  #server: Server;
  #port = 0;

  constructor() {
    this.#server = this.#newServer();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async open(): Promise<void> {
    await new Promise<void>((listening) => this.#server.listen(this.#port, '127.0.0.1', listening));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async goAway(ms: number): Promise<void> {
    this.close();
    await new Promise((back) => setTimeout(back, ms));
    this.#server = this.#newServer();
    await this.open();
  }

  firstAt(hunt: string, message: string): number | undefined {
    return this.#firstAt.get(`${hunt} ${message}`);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #newServer(): Server {
    return createServer((asked, answer) => {
      const got: Buffer[] = [];
      asked.on('data', (chunk: Buffer) => got.push(chunk));
      asked.on('end', () => {
        const body = JSON.parse(Buffer.concat(got).toString('utf8')) as SoakAlert | SoakAlert[];
        for (const alert of [body].flat()) {
          this.alerts.push(alert);
          const key = `${alert.windhover.hunt} ${alert.message ?? ''}`;
          if (!this.#firstAt.has(key)) this.#firstAt.set(key, Date.now());
        }
        answer.writeHead(204).end();
      });
    });
  }
}
