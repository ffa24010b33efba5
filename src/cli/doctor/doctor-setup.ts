import { lookup } from 'node:dns/promises';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { KafkaClient } from '../../sources/kafka/kafka-client.ts';
import type { KafkaSettings } from '../../sources/kafka/kafka-settings.ts';
import { parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';
import { sourcePlaces } from '../../sources/source-places.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { parseConfig, readWrittenConfig, type WindhoverConfig } from '../config/config-file.ts';
import type { ConfigKeys, ElasticKeys } from '../config/config-schema.ts';
import { elasticCheck, elasticSinkCheck, type AskElastic } from './checks/elastic-check.ts';
import { failed, ok, problem, runChecks, warning, type Check, type Finding } from './checks/finding.ts';
import { kafkaCheck, kafkaSinkCheck } from './checks/kafka-check.ts';
import { environmentCheck, limitsCheck, nodeCheck } from './checks/machine-checks.ts';
import { folderCheck, stateCheck } from './checks/state-check.ts';
import { webhookCheck } from './checks/webhook-check.ts';
import { elasticAccess } from '../sources/elastic-access.ts';
import { elasticProblem, openElastic, type ElasticAccess } from '../sources/elastic-client.ts';
import type { KafkaConfig } from '../config/kafka-config.ts';
import { readConfigText } from '../config/read-config.ts';
import { readKafkaSettings } from '../config/read-kafka-settings.ts';
import { shifterSources } from '../config/stixshifter-access.ts';
import type { TerminalIo } from '../terminal-io.ts';

/** What the checks reach beyond this process. Tests give their own. */
export interface DoctorWorld {
  readonly timer: Timer;
  openKafka(brokers: readonly string[], settings: KafkaSettings): Promise<KafkaClient>;
  openElastic(access: ElasticAccess): Promise<AskElastic>;
  /** Address of a host; throws where there is none. */
  lookup(host: string): Promise<string>;
}

export interface SetupOptions {
  readonly config: string | undefined;
  readonly state: string | undefined;
}

/** `doctor --format json` without a file. */
export interface SetupReport {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}

/** Time of each check, and of the sample in it, ms. */
const CHECK_MS = 30_000;
const SAMPLE_MS = 15_000;
const ELASTIC_MS = 10_000;
const DEFAULT_ALIAS = 'windhover-alerts';

/** Checks configuration, environment, state, sources and sinks side by side. `exitCode`: 0, 1 or 2. */
export async function checkSetup(
  options: SetupOptions,
  world: DoctorWorld,
  io: TerminalIo,
): Promise<{ readonly report: SetupReport; readonly exitCode: 0 | 1 | 2 }> {
  const { found, config, keys, folder, file, error } = await readSetup(options.config, io);
  const configuration: Finding[] =
    error === undefined
      ? [{ check: 'configuration', ...ok(found ? `${file} can be read` : `there is no ${file}: defaults hold`) }]
      : [{ check: 'configuration', ...failed(error) }];
  const state = options.state ?? config?.state;
  const checks: Check[] = [
    nodeCheck(process.version),
    limitsCheck(),
    environmentCheck(io.env),
    ...(config === undefined ? [] : [huntsCheck(config.hunts)]),
    ...(state === undefined ? [noStateCheck()] : [stateCheck(state, () => world.timer.now())]),
    ...(config === undefined || keys === undefined ? [] : sourceChecks(config, keys, folder, world, io)),
    ...(keys === undefined ? [] : sinkChecks(keys, config?.alerts, folder, world)),
  ];
  const findings = [...configuration, ...(await runChecks(checks, CHECK_MS, world.timer, io.signal))];
  const hasProblems = findings.some(({ status }) => status === 'problem');
  return { report: { ok: !hasProblems, findings }, exitCode: error !== undefined ? 2 : hasProblems ? 1 : 0 };
}

/** The world as it is. */
export function realWorld(timer: Timer): DoctorWorld {
  return {
    timer,
    openKafka: async (brokers, settings) => {
      const { openKafkaJs } = await import('../../sources/kafka/kafkajs-client.ts');
      return openKafkaJs(brokers, settings);
    },
    openElastic: async (access) => {
      const client = await openElastic(access, ELASTIC_MS);
      return async (method, path, body) => {
        try {
          return await client.transport.request({ method, path, ...(body === undefined ? {} : { body }) });
        } catch (error) {
          throw elasticProblem(error, access.url);
        }
      };
    },
    lookup: async (host) => (await lookup(host)).address,
  };
}

interface Setup {
  readonly found: boolean;
  readonly file: string;
  readonly folder: string;
  readonly config?: WindhoverConfig;
  readonly keys?: ConfigKeys;
  readonly error?: UsageError;
}

/** What is wrong with the configuration is a finding: the other checks go on without it. */
async function readSetup(file: string | undefined, io: TerminalIo): Promise<Setup> {
  const { text, context, found } = await readConfigText(file, io);
  const setup = { found, file: context.file, folder: context.folder };
  try {
    const { keys } = readWrittenConfig(text, context);
    return { ...setup, config: parseConfig(text, context), keys };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { ...setup, error };
  }
}

function huntsCheck(hunts: readonly string[]): Check {
  return {
    name: 'hunts',
    run: async (tell) => {
      for (const path of hunts) {
        const isThere = await stat(path).catch(() => undefined);
        if (isThere === undefined) tell(problem(`there is no ${path}`, 'Correct hunts: in the configuration.'));
        else tell(ok(path));
      }
      if (hunts.length === 0) tell(ok('the configuration names none; run names its own'));
    },
  };
}

function noStateCheck(): Check {
  return {
    name: 'state',
    run: async (tell) =>
      tell(
        warning(
          'no state is kept: each start begins anew',
          'Add state: PATH to the configuration, or run with --state.',
        ),
      ),
  };
}

function sourceChecks(
  config: WindhoverConfig,
  keys: ConfigKeys,
  folder: string,
  world: DoctorWorld,
  io: TerminalIo,
): Check[] {
  const named = Object.entries(keys.sources ?? {}).flatMap(([name, { history, live }]): Check[] => {
    const checks: Check[] = [];
    if (history?.files !== undefined) {
      const places = [history.files].flat();
      checks.push(filesCheck(`source ${name} (files)`, places, folder));
    }
    if (history?.elastic !== undefined) {
      checks.push(historyCheck(`source ${name} (history)`, history.elastic, folder, world));
    }
    if (live?.kafka !== undefined) {
      const { brokers, topics } = parseKafkaUri(`//${live.kafka.brokers.join(',')}/${live.kafka.topics.join(',')}`);
      const access = config.kafka.get(config.sources.get(name) ?? '') ?? kafkaAccess(live.kafka, folder);
      checks.push(
        kafkaCheck({
          name: `source ${name} (live)`,
          topics,
          group: access.groupPrefix ?? 'windhover',
          timer: world.timer,
          sampleMs: SAMPLE_MS,
          open: async () => {
            const { settings, schema } = await readKafkaSettings(access);
            return { client: await world.openKafka(brokers, settings), schema };
          },
        }),
      );
    }
    return checks;
  });
  const shifters = shifterSources(io.env, folder)
    .filter(({ name }) => keys.sources === undefined || !Object.hasOwn(keys.sources, name))
    .map(({ name, indices, access }) =>
      elasticCheck(
        `source ${name} (STIXSHIFTER_…)`,
        indices,
        () => world.openElastic(access),
        () => world.timer.now(),
      ),
    );
  return [...named, ...shifters];
}

function filesCheck(name: string, places: readonly string[], folder: string): Check {
  return {
    name,
    run: async (tell) => {
      for (const place of places) tell(ok(`${place} names ${(await sourcePlaces(place, folder)).length} files`));
    },
  };
}

function historyCheck(name: string, keys: ElasticKeys, folder: string, world: DoctorWorld): Check {
  const indices = [keys.index ?? []].flat();
  return elasticCheck(
    name,
    indices,
    () => world.openElastic(elasticAccess(keys, folder)),
    () => world.timer.now(),
  );
}

/** How brokers are reached, of keys that the configuration itself does not read as a source. */
function kafkaAccess(
  keys: { readonly tls?: unknown; readonly sasl?: KafkaConfig['sasl'] | undefined },
  folder: string,
): KafkaConfig {
  const tls =
    keys.tls === true
      ? {}
      : keys.tls === false
        ? undefined
        : (keys.tls as Readonly<Record<string, string>> | undefined);
  const path = (key: string): string | undefined => (tls?.[key] === undefined ? undefined : join(folder, tls[key]));
  return {
    ...(tls === undefined
      ? {}
      : { tls: { ca: path('ca'), cert: path('cert'), key: path('key'), serverName: tls['server_name'] } }),
    ...(keys.sasl === undefined ? {} : { sasl: keys.sasl }),
  };
}

/** Keys of alert sinks, those that this version may not know included. */
interface SinkKeys {
  readonly file?: { readonly path: string } | undefined;
  readonly elastic?: ElasticKeys | undefined;
  readonly kafka?: {
    readonly brokers: readonly string[];
    readonly topic: string;
    readonly tls?: unknown;
    readonly sasl?: KafkaConfig['sasl'] | undefined;
  };
  readonly webhook?: { readonly url: string };
}

function sinkChecks(keys: ConfigKeys, log: string | undefined, folder: string, world: DoctorWorld): Check[] {
  const logChecks = log === undefined ? [] : [folderCheck(`alerts ${log}`, log)];
  const sinks = ((keys.alerts ?? []) as readonly SinkKeys[]).flatMap(({ elastic, kafka, webhook }, i): Check[] => {
    const name = `alerts.${i}`;
    if (elastic !== undefined) {
      const alias = [elastic.index ?? DEFAULT_ALIAS].flat()[0] ?? DEFAULT_ALIAS;
      return [elasticSinkCheck(`${name} (elastic)`, alias, () => world.openElastic(elasticAccess(elastic, folder)))];
    }
    if (kafka !== undefined) {
      return [
        kafkaSinkCheck(`${name} (kafka)`, kafka.topic, async () => {
          const { brokers } = parseKafkaUri(`//${kafka.brokers.join(',')}/${kafka.topic}`);
          return world.openKafka(brokers, (await readKafkaSettings(kafkaAccess(kafka, folder))).settings);
        }),
      ];
    }
    return webhook === undefined ? [] : [webhookCheck(`${name} (webhook)`, webhook.url, (host) => world.lookup(host))];
  });
  return [...logChecks, ...sinks];
}
