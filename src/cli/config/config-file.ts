import { resolve } from 'node:path';
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { UsageError } from '../../errors/windhover-error.ts';
import { DEFAULT_OUTBOX_LIMITS, type OutboxLimits } from '../../hunts/alerts/alert-outbox.ts';
import { parseDuration } from '../../hunts/hunt-file/hunt-file-duration.ts';
import { MAX_YAML_ALIASES, yamlExcess } from '../../hunts/hunt-file/yaml-excess.ts';
import { elasticId, parseElasticUri } from '../../sources/elastic/elastic-uri.ts';
import { kafkaUri, parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';
import {
  configKeysAt,
  configSchema,
  elasticUri,
  type ConfigKeys,
  type ElasticKeys,
  type KafkaKeys,
} from './config-schema.ts';
import type { RunLimits } from '../../hunts/limits/run-limits.ts';
import type { ElasticConfig } from './elastic-config.ts';
import { runLimits } from './limits-config.ts';
import { parseKafkaStart, schemaPlace, type KafkaConfig } from './kafka-config.ts';
import { DEFAULT_LOG, type RunLogOptions } from '../log/open-run-log.ts';
import type { TableFolders } from '../../tables/table-folders.ts';
import type { LivePart } from '../sources/source-resolver.ts';
import { repeatedKey } from './repeated-key.ts';
import { stixShifterSources } from './stixshifter-sources.ts';
import { readAlertsConfig, type AlertSinkConfig, type ConfigProblem } from './alert-config.ts';
import { configDuration } from './config-duration.ts';
import { unknownKeyHint } from './unknown-key-hint.ts';
import { readRetention, type RetentionConfig } from './retention-config.ts';

/** What a call takes from its configuration; paths are absolute. */
export interface WindhoverConfig extends RetentionConfig {
  readonly hunts: readonly string[];
  /** Name after FROM → URI. */
  readonly sources: ReadonlyMap<string, string>;
  /** Where names go on after their history. */
  readonly live: ReadonlyMap<string, LivePart>;
  /** URI of a Kafka source → how it is reached. */
  readonly kafka: ReadonlyMap<string, KafkaConfig>;
  /** URI of an Elasticsearch source → how it is reached. */
  readonly elastic: ReadonlyMap<string, ElasticConfig>;
  readonly state: string | undefined;
  readonly alerts: string | undefined;
  /** Where alerts go beside the log. */
  readonly alertSinks: readonly AlertSinkConfig[];
  readonly outbox: OutboxLimits;
  readonly limits: RunLimits;
  /** How long the end of a run waits for sinks, ms. */
  readonly drainMs: number | undefined;
  readonly latenessMs: number | undefined;
  readonly hostAliases: ReadonlyMap<string, string>;
  /** `[HOST:]PORT` that metrics are served on. */
  readonly metrics?: string | undefined;
  /** How a run tells of itself. */
  readonly log?: RunLogOptions;
}

export interface ConfigContext {
  /** As the user names it. */
  readonly file: string;
  /** Relative paths are relative to it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type ConfigPath = readonly (string | number)[];
type Path = ConfigPath;

/** Where the keys are names that a user chooses. */
const FREE_NAMES: readonly string[] = ['sources', 'host_aliases'];
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Reads `windhover.yaml`. `${NAME}` comes from the environment. Kestrel's `STIXSHIFTER_<NAME>_CONNECTOR` and its like
 * define sources too; those of the file win. Throws `UsageError` that names the line and, for an unknown key, the
 * nearest valid one; values are never repeated in messages, as they may be secrets.
 */
export function parseConfig(text: string, context: ConfigContext): WindhoverConfig {
  return new ConfigReader(text, context).read();
}

/** Where hunts may read and write files. Nothing else of the configuration is looked at, so nothing else has to be right. */
export function parseTableFolders(text: string, context: ConfigContext): TableFolders | undefined {
  return new ConfigReader(text, context).tableFolders();
}

/** What a configuration file says, and where it says it. */
export interface WrittenConfig {
  /** With `${NAME}` filled in. Holds secrets. */
  readonly keys: ConfigKeys;
  /** Line of what stands at the path. */
  lineOf(path: ConfigPath): number;
  /** Variables of the environment that the value at the path is made of. */
  variablesOf(path: ConfigPath): readonly string[];
}

/** The same as `parseConfig`, as it is written. Throws what `parseConfig` throws, but for what stands in the environment. */
export function readWrittenConfig(text: string, context: ConfigContext): WrittenConfig {
  const reader = new ConfigReader(text, context);
  return {
    keys: reader.keys(),
    lineOf: (path) => reader.lineOf(path),
    variablesOf: (path) => reader.variablesOf(path),
  };
}

class ConfigReader {
  readonly #context: ConfigContext;
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(text: string, context: ConfigContext) {
    this.#context = context;
    const excess = yamlExcess(text);
    if (excess !== undefined) {
      const line = text.slice(0, excess.offset).split('\n').length;
      throw new UsageError(
        'config-too-large',
        `${context.file}:${line}: ${excess.message}`,
        'Write less, or elsewhere.',
      );
    }
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: false });
  }

  read(): WindhoverConfig {
    return this.#config(this.keys());
  }

  tableFolders(): TableFolders | undefined {
    this.#checkSyntax();
    const plain = this.#plain();
    const files = typeof plain === 'object' && plain !== null && 'files' in plain ? plain.files : undefined;
    const parsed = configSchema.safeParse({ files: this.#expand(files, ['files']) });
    if (!parsed.success) throw this.#problem(parsed.error.issues);
    const { read, write } = parsed.data.files ?? {};
    const absolute = (paths: readonly string[] | undefined): readonly string[] | undefined =>
      paths?.map((path) => resolve(this.#context.folder, path));
    return read === undefined && write === undefined ? undefined : { read: absolute(read), write: absolute(write) };
  }

  keys(): ConfigKeys {
    this.#checkSyntax();
    const parsed = configSchema.safeParse(this.#expand(this.#plain(), []));
    if (!parsed.success) throw this.#problem(parsed.error.issues);
    return parsed.data;
  }

  #checkSyntax(): void {
    const [broken] = this.#document.errors;
    if (broken !== undefined) {
      const { line } = this.#lines.linePos(broken.pos[0]);
      throw new UsageError(
        'config-syntax',
        `${this.#context.file}:${line}: ${broken.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? ''}`,
        'Correct the YAML.',
      );
    }
    const repeated = repeatedKey(this.#document);
    if (repeated !== undefined) {
      const { line } = this.#lines.linePos(repeated.offset);
      throw new UsageError(
        'config-syntax',
        `${this.#context.file}:${line}: ${repeated.name.slice(0, 80)} stands twice in the same place`,
        'Take one of the two out.',
      );
    }
  }

  #config(keys: ConfigKeys): WindhoverConfig {
    const { folder, env } = this.#context;
    const { sources, elastic } = stixShifterSources(env, folder);
    for (const [name, source] of Object.entries(keys.sources ?? {})) sources.set(name, this.#sourceUri(name, source));
    const kafka = new Map<string, KafkaConfig>();
    for (const [name, { history }] of Object.entries(keys.sources ?? {})) {
      const uri = sources.get(name);
      if (history?.elastic !== undefined && uri?.startsWith('elastic+') === true)
        elastic.set(uri, this.#elastic(history.elastic));
    }
    const lives = new Map<string, LivePart>();
    for (const [name, { history, live, backfill, overlap }] of Object.entries(keys.sources ?? {})) {
      if (live?.kafka === undefined) continue;
      const uri = this.#kafkaUri(name, live.kafka);
      kafka.set(uri, this.#kafka(name, live.kafka));
      if (history?.files === undefined && history?.elastic === undefined) continue;
      const length = backfill === undefined ? undefined : parseDuration(backfill);
      lives.set(name, { uri, lengthMs: length, overlapMs: overlap === undefined ? undefined : parseDuration(overlap) });
    }
    const wrongDuration: ConfigProblem = (path, message, hint) => this.#error('config-duration', path, message, hint);
    return {
      kafka,
      live: lives,
      elastic,
      hunts: (keys.hunts ?? []).map((path) => resolve(folder, path)),
      sources,
      state: keys.state === undefined ? undefined : resolve(folder, keys.state),
      ...this.#alerts(keys.alerts ?? []),
      limits: runLimits(keys.limits),
      outbox: {
        maxAlerts: keys.outbox?.max_alerts ?? DEFAULT_OUTBOX_LIMITS.maxAlerts,
        maxBytes: keys.outbox?.max_bytes ?? DEFAULT_OUTBOX_LIMITS.maxBytes,
      },
      drainMs: keys.outbox?.drain === undefined ? undefined : parseDuration(keys.outbox.drain),
      ...readRetention(keys.retention, wrongDuration),
      latenessMs: keys.lateness === undefined ? undefined : configDuration(keys.lateness, ['lateness'], wrongDuration),
      ...(keys.metrics === undefined ? {} : { metrics: String(keys.metrics.listen) }),
      ...(keys.log === undefined
        ? {}
        : { log: { format: keys.log.format ?? DEFAULT_LOG.format, level: keys.log.level ?? DEFAULT_LOG.level } }),
      hostAliases: new Map(
        Object.entries(keys.host_aliases ?? {}).map(([short, full]) => [short.toLowerCase(), full.toLowerCase()]),
      ),
    };
  }

  /** History first: what is not served yet is said when a hunt reads the source, not before. */
  #sourceUri(name: string, { history, live }: NonNullable<ConfigKeys['sources']>[string]): string {
    if (history?.files !== undefined) {
      const [first, ...rest] = [history.files].flat();
      if (first === undefined || rest.length > 0) {
        throw this.#error(
          'config-files',
          ['sources', name, 'history', 'files'],
          `source ${name} names ${rest.length + 1} places`,
          'Name one file, folder or glob.',
        );
      }
      return `file:${resolve(this.#context.folder, first)}`;
    }
    if (history?.elastic !== undefined) return this.#elasticUri(name, history.elastic);
    if (live?.kafka !== undefined) return this.#kafkaUri(name, live.kafka);
    throw this.#error(
      'config-source',
      ['sources', name],
      `source ${name} has no place`,
      'Give it history: {files: PATH}.',
    );
  }

  #elasticUri(name: string, { url, index }: ElasticKeys): string {
    try {
      return elasticId(parseElasticUri(elasticUri(url, index)));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw this.#error(error.code, ['sources', name, 'history', 'elastic'], error.message, error.hint);
    }
  }

  #elastic({ api_key: apiKey, username, password, ca, fingerprint, insecure }: ElasticKeys): ElasticConfig {
    const caPath = ca === undefined ? undefined : resolve(this.#context.folder, ca);
    return { apiKey, username, password, caPath, fingerprint, insecure };
  }

  #kafkaUri(name: string, { brokers, topics }: KafkaKeys): string {
    try {
      return kafkaUri(parseKafkaUri(`//${brokers.join(',')}/${topics.join(',')}`));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw this.#error(error.code, ['sources', name, 'live', 'kafka'], error.message, error.hint);
    }
  }

  #kafka(name: string, keys: KafkaKeys): KafkaConfig {
    const { folder } = this.#context;
    const path = (text: string | undefined): string | undefined =>
      text === undefined ? undefined : resolve(folder, text);
    const tls = keys.tls === true ? {} : keys.tls === false ? undefined : keys.tls;
    const start = keys.from === undefined ? undefined : parseKafkaStart(keys.from);
    if (keys.from !== undefined && start === undefined) {
      const at = ['sources', name, 'live', 'kafka', 'from'];
      throw this.#error('config-value', at, 'from is no place in a topic', 'Write earliest, latest or a time in UTC.');
    }
    return {
      ...(tls === undefined
        ? {}
        : { tls: { ca: path(tls.ca), cert: path(tls.cert), key: path(tls.key), serverName: tls.server_name } }),
      ...(keys.sasl === undefined ? {} : { sasl: keys.sasl }),
      clientId: keys.client_id,
      groupPrefix: keys.group,
      sessionMs: keys.session_timeout === undefined ? undefined : parseDuration(keys.session_timeout),
      start,
      schema: keys.schema === undefined ? undefined : schemaPlace(keys.schema, folder),
    };
  }

  #alerts(entries: NonNullable<ConfigKeys['alerts']>): Pick<WindhoverConfig, 'alerts' | 'alertSinks'> {
    const { log, sinks } = readAlertsConfig(entries, this.#context.folder, (path, message, hint) =>
      this.#error('config-alerts', ['alerts', ...path], message, hint),
    );
    return { alerts: log, alertSinks: sinks };
  }

  #plain(): unknown {
    try {
      return this.#document.toJS({ maxAliasCount: MAX_YAML_ALIASES }) ?? {};
    } catch (cause) {
      if (!(cause instanceof ReferenceError)) throw cause;
      throw new UsageError(
        'config-syntax',
        `${this.#context.file}: an alias names nothing, or there are too many`,
        `Write out what the aliases stand for; at most ${MAX_YAML_ALIASES} are followed.`,
        cause,
      );
    }
  }

  #expand(value: unknown, path: Path): unknown {
    if (typeof value === 'string') {
      return value.replace(VARIABLE, (_, name: string) => {
        const found = this.#context.env[name];
        if (found !== undefined) return found;
        throw this.#error(
          'config-variable',
          path,
          `the environment has no ${name}`,
          `Set ${name}, or take \${${name}} out.`,
        );
      });
    }
    if (Array.isArray(value)) return value.map((each, i) => this.#expand(each, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        // The schema leaves this name out, without a word; where names are not free, it tells of it.
        if (key === '__proto__' && FREE_NAMES.includes(path.join('.'))) {
          throw this.#error('config-key', [...path, key], 'nothing can be called __proto__', 'Choose another name.');
        }
        return [key, this.#expand(each, [...path, key])];
      }),
    );
  }

  /** A misspelled key is told before what is missing in its place. */
  #problem(issues: readonly z.core.$ZodIssue[]): UsageError {
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? (issues[0] as z.core.$ZodIssue);
    const path = issue.path as Path;
    if (issue.code !== 'unrecognized_keys') {
      const place = path.length === 0 ? '' : `${path.join('.')}: `;
      return this.#error('config-value', path, `${place}${issue.message}`, 'Correct the value.');
    }
    const key = issue.keys[0] ?? '';
    const valid = configKeysAt(path);
    return this.#error('config-key', [...path, key], `unknown key ${key}`, unknownKeyHint(key, path, valid));
  }

  #error(code: string, path: Path, message: string, hint: string): UsageError {
    return new UsageError(code, `${this.#context.file}:${this.lineOf(path)}: ${message}`, hint);
  }

  variablesOf(path: Path): readonly string[] {
    let at: unknown = this.#plain();
    for (const step of path) {
      const known = typeof at === 'object' && at !== null && Object.hasOwn(at, step);
      at = known ? (at as Readonly<Record<string | number, unknown>>)[step] : undefined;
    }
    return typeof at === 'string' ? [...at.matchAll(VARIABLE)].map(([, name]) => name as string) : [];
  }

  /** Line of the key or item at the path, or of the last one on the way that is there. */
  lineOf(path: Path): number {
    let node: unknown = this.#document.contents;
    let offset = 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
        if (isScalar(pair?.key)) offset = pair.key.range?.[0] ?? offset;
        node = pair?.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        offset = (node as { range?: readonly [number, number, number] | null } | undefined)?.range?.[0] ?? offset;
      }
    }
    return this.#lines.linePos(offset).line;
  }
}
