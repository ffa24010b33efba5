import type { AlertOutbox, OutboxLimits, OutboxObserver } from '../../hunts/alerts/alert-outbox.ts';
import type { AlertSink, RefusedAlert } from '../../sinks/alert-sink.ts';
import type { DeliveryCounts } from '../../sinks/delivery/delivery-observer.ts';
import { SinkDelivery } from '../../sinks/delivery/sink-delivery.ts';
import { RejectedAlertsFile } from '../../sinks/rejected-alerts-file.ts';
import type { Timer } from '../../telemetry/timer.ts';
import type { AlertSinkConfig } from '../config/alert-config.ts';
import type { FieldsOf, RunEventName } from '../log/run-events.ts';

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
  /** `more`: what people read on a second line. */
  readonly tell: <N extends RunEventName>(name: N, message: string, fields: FieldsOf<N>, more?: string) => void;
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
      full: (sink) =>
        tell('outbox-full', `${sink}: the outbox is full; the input waits until the sink takes alerts`, { sink }),
      room: () => tell('outbox-room', 'there is room in the outbox again; the input goes on', {}),
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
      const told = `${sink}: ${amount(alerts)} waiting in the state, but it is not configured any more; they stay there`;
      tell('sink-unknown', told, { sink, alerts });
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
              const told = `${config.id}: ${problem?.message ?? ''} (${problem?.code ?? ''}); ${amount(pending)} waiting`;
              const { code, hint } = problem ?? {};
              tell('sink-degraded', told, { sink: config.id, code, hint, alerts: pending }, hint);
              changed();
            },
            recovered: () => {
              tell('sink-recovered', `${config.id}: takes alerts again`, { sink: config.id });
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
    for (const { counts } of waiting) {
      const { sink, pending: alerts } = counts;
      tell('sink-draining', `${sink}: ${amount(alerts)} waiting; trying for ${drainMs / 1000} s`, { sink, alerts });
    }
    const left = await Promise.all(
      this.#deliveries.map(async (delivery) => ({ sink: delivery.counts.sink, alerts: await delivery.end(drainMs) })),
    );
    for (const { sink, rejected } of this.counts) {
      if (rejected === 0) continue;
      const told = `${sink}: ${amount(rejected)} refused for good; ${this.#rejected?.path ?? 'lost'}`;
      tell('sink-rejected', told, { sink, alerts: rejected, file: this.#rejected?.path });
    }
    this.#left = left.filter(({ alerts }) => alerts > 0);
    for (const { sink, alerts } of this.#left) {
      const outcome = isDurable
        ? 'kept in the state and sent by the next run'
        : 'lost, as there is no state folder to keep them';
      const told = `${sink}: ${amount(alerts)} not taken; ${outcome}`;
      tell(isDurable ? 'sink-kept' : 'sink-lost', told, { sink, alerts });
    }
    this.#options.changed?.(this.counts);
    await this.#options.ended?.();
  }

  async #refuse(sink: string, refused: readonly RefusedAlert[]): Promise<void> {
    const { tell } = this.#options;
    const lost = (await this.#rejected?.add(sink, refused)) ?? refused.length;
    const path = this.#rejected?.path;
    const shown = refused.slice(0, Math.max(0, TOLD_REFUSALS - this.#told));
    this.#told += refused.length;
    for (const [i, { alert, reason }] of shown.entries()) {
      const told = `${sink}: refuses alert ${alert.event.id} for good: ${reason}`;
      const isWhole = i === refused.length - 1 && lost === 0 && path !== undefined;
      tell('sink-rejected', told, { sink, alert: alert.event.id, file: path }, isWhole ? `see ${path}` : undefined);
    }
    if (path !== undefined && lost > 0)
      tell('sink-lost', `${path} is full; refused and lost: ${amount(lost)}`, { sink, alerts: lost, file: path });
  }
}

function amount(alerts: number): string {
  return alerts === 1 ? '1 alert' : `${alerts} alerts`;
}
