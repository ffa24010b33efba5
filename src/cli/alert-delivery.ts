import type { AlertOutbox, OutboxLimits, OutboxObserver } from '../hunts/alert-outbox.ts';
import type { AlertSink, RefusedAlert } from '../sinks/alert-sink.ts';
import type { DeliveryCounts } from '../sinks/delivery/delivery-observer.ts';
import { SinkDelivery } from '../sinks/delivery/sink-delivery.ts';
import { RejectedAlertsFile } from '../sinks/rejected-alerts-file.ts';
import type { Timer } from '../telemetry/timer.ts';
import type { AlertSinkConfig } from './alert-config.ts';

export const DEFAULT_DRAIN_MS = 10_000;
/** Refused alerts that are told one by one. */
const TOLD_REFUSALS = 5;

export interface AlertDeliveryOptions {
  readonly sinks: readonly AlertSinkConfig[];
  readonly limits: OutboxLimits;
  readonly drainMs: number;
  readonly open: (config: AlertSinkConfig, generation: number) => Promise<AlertSink>;
  readonly timer: Timer;
  readonly random: () => number;
  /** Where refused alerts are kept; absent: they are told and lost. */
  readonly rejectedPath: string | undefined;
  /** The alerts wait in a state folder: what is left at the end is sent by the next run. */
  readonly isDurable: boolean;
  readonly tell: (message: string) => void;
  /** After everything that changes the counts. */
  readonly changed?: (counts: readonly DeliveryCounts[]) => void;
  /** After the last of that. */
  readonly ended?: () => Promise<void>;
}

/** Alerts that a run could not hand over. */
export interface UndeliveredAlerts {
  readonly sink: string;
  readonly alerts: number;
}

/** The deliveries of a run to its sinks beyond the local log, and what they have to tell. */
export class AlertDelivery {
  readonly #options: AlertDeliveryOptions;
  readonly #rejected: RejectedAlertsFile | undefined;
  #deliveries: readonly SinkDelivery[] = [];
  #ended: Promise<void> | undefined;
  #left: readonly UndeliveredAlerts[] = [];
  #told = 0;

  constructor(options: AlertDeliveryOptions) {
    this.#options = options;
    const { rejectedPath, timer } = options;
    this.#rejected = rejectedPath === undefined ? undefined : new RejectedAlertsFile(rejectedPath, () => timer.now());
  }

  get sinks(): readonly string[] {
    return this.#options.sinks.map(({ id }) => id);
  }

  get limits(): OutboxLimits {
    return this.#options.limits;
  }

  get observer(): OutboxObserver {
    const { tell } = this.#options;
    return {
      full: (sink) => tell(`${sink}: the outbox is full; the input waits until the sink takes alerts`),
      room: () => tell('there is room in the outbox again; the input goes on'),
    };
  }

  get counts(): readonly DeliveryCounts[] {
    return this.#deliveries.map(({ counts }) => counts);
  }

  /** What was left when the run ended. */
  get left(): readonly UndeliveredAlerts[] {
    return this.#left;
  }

  /** `generation`: second of the state folder's creation, or of the start. */
  async start(outbox: AlertOutbox, generation: number): Promise<void> {
    const { sinks, open, timer, random, tell } = this.#options;
    for (const [sink, { alerts }] of outbox.others) {
      tell(`${sink}: ${amount(alerts)} waiting in the state, but it is not configured any more; they stay there`);
    }
    const deliveries: SinkDelivery[] = [];
    for (const [i, config] of sinks.entries()) {
      const queue = outbox.queues[i];
      if (queue === undefined) continue;
      const sink = await open(config, generation);
      const changed = (): void => this.#options.changed?.(this.counts);
      deliveries.push(
        new SinkDelivery({
          sink,
          queue,
          timer,
          random,
          refuse: (id, refused) => this.#refuse(id, refused),
          observer: {
            degraded: ({ problem, pending }) => {
              tell(`${config.id}: ${problem?.message ?? ''} (${problem?.code ?? ''}); ${amount(pending)} waiting`);
              if (problem !== undefined) tell(`  ${problem.hint}`);
              changed();
            },
            recovered: () => {
              tell(`${config.id}: takes alerts again`);
              changed();
            },
            delivered: changed,
          },
        }),
      );
    }
    this.#deliveries = deliveries;
    for (const delivery of deliveries) delivery.start();
    this.#options.changed?.(this.counts);
  }

  /** Tries for a bounded time to hand over what waits, and tells what is left. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const { drainMs, isDurable, tell } = this.#options;
    const waiting = this.#deliveries.filter(({ counts }) => counts.pending > 0 && counts.problem !== undefined);
    for (const { counts } of waiting)
      tell(`${counts.sink}: ${amount(counts.pending)} waiting; trying for ${drainMs / 1000} s`);
    const left = await Promise.all(
      this.#deliveries.map(async (delivery) => ({ sink: delivery.counts.sink, alerts: await delivery.end(drainMs) })),
    );
    for (const { sink, rejected } of this.counts) {
      if (rejected === 0) continue;
      tell(`${sink}: ${amount(rejected)} refused for good; ${this.#rejected?.path ?? 'lost'}`);
    }
    this.#left = left.filter(({ alerts }) => alerts > 0);
    for (const { sink, alerts } of this.#left) {
      const outcome = isDurable
        ? 'kept in the state and sent by the next run'
        : 'lost, as there is no state folder to keep them';
      tell(`${sink}: ${amount(alerts)} not taken; ${outcome}`);
    }
    this.#options.changed?.(this.counts);
    await this.#options.ended?.();
  }

  async #refuse(sink: string, refused: readonly RefusedAlert[]): Promise<void> {
    const { tell } = this.#options;
    const lost = (await this.#rejected?.add(sink, refused)) ?? refused.length;
    for (const { alert, reason } of refused) {
      if (this.#told++ >= TOLD_REFUSALS) break;
      tell(`${sink}: refuses alert ${alert.event.id} for good: ${reason}`);
    }
    if (this.#rejected !== undefined && lost > 0)
      tell(`${this.#rejected.path} is full; refused and lost: ${amount(lost)}`);
    else if (this.#told <= TOLD_REFUSALS && this.#rejected !== undefined) tell(`  see ${this.#rejected.path}`);
  }
}

function amount(alerts: number): string {
  return alerts === 1 ? '1 alert' : `${alerts} alerts`;
}
