import { exec } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { FaultKind } from './fault-schedule.ts';
import { LogDelivery } from './log-delivery.ts';
import { plantedRecord } from './planted-processes.ts';
import { ownHunt, ownHuntPath, SOURCES } from './soak-hunts.ts';
import type { SoakedRun } from './soaked-run.ts';
import type { SoakedSource } from './soaked-source.ts';
import type { WebhookSink } from './webhook-sink.ts';

const STALL_MS = 15_000;
const SINK_AWAY_MS = 20_000;
const FLOOD_SECONDS = 10;
const FLOOD_MOST = 50_000;
const YEAR_9999 = Date.UTC(9999, 11, 31);
const TWENTY_MINUTES = 20 * 60_000;

/** What the ledger of what was seen has to say of the faults, per source. */
export interface Explained {
  undecodable: number;
  refused: number;
}

export interface SoakWorld {
  readonly run: SoakedRun;
  readonly sink: WebhookSink;
  readonly sources: readonly SoakedSource[];
  readonly hunts: string;
  /** Kills the broker and brings it back over its data. */
  readonly brokerCommand: string | undefined;
  readonly explained: ReadonlyMap<string, Explained>;
}

let edition = 0;

/** Each fault, done; comes back when what was taken away is there again. */
export const faults: Readonly<Record<FaultKind, (world: SoakWorld) => Promise<void> | void>> = {
  kill: async ({ run }) => {
    await run.end('SIGKILL');
    await run.start();
  },
  interrupt: async ({ run }) => {
    await run.end('SIGINT');
    await run.start();
  },
  broker: async ({ brokerCommand }) => {
    if (brokerCommand !== undefined) await promisify(exec)(brokerCommand);
  },
  stall: async ({ run }) => {
    run.signal('SIGSTOP');
    await new Promise((on) => setTimeout(on, STALL_MS));
    run.signal('SIGCONT');
  },
  sink: ({ sink }) => sink.goAway(SINK_AWAY_MS),
  reload: ({ run, hunts }) => {
    edition++;
    for (const source of SOURCES) writeFileSync(ownHuntPath(hunts, source), ownHunt(source, edition));
    run.signal('SIGHUP');
  },
  rotate: ({ sources }) => {
    for (const { delivery } of sources) if (delivery instanceof LogDelivery) delivery.rotate();
  },
  truncate: ({ sources }) => {
    for (const { delivery } of sources) if (delivery instanceof LogDelivery) delivery.truncate();
  },
  junk: ({ sources, explained }) => {
    for (const source of sources) {
      const lines = junk(source);
      source.add(lines);
      (explained.get(source.name) as Explained).undecodable += lines.length;
    }
  },
  clocks: ({ sources, explained }) => {
    for (const source of sources) {
      const now = Date.now();
      // Of the year 9999, of 1970, of soon: none may move a clock. One of 1970 is older than the retention.
      const times = [YEAR_9999, YEAR_9999 - 1, 0, now + TWENTY_MINUTES];
      source.add(times.map((at, i) => ordinary(source, 'wrong-clock', 900_000 + i, at)));
      (explained.get(source.name) as Explained).refused += 1;
      source.plantOne('slow-clock', now - 60_000);
      source.plantOne('fast-clock', now + 20_000);
    }
  },
  flood: ({ sources }) => {
    for (const source of sources) {
      const now = Date.now();
      const count = Math.min(FLOOD_MOST, source.telemetry.rate * FLOOD_SECONDS);
      source.add(Array.from({ length: count }, (_, i) => ordinary(source, 'flooding', 10_000 + i, now - (i % 1000))));
    }
  },
  repeat: ({ sources }) => {
    for (const source of sources) source.repeat();
  },
};

/** A process that no hunt looks for. */
function ordinary(source: SoakedSource, host: string, pid: number, at: number): string {
  const parent = { name: 'up', pid: 1, at: source.telemetry.start };
  return plantedRecord({ sensor: source.sensor, host, name: 'ordinary', pid, at, parent });
}

function junk(source: SoakedSource): string[] {
  const whole = ordinary(source, 'broken', 1, Date.now());
  return [
    'no JSON at all',
    whole.slice(0, whole.length >> 1),
    whole.replace(/[T ]\d\d:[\d:.]+Z?/gu, 'T99:99:99Z'),
    '\u0000\u0001\u001b[31m\u202e',
    '['.repeat(5000),
    `{"@timestamp": "${'x'.repeat(100_000)}`,
    '{"@timestamp": 1}',
  ];
}
