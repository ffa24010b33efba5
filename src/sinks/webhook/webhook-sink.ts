import { maskCredentials } from '../../errors/mask-credentials.ts';
import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { ALL_TAKEN, type AlertSink, type RefusedAlert, type WriteOutcome } from '../alert-sink.ts';
import { retryAfterMs } from '../retry-after.ts';
import { sinkClosed } from '../sink-closed.ts';
import { webhookSecrets } from './webhook-secrets.ts';

export interface WebhookSinkOptions {
  readonly name: string;
  /** May hold secrets: never part of a message. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Alerts in one call, at most. */
  readonly batch: number;
  /** One alert as an object, instead of an array of them. */
  readonly single: boolean;
  readonly timeoutMs: number;
  readonly timer: Timer;
  /** Default: that of the process. */
  readonly fetch?: typeof fetch;
}

const MAX_BYTES = 1024 * 1024;
const MAX_REDIRECTS = 3;
/** Of an answer's body, repeated in reasons. */
const SHOWN = 200;
/** Read of it: a secret that is cut off could not be masked. */
const LOOKED_AT = 16_384;
/** What they say is about the caller or the address, not about the alerts: repaired, the alerts get through. */
const SETUP: ReadonlySet<number> = new Set([401, 403, 404, 405, 407]);

type Post =
  | { readonly taken: true }
  | { readonly refused: string }
  | { readonly problem: SinkError; afterMs?: number | undefined };

/** Alerts as JSON, POSTed to an address. 2xx: taken. Other 4xx: refused, apart from those that say "later" or name the setup. */
export class WebhookSink implements AlertSink {
  readonly name: string;
  readonly #options: WebhookSinkOptions;
  readonly #secrets: readonly string[];
  readonly #closing = new AbortController();

  constructor(options: WebhookSinkOptions) {
    this.#options = options;
    this.#secrets = webhookSecrets(options.url, options.headers);
    this.name = options.name;
  }

  async write(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    if (this.#closing.signal.aborted) throw sinkClosed(this.name);
    const refused: RefusedAlert[] = [];
    // Halves of what was refused are tried before what follows.
    const waiting = [...this.#parts(alerts)].reverse();
    for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
      const outcome = await this.#post(part);
      if ('problem' in outcome) {
        const left = [part, ...waiting.reverse()].flat();
        return { refused, left, problem: outcome.problem, afterMs: outcome.afterMs };
      }
      if ('taken' in outcome) continue;
      if (part.length === 1) {
        refused.push({ alert: part[0] as AlertDocument, reason: outcome.refused });
      } else {
        const middle = part.length >> 1;
        waiting.push(part.slice(middle), part.slice(0, middle));
      }
    }
    return refused.length === 0 ? ALL_TAKEN : { refused, left: [] };
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  *#parts(alerts: readonly AlertDocument[]): Generator<AlertDocument[]> {
    const batch = this.#options.single ? 1 : this.#options.batch;
    let part: AlertDocument[] = [];
    let bytes = 0;
    for (const alert of alerts) {
      const size = Buffer.byteLength(JSON.stringify(alert));
      if (part.length > 0 && (part.length >= batch || bytes + size > MAX_BYTES)) {
        yield part;
        [part, bytes] = [[], 0];
      }
      part.push(alert);
      bytes += size;
    }
    if (part.length > 0) yield part;
  }

  async #post(alerts: readonly AlertDocument[]): Promise<Post> {
    const { url, single, timer, timeoutMs } = this.#options;
    const body = JSON.stringify(single ? alerts[0] : alerts);
    const timeout = new AbortController();
    const cancel = timer.after(timeoutMs, () => timeout.abort());
    try {
      const signal = AbortSignal.any([timeout.signal, this.#closing.signal]);
      return await this.#answer(await this.#send(url, body, signal));
    } catch (error) {
      if (error instanceof SinkError) return { problem: error };
      return { problem: timeout.signal.aborted ? this.#late() : this.#unreachable(error) };
    } finally {
      cancel();
    }
  }

  async #send(address: string, body: string, signal: AbortSignal): Promise<Response> {
    const { headers, fetch: call = fetch } = this.#options;
    let url = address;
    for (let hops = 0; ; hops++) {
      const response = await call(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'windhover', ...headers },
        body,
        redirect: 'manual',
        signal,
      });
      if (response.status < 300 || response.status > 399) return response;
      await response.body?.cancel();
      const target = response.headers.get('location');
      // The secrets in the headers are for this host; other redirects would turn the POST into a GET.
      const isFollowed =
        (response.status === 307 || response.status === 308) &&
        target !== null &&
        URL.canParse(target, url) &&
        new URL(target, url).origin === new URL(address).origin;
      if (!isFollowed || hops >= MAX_REDIRECTS) throw this.#redirected(response.status);
      url = new URL(target, url).href;
    }
  }

  async #answer(response: Response): Promise<Post> {
    const { status } = response;
    if (status >= 200 && status < 300) {
      await response.body?.cancel();
      return { taken: true };
    }
    const told = `status ${status}: ${maskCredentials(await firstText(response), this.#secrets).slice(0, SHOWN)}`;
    if (SETUP.has(status)) {
      return {
        problem: new SinkError('webhook-setup', `the webhook refuses the call: ${told}`, {
          hint: 'Check url and headers (token, signature) in the configuration.',
          retriable: true,
        }),
      };
    }
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { refused: told };
    return {
      problem: new SinkError('webhook-busy', `the webhook takes no alerts for now: ${told}`, {
        hint: 'If this stays, see what receives them.',
        retriable: true,
      }),
      afterMs: retryAfterMs(response.headers.get('retry-after'), this.#options.timer.now()),
    };
  }

  #late(): SinkError {
    return new SinkError('webhook-timeout', `no answer within ${this.#options.timeoutMs / 1000} s`, {
      hint: 'Raise timeout: in the configuration, or make batch: smaller.',
      retriable: true,
    });
  }

  #unreachable(cause: unknown): SinkError {
    const { cause: inner } = cause instanceof Error ? cause : { cause: undefined };
    const code = (inner as { readonly code?: unknown } | undefined)?.code;
    // Messages of what lies below may repeat the address.
    return new SinkError('webhook-unreachable', `no answer${typeof code === 'string' ? ` (${code})` : ''}`, {
      hint: 'Check the host and port of url. A CA of your own is named by NODE_EXTRA_CA_CERTS.',
      retriable: true,
      cause,
    });
  }

  #redirected(status: number): SinkError {
    return new SinkError(
      'webhook-redirect',
      `the webhook answers with a redirection (${status}) that is not followed`,
      {
        hint: 'Give the final address as url. Only 307 and 308 to the same host are followed.',
        retriable: true,
      },
    );
  }
}

/** The beginning of an answer's body, on one line. */
async function firstText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  let bytes = Buffer.alloc(0);
  try {
    while (bytes.length < LOOKED_AT) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes = Buffer.concat([bytes, value as Uint8Array]);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return bytes.toString('utf8').replaceAll(/\s+/gu, ' ').trim();
}
