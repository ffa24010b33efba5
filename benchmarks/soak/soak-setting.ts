import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultSchedule, type Fault } from './fault-schedule.ts';
import type { Explained, SoakWorld } from './faults.ts';
import { freePort } from './free-port.ts';
import { highestRate } from './highest-rate.ts';
import { LogDelivery } from './log-delivery.ts';
import { SENSORS, SOURCES, writeHunts } from './soak-hunts.ts';
import type { SoakOptions } from './soak-options.ts';
import { SoakedRun } from './soaked-run.ts';
import { SoakedSource } from './soaked-source.ts';
import { TopicDelivery } from './topic-delivery.ts';
import { WebhookSink } from './webhook-sink.ts';

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
export const RETENTION_SECONDS = 180;
const BUNDLED = fileURLToPath(new URL('../../hunts', import.meta.url));
/** The feed begins so long after everything is prepared. */
const HEAD_START_MS = 5000;

/** Everything that a soak goes on, before the feed begins. */
export interface SoakSetting {
  readonly options: SoakOptions;
  readonly folder: string;
  readonly state: string;
  /** When the feed begins, in milliseconds since 1970. */
  readonly began: number;
  readonly schedule: readonly Fault[];
  readonly world: SoakWorld;
  /** Records a second. */
  readonly highest: number;
  readonly rate: number;
  readonly places: string;
}

export async function prepareSoak(options: SoakOptions, folder: string): Promise<SoakSetting> {
  const { WINDHOVER_TEST_KAFKA: broker, WINDHOVER_TEST_KAFKA_CRASH } = process.env;
  const brokerCommand = broker === undefined ? undefined : WINDHOVER_TEST_KAFKA_CRASH;
  const [hunts, state] = [join(folder, 'hunts'), join(folder, 'state')];
  mkdirSync(state, { mode: 0o700 });
  writeHunts(BUNDLED, hunts);
  const retention = `${RETENTION_SECONDS}s`;
  const highest = await highestRate({ main: MAIN, hunts, folder, seed: options.seed, retention });
  const rate = Math.max(2, options.rate ?? Math.floor(highest / 2));
  const kinds = options.faults.filter((kind) => kind !== 'broker' || brokerCommand !== undefined);
  const sink = new WebhookSink();
  await sink.open();
  const began = Date.now() + HEAD_START_MS;
  const sources = await openSources(options, folder, { broker, rate, began });
  writeFileSync(join(folder, 'none.yaml'), '{}\n');
  writeFileSync(join(folder, 'soak.yaml'), `alerts: [{ name: soc, webhook: { url: '${sink.url}' } }]\n`);
  const port = await freePort();
  const args = [
    ...['run', hunts, '--follow', '--state', state, '--retention', retention],
    ...['--metrics', String(port), '--config', join(folder, 'soak.yaml'), '--format', 'ndjson', '--log-format', 'json'],
    ...sources.flatMap(({ name, delivery }) => ['--source', `${name}=${delivery.uri}`]),
  ];
  const run = new SoakedRun({ main: MAIN, args, folder, state, port }, began);
  const explained = new Map<string, Explained>(SOURCES.map((name) => [name, { undecodable: 0, refused: 0 }]));
  return {
    options,
    folder,
    state,
    began,
    schedule: faultSchedule(options.minutes, options.seed, kinds),
    world: { run, sink, sources, hunts, brokerCommand, explained },
    highest,
    rate,
    places: broker === undefined ? 'two followed logs' : 'a topic of three partitions and a followed log',
  };
}

interface Feed {
  readonly broker: string | undefined;
  readonly rate: number;
  readonly began: number;
}

async function openSources(
  { minutes, seed }: SoakOptions,
  folder: string,
  { broker, rate, began }: Feed,
): Promise<SoakedSource[]> {
  const sources: SoakedSource[] = [];
  for (const [i, name] of SOURCES.entries()) {
    const sensor = SENSORS[name];
    const half = { seed: seed + i, rate: Math.ceil(rate / 2), seconds: minutes * 60, start: began };
    const delivery =
      broker !== undefined && name === 'container1'
        ? await TopicDelivery.open(broker, `soak-${process.pid}-${began}`)
        : new LogDelivery(join(folder, `${name}.log`));
    const added = join(folder, `${name}.added.ndjson`);
    sources.push(new SoakedSource(name, { main: MAIN, sensor, ...half }, delivery, added));
  }
  return sources;
}
