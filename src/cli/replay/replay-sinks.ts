import { open, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { maskCredentials } from '../../errors/mask-credentials.ts';
import { SinkError, UsageError, type WindhoverError } from '../../errors/windhover-error.ts';
import { ElasticReplaySink, type SendBulk } from '../../replay/elastic-replay-sink.ts';
import { FileReplaySink, type ByteOutput } from '../../replay/file-replay-sink.ts';
import { KafkaReplaySink } from '../../replay/kafka-replay-sink.ts';
import type { KafkaProducer } from '../../sinks/kafka/kafka-producer.ts';
import type { Compression } from '../../sinks/kafka/kafkajs-producer.ts';
import type { ReplaySink } from '../../replay/replay-sink.ts';
import { PRIVATE_FILE_MODE } from '../../files/private-file.ts';
import { parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { parseConfig, readWrittenConfig } from '../config/config-file.ts';
import { elasticAccessTo } from '../sources/elastic-access.ts';
import { elasticProblem, openElastic } from '../sources/elastic-client.ts';
import { kafkaEnvironment, type KafkaConfig } from '../config/kafka-config.ts';
import { readConfigText } from '../config/read-config.ts';
import { readKafkaSettings } from '../config/read-kafka-settings.ts';
import type { ReplayTarget } from './replay-target.ts';
import { write, type TerminalIo } from '../terminal-io.ts';

export interface SinkOptions {
  /** `--config`. */
  readonly config: string | undefined;
  /** Messages carry the host of their record as key. */
  readonly keyed: boolean;
  readonly compression: Compression;
  readonly overwrite: boolean;
  /** Files that are read: none of them may be written. */
  readonly sources: readonly string[];
  readonly timer: Timer;
}

const ELASTIC_TIMEOUT_MS = 60_000;

/** Opens what `--to` names, with the credentials of configuration or environment. Throws `WindhoverError`. */
export async function openReplaySink(target: ReplayTarget, options: SinkOptions, io: TerminalIo): Promise<ReplaySink> {
  switch (target.kind) {
    case 'kafka':
      return new KafkaReplaySink(await openProducer(target, options, io), options.keyed);
    case 'elastic': {
      const { overwrite, timer } = options;
      const onAway = ({ message, hint }: WindhoverError): void => {
        void write(io.stderr, `${message}. It is tried again. ${hint}\n`);
      };
      const send = await openBulk(target, options, io);
      return new ElasticReplaySink({ send, overwrite, timer, onAway, signal: io.signal });
    }
    case 'file':
      return new FileReplaySink(await fileOutput(target.path, options.sources, io));
    case 'stdout':
      return new FileReplaySink(stdoutOutput(io));
  }
}

/** A producer for a topic, reached as the configuration says that its brokers are, or else the environment. */
export async function openProducer(
  { brokers, topic }: Extract<ReplayTarget, { kind: 'kafka' }>,
  { config, compression }: Pick<SinkOptions, 'config' | 'compression'>,
  io: TerminalIo,
): Promise<KafkaProducer> {
  const { text, context } = await readConfigText(config, io);
  const { settings } = await readKafkaSettings(
    kafkaConfigOf(brokers, parseConfig(text, context).kafka) ?? kafkaEnvironment(io.env, io.cwd),
  );
  const { openKafkaJsProducer } = await import('../../sinks/kafka/kafkajs-producer.ts');
  return openKafkaJsProducer({ brokers, topic, settings, compression, makesTopic: true, outlivesOutages: true });
}

/** Of a source over the same brokers, whatever its topics. */
function kafkaConfigOf(brokers: readonly string[], known: ReadonlyMap<string, KafkaConfig>): KafkaConfig | undefined {
  for (const [uri, config] of known) {
    const { schema: _, ...access } = config;
    if (parseKafkaUri(uri.replace(/^kafka:/u, '')).brokers.join() === brokers.join()) return access;
  }
  return undefined;
}

async function openBulk(
  { url, index }: Extract<ReplayTarget, { kind: 'elastic' }>,
  { config }: SinkOptions,
  io: TerminalIo,
): Promise<SendBulk> {
  const { text, context } = await readConfigText(config, io);
  const { keys } = readWrittenConfig(text, context);
  const access = elasticAccessTo(url, keys, { folder: context.folder, env: io.env, cwd: io.cwd });
  const client = await openElastic(access, ELASTIC_TIMEOUT_MS);
  return async (lines) => {
    try {
      const { items } = await client.bulk({ index, operations: [...lines] });
      return items.map((item) => {
        const { status, error } = Object.values(item)[0] ?? { status: 500, error: undefined };
        return {
          status,
          reason: error === undefined ? undefined : maskCredentials(`${error.type}: ${error.reason ?? ''}`),
        };
      });
    } catch (error) {
      throw elasticProblem(error, url, { indices: index, least: 'create_doc (index with --overwrite)' });
    }
  };
}

async function fileOutput(path: string, sources: readonly string[], io: TerminalIo): Promise<ByteOutput> {
  const full = resolve(io.cwd, path);
  const there = await realpath(full).catch(() => full);
  for (const source of sources) {
    if ((await realpath(resolve(io.cwd, source)).catch(() => source)) === there) {
      throw new UsageError('option-to', `${path} is read and would be overwritten`, 'Name another target.');
    }
  }
  const unwritable = (cause: unknown): SinkError =>
    new SinkError('replay-unwritable', `${path} cannot be written: ${cause instanceof Error ? cause.message : ''}`, {
      hint: 'Name a place with room that you may write to.',
      cause,
    });
  const file = await open(full, 'w', PRIVATE_FILE_MODE).catch((cause: unknown) => Promise.reject(unwritable(cause)));
  let size = 0;
  return {
    write: async (bytes) => {
      try {
        await file.appendFile(bytes);
        size += bytes.length;
      } catch (cause) {
        // Of a write that failed half a record may have arrived.
        await file.truncate(size).catch(() => {});
        throw unwritable(cause);
      }
    },
    close: () => file.close(),
  };
}

function stdoutOutput({ stdout, signal }: TerminalIo): ByteOutput {
  return {
    write: (bytes) =>
      new Promise((done) => {
        if (stdout.destroyed || stdout.writableEnded || signal.reason === 'output-closed') done();
        // What a closed or full output means is told where the process looks at it.
        else stdout.write(bytes, () => done());
      }),
    close: () => Promise.resolve(),
  };
}
