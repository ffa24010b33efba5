import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { AlertQueue, QueuedAlert } from '../../hunts/alerts/alert-queue.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { AlertSink, RefusedAlert, WriteOutcome } from '../alert-sink.ts';
import { Backoff } from './backoff.ts';
import type { DeliveryCounts, DeliveryObserver } from './delivery-observer.ts';

/** What one call of `write` is given. */
const MAX_ALERTS = 500;
const MAX_BYTES = 4 * 1024 * 1024;
/** A sink that asks for more patience than this is asked again nevertheless, ms. */
const LONGEST_PAUSE_MS = 300_000;
/** The same while the run ends, ms. */
const LONGEST_LAST_PAUSE_MS = 1000;
/** What closing a sink may take, ms. */
const GRACE_MS = 5000;

export interface SinkDeliveryOptions {
  readonly sink: AlertSink;
  readonly queue: AlertQueue;
  readonly timer: Timer;
  /** From 0 up to before 1. */
  readonly random: () => number;
  /** Keeps what the sink refuses for good. */
  readonly refuse: (sink: string, refused: readonly RefusedAlert[]) => Promise<void>;
  readonly observer?: DeliveryObserver;
}

/**
 * Looks at the start whether the sink would take alerts, so that a wrong password is told then, and not with the first
 * alert. Takes alerts from a queue to a sink: in order, batch by batch, again and again until they are taken or refused for
 * good. Only then do they leave the queue; so what a crash cuts short is sent again.
 */
export class SinkDelivery {
  readonly #options: SinkDeliveryOptions;
  readonly #backoff: Backoff;
  #sent = 0;
  #retried = 0;
  #rejected = 0;
  /** Refused for good, at the beginning of the queue, and not yet kept elsewhere. */
  #refused: readonly RefusedAlert[] = [];
  #problem: SinkError | undefined;
  /** The sink has answered, or is about to be written to. */
  #isTried = false;
  #running: Promise<void> | undefined;
  #stopped = false;
  #ending = false;
  /** Ends a pause, or the wait for alerts. */
  #wake = (): void => {};

  constructor(options: SinkDeliveryOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
  }

  get counts(): DeliveryCounts {
    const { alerts, bytes, sink } = this.#options.queue;
    return {
      sink,
      pending: alerts,
      pendingBytes: bytes,
      sent: this.#sent,
      retried: this.#retried,
      rejected: this.#rejected,
      problem: this.#problem,
    };
  }

  start(): void {
    const { queue } = this.#options;
    queue.onAdded = () => {
      // A sink that is away is not asked sooner for that.
      if (this.#problem === undefined) this.#wake();
    };
    this.#running ??= this.#run();
  }

  /** Tries for so long to empty the queue, then closes the sink. Answers how many are left. Never throws. */
  async end(ms: number): Promise<number> {
    this.#ending = true;
    this.#wake();
    await this.#within(ms, this.#running);
    this.#stopped = true;
    this.#wake();
    // Closing ends a write that hangs. What it leaves behind finds the queue closed, too.
    await this.#within(GRACE_MS, Promise.allSettled([this.#options.sink.close(), this.#running]));
    return this.#options.queue.alerts;
  }

  /** Waits for something, but not longer than this. */
  async #within(ms: number, something: Promise<unknown> | undefined): Promise<void> {
    let late = (): void => {};
    const timeout = new Promise<void>((resolve) => (late = resolve));
    const cancel = this.#options.timer.after(ms, late);
    await Promise.race([something, timeout]);
    cancel();
  }

  async #run(): Promise<void> {
    const { queue } = this.#options;
    while (!this.#stopped) {
      if (queue.alerts > 0) await this.#batch();
      else if (this.#ending) return;
      else if (!this.#isTried) await this.#try();
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async #try(): Promise<void> {
    const ended = new Promise<'ended'>((resolve) => {
      this.#wake = () => {
        // Writes do not overlap: with something to be written the answer is waited for.
        if (this.#ending && this.#options.queue.alerts === 0) resolve('ended');
      };
    });
    const answered = this.#write([]).then(({ problem, afterMs }) => ({ problem, afterMs }));
    const answer = await Promise.race([answered, ended]);
    if (answer === 'ended') return;
    if (answer.problem !== undefined) return this.#degraded(answer.problem, answer.afterMs);
    this.#isTried = true;
    this.#recover();
  }

  async #batch(): Promise<void> {
    this.#isTried = true;
    const { queue, observer } = this.#options;
    try {
      const batch = await queue.first(MAX_ALERTS, MAX_BYTES);
      // A drop that failed was done nevertheless.
      if (queue.alerts === 0) return this.#recover();
      if (batch.length === 0) throw new Error('the queue counts alerts that it does not hold');
      if (this.#refused.length === 0 && !(await this.#send(batch))) return;
      if (this.#refused.length > 0) await this.#refuse(this.#refused);
      this.#recover();
      observer?.delivered?.(this.counts);
    } catch (error) {
      // The state or the file of refused alerts. What the sink has taken is not sent again, unless the state failed.
      await this.#degraded(asSinkError(error), undefined);
    }
  }

  /**
   * What the sink takes leaves the queue at once, whatever becomes of what it refuses. False where it had to stop before
   * all was taken.
   */
  async #send(batch: readonly QueuedAlert[]): Promise<boolean> {
    const refused = await this.#writeAll(batch.map(({ alert }) => alert));
    if (refused === undefined) return false;
    const reasons = new Map(refused.map((each) => [each.alert, each]));
    const kept = batch.filter(({ alert }) => reasons.has(alert));
    await this.#options.queue.drop(batch, kept);
    this.#sent += batch.length - kept.length;
    this.#refused = kept.flatMap(({ alert }) => reasons.get(alert) ?? []);
    return true;
  }

  /** These are the first of the queue. They are kept elsewhere, and then leave it. */
  async #refuse(refused: readonly RefusedAlert[]): Promise<void> {
    const { queue, refuse } = this.#options;
    const batch = await queue.first(refused.length, Infinity);
    await refuse(queue.sink, refused);
    this.#refused = [];
    await queue.drop(batch);
    this.#rejected += refused.length;
  }

  /** Answers what was refused; undefined where it had to stop before all was taken. */
  async #writeAll(alerts: readonly AlertDocument[]): Promise<readonly RefusedAlert[] | undefined> {
    const refused: RefusedAlert[] = [];
    for (let left = alerts; left.length > 0;) {
      if (this.#stopped) return undefined;
      const outcome = await this.#write(left);
      refused.push(...outcome.refused);
      left = outcome.left;
      if (left.length > 0) {
        this.#retried++;
        await this.#degraded(outcome.problem ?? unexplained(), outcome.afterMs);
      }
    }
    return refused;
  }

  #recover(): void {
    this.#backoff.reset();
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#options.observer?.recovered?.(this.counts);
  }

  async #write(alerts: readonly AlertDocument[]): Promise<WriteOutcome> {
    try {
      return await this.#options.sink.write(alerts);
    } catch (error) {
      return { refused: [], left: alerts, problem: asSinkError(error) };
    }
  }

  async #degraded(problem: SinkError, afterMs: number | undefined): Promise<void> {
    const isNews = this.#problem?.code !== problem.code;
    this.#problem = problem;
    if (this.#stopped) return;
    if (isNews) this.#options.observer?.degraded?.(this.counts);
    const longest = this.#ending ? LONGEST_LAST_PAUSE_MS : LONGEST_PAUSE_MS;
    await this.#pause(Math.min(longest, Math.max(this.#backoff.next(), afterMs ?? 0)));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.timer.after(ms, () => {
        this.#wake = () => {};
        resolve();
      });
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function asSinkError(error: unknown): SinkError {
  if (error instanceof SinkError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SinkError('sink-failed', `The alerts cannot be handed over: ${reason}`, {
    hint: 'They are kept and tried again. If this stays, report it.',
    retriable: true,
    cause: error,
  });
}

function unexplained(): SinkError {
  return new SinkError('sink-busy', 'The sink did not take all alerts.', {
    hint: 'They are tried again.',
    retriable: true,
  });
}
