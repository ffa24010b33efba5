import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WindhoverError } from '../errors/windhover-error.ts';
import type { ListenAddress } from './listen-address.ts';
import type { HealthAnswer } from './run-health.ts';

const MAX_HEADER_BYTES = 8192;
const MAX_HEADERS = 64;
const MAX_CONNECTIONS = 32;
const REQUEST_MS = 5000;
const JSON_TYPE = 'application/json; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

export interface StatusPages {
  /** Text as Prometheus reads it, and its content type. */
  metrics(): Promise<{ readonly text: string; readonly type: string }>;
  alive(): HealthAnswer;
  ready(): HealthAnswer;
}

/** `/metrics`, `/healthz` and `/readyz` over HTTP. Answers say nothing of what was asked; bodies are not read. */
export class StatusServer {
  readonly #server: Server;
  readonly #host: string;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.#host = host;
  }

  /** Throws `WindhoverError` where the address cannot be had. */
  static async listen({ host, port }: ListenAddress, pages: StatusPages): Promise<StatusServer> {
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        requestTimeout: REQUEST_MS,
        headersTimeout: REQUEST_MS,
        keepAliveTimeout: REQUEST_MS,
      },
      (request, response) => void answer(request, response, pages),
    );
    server.maxHeadersCount = MAX_HEADERS;
    server.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(host, port, cause)));
      server.listen({ host, port, exclusive: true }, resolve);
    });
    // The run does not wait for those who ask.
    server.unref();
    return new StatusServer(server, host);
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, pages: StatusPages): Promise<void> {
  // A body is not read: the connection ends with the answer.
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined;
  if (hasBody) response.setHeader('connection', 'close');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-content-type-options', 'nosniff');
  const send = (status: number, type: string, text: string): void => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  const health = ({ ok, body }: HealthAnswer): void => send(ok ? 200 : 503, JSON_TYPE, `${JSON.stringify(body)}\n`);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    send(405, TEXT_TYPE, 'only GET and HEAD\n');
    return;
  }
  try {
    const path = request.url?.split('?', 1)[0];
    if (path === '/healthz') health(pages.alive());
    else if (path === '/readyz') health(pages.ready());
    else if (path === '/metrics') {
      const { text, type } = await pages.metrics();
      send(200, type, text);
    } else send(404, TEXT_TYPE, 'there are /metrics, /healthz and /readyz\n');
  } catch {
    // What went wrong is no business of who asked.
    if (!response.headersSent) send(500, TEXT_TYPE, 'the answer could not be made\n');
  }
}

function cannotListen(host: string, port: number, cause: NodeJS.ErrnoException): WindhoverError {
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: 'Another process listens there: name another port, or 0 for any that is free.',
    EACCES: 'Ports below 1024 are reserved: name one above.',
  };
  return new WindhoverError(
    'metrics-listen',
    `Metrics cannot be served on ${host}:${port} (${cause.code ?? 'failed'})`,
    {
      hint: hints[cause.code ?? ''] ?? 'Name an address of this machine, or leave --metrics out.',
      exitCode: 2,
      cause,
    },
  );
}
