import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertDocument } from '../../../hunts/alerts/alert-document.ts';

export interface Call {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly alerts: readonly AlertDocument[];
  /** The body was an array. */
  readonly isList: boolean;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A receiver of alerts on this machine. */
export class HookServer {
  /** Those that were answered with 2xx. */
  readonly taken: AlertDocument[] = [];
  readonly calls: Call[] = [];
  /** `undefined`: no answer at all. */
  reply: (call: Call) => Reply | undefined = () => ({ status: 204 });
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<HookServer> {
    const server = createServer();
    const hook = new HookServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => undefined);
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as AlertDocument | AlertDocument[];
        const call: Call = {
          path: request.url ?? '',
          headers: request.headers,
          alerts: [body].flat(),
          isList: Array.isArray(body),
        };
        hook.calls.push(call);
        const reply = hook.reply(call);
        if (reply === undefined) return;
        if (reply.status < 300) hook.taken.push(...call.alerts);
        response.writeHead(reply.status, reply.headers);
        response.end(reply.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return hook;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
