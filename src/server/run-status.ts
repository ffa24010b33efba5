import { performance } from 'node:perf_hooks';
import type { RunMeter } from '../hunts/run/run-meter.ts';
import type { SinkStatus } from '../sinks/sink-status.ts';
import { folderSize } from './folder-size.ts';
import type { ListenAddress } from './listen-address.ts';
import { RunHealth } from './run-health.ts';
import { RunMetrics } from './run-metrics.ts';
import { sourceCondition } from './source-condition.ts';
import { StatusServer } from './status-server.ts';

export interface RunStatusOptions {
  readonly listen: ListenAddress;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly stateFolder: string | undefined;
  readonly stateMemory?: () => Promise<Readonly<Record<string, number>> | undefined>;
  readonly sinks: () => readonly SinkStatus[];
}

/** Metrics and health of one run and the server that shows them. */
export class RunStatus {
  readonly meter: RunMeter;
  readonly #metrics: RunMetrics;
  readonly #health: RunHealth;
  readonly #server: StatusServer;

  private constructor(metrics: RunMetrics, health: RunHealth, server: StatusServer) {
    this.#metrics = metrics;
    this.#health = health;
    this.#server = server;
    this.meter = {
      now: () => performance.now(),
      expect: (scopes) => {
        metrics.round();
        health.expect(scopes);
      },
      opened: (scope) => {
        metrics.opened(scope);
        health.opened(scope);
      },
      closed: (scope) => {
        metrics.closed(scope);
        health.closed(scope);
      },
      turned: (scope) => health.turned(scope),
      epoch: (measure) => {
        metrics.epoch(measure);
        health.epoch(measure);
      },
      committed: (ms) => metrics.committed(ms),
      loaded: (contents) => metrics.loaded(contents),
    };
  }

  static async open({ listen, now, stateFolder, stateMemory, sinks }: RunStatusOptions): Promise<RunStatus> {
    const size = stateFolder === undefined ? undefined : folderSize(stateFolder, now);
    const metrics = new RunMetrics({
      now,
      sinks,
      stateBytes: async () => size?.(),
      ...(stateMemory && { stateMemory }),
    });
    const health = new RunHealth(now, sinks);
    const server = await StatusServer.listen(listen, {
      metrics: async () => ({ text: await metrics.registry.metrics(), type: metrics.registry.contentType }),
      alive: () => health.alive,
      ready: () => health.ready,
    });
    return new RunStatus(metrics, health, server);
  }

  get url(): string {
    return this.#server.url;
  }

  notice(source: string, code: string): void {
    if (code === 'source-silent' || code === 'source-resumed') this.#metrics.silent(source, code === 'source-silent');
    const condition = sourceCondition(code);
    if (condition === undefined) return;
    this.#health.degraded(source, condition === 'back' ? undefined : code);
    this.#metrics.degraded(source, condition === 'away');
  }

  /** The disk of the state has no room, and the input waits for it; or no longer. */
  waitsForDisk(waits: boolean): void {
    this.#metrics.waitsForDisk(waits);
    this.#health.waitsForDisk(waits);
  }

  huntFailed(hunt: string): void {
    this.#health.huntFailed(hunt);
  }

  /** The tests that stand in the file of a hunt ran in this process. */
  canary(hunt: string, isAlive: boolean): void {
    this.#metrics.canary(hunt, isAlive);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
