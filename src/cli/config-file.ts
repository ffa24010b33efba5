import { resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { nearest } from '../catalogue/nearest.ts';
import { UsageError } from '../errors/windhover-error.ts';
import { parseDuration } from '../hunts/hunt-file-duration.ts';

/** What a call takes from its configuration; paths are absolute. */
export interface WindhoverConfig {
  readonly hunts: readonly string[];
  /** Name after FROM → URI. */
  readonly sources: ReadonlyMap<string, string>;
  readonly state: string | undefined;
  readonly alerts: string | undefined;
  readonly retentionMs: number | undefined;
  readonly latenessMs: number | undefined;
  readonly hostAliases: ReadonlyMap<string, string>;
}

const strings = z.union([z.string(), z.array(z.string())]);
const elastic = z.strictObject({
  url: z.string(),
  index: strings.optional(),
  api_key: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  ca: z.string().optional(),
  fingerprint: z.string().optional(),
});
const kafka = z.strictObject({
  brokers: z.array(z.string()),
  topics: z.array(z.string()),
  decode: z.string().optional(),
});
const schema = z.strictObject({
  state: z.string().optional(),
  hunts: z.array(z.string()).optional(),
  sources: z
    .record(
      z.string(),
      z.strictObject({
        history: z.strictObject({ files: strings.optional(), elastic: elastic.optional() }).optional(),
        live: z.strictObject({ kafka: kafka.optional() }).optional(),
      }),
    )
    .optional(),
  alerts: z
    .array(z.strictObject({ file: z.strictObject({ path: z.string() }).optional(), elastic: elastic.optional() }))
    .optional(),
  retention: z.string().optional(),
  lateness: z.string().optional(),
  host_aliases: z.record(z.string(), z.string()).optional(),
});
type ConfigKeys = z.infer<typeof schema>;

export interface ConfigContext {
  /** As the user names it. */
  readonly file: string;
  /** Relative paths are relative to it. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const MAX_ALIASES = 100;

/**
 * Reads `windhover.yaml`. `${NAME}` comes from the environment. Kestrel's `STIXSHIFTER_<NAME>_CONNECTOR` and its like
 * define sources too. Throws `UsageError` that names the line and, for an unknown key, the nearest valid one; values of
 * the environment are never repeated in messages.
 */
export function parseConfig(text: string, context: ConfigContext): WindhoverConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line } = lines.linePos(broken.pos[0]);
    throw new UsageError(
      'config-syntax',
      `${context.file}:${line}: ${broken.message.split('\n')[0] ?? ''}`,
      'Correct the YAML.',
    );
  }
  const value: unknown = expand(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}, context);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw problemOf(parsed.error.issues[0], document, lines, context);
  return configOf(parsed.data, context);
}

function configOf(keys: ConfigKeys, context: ConfigContext): WindhoverConfig {
  const sources = new Map(stixShifterSources(context.env));
  for (const [name, { history, live }] of Object.entries(keys.sources ?? {})) {
    if (history?.files !== undefined) {
      const [first, ...rest] = [history.files].flat();
      if (first === undefined || rest.length > 0) {
        throw new UsageError(
          'config-files',
          `${context.file}: source ${name} names ${rest.length + 1} places`,
          'Name one file, folder or glob.',
        );
      }
      sources.set(name, `file:${resolve(context.folder, first)}`);
    } else if (history?.elastic !== undefined) {
      sources.set(name, elasticUri(history.elastic.url, history.elastic.index));
    } else if (live?.kafka !== undefined) {
      sources.set(name, `kafka://${live.kafka.brokers.join(',')}/${live.kafka.topics.join(',')}`);
    }
  }
  const file = keys.alerts?.find((alert) => alert.file !== undefined)?.file;
  if (keys.alerts?.some((alert) => alert.elastic !== undefined) === true) {
    throw new UsageError(
      'config-alerts',
      `${context.file}: alerts to Elasticsearch are not available yet`,
      'Use file: {path: …} for now.',
    );
  }
  return {
    hunts: (keys.hunts ?? []).map((path) => resolve(context.folder, path)),
    sources,
    state: keys.state === undefined ? undefined : resolve(context.folder, keys.state),
    alerts: file === undefined ? undefined : resolve(context.folder, file.path),
    retentionMs: duration('retention', keys.retention, context),
    latenessMs: duration('lateness', keys.lateness, context),
    hostAliases: new Map(
      Object.entries(keys.host_aliases ?? {}).map(([short, full]) => [short.toLowerCase(), full.toLowerCase()]),
    ),
  };
}

function duration(key: string, value: string | undefined, { file }: ConfigContext): number | undefined {
  if (value === undefined) return undefined;
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined || milliseconds <= 0) {
    throw new UsageError(
      'config-duration',
      `${file}: ${key} ${value} is no duration`,
      'Write a number and a unit: 30s, 5m, 1h, 2d.',
    );
  }
  return milliseconds;
}

/** `STIXSHIFTER_CONTAINER1_CONNECTOR=elastic_ecs` and its `_CONNECTION` make the source container1. */
function* stixShifterSources(env: ConfigContext['env']): Generator<[string, string]> {
  for (const [key, connector] of Object.entries(env)) {
    const name = /^STIXSHIFTER_(.+)_CONNECTOR$/.exec(key)?.[1];
    if (name === undefined || connector !== 'elastic_ecs') continue;
    let connection: { host?: unknown; port?: unknown; indices?: unknown };
    try {
      connection = JSON.parse(env[`STIXSHIFTER_${name}_CONNECTION`] ?? '') as typeof connection;
    } catch {
      throw new UsageError(
        'config-stixshifter',
        `STIXSHIFTER_${name}_CONNECTION is no JSON object`,
        'Write {"host": …, "port": …, "indices": …}.',
      );
    }
    yield [
      name.toLowerCase(),
      elasticUri(
        `https://${String(connection.host)}:${String(connection.port ?? 443)}`,
        String(connection.indices ?? ''),
      ),
    ];
  }
}

function elasticUri(url: string, index: string | readonly string[] | undefined): string {
  return `elastic+${url.replace(/\/+$/, '')}/${[index ?? []].flat().join(',')}`;
}

function expand(value: unknown, context: ConfigContext): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = context.env[name];
      if (found === undefined) {
        throw new UsageError(
          'config-variable',
          `${context.file}: the environment has no ${name}`,
          `Set ${name}, or take \${${name}} out.`,
        );
      }
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((each) => expand(each, context));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expand(each, context)]));
}

function problemOf(
  issue: z.core.$ZodIssue | undefined,
  document: Document,
  lines: LineCounter,
  { file }: ConfigContext,
): UsageError {
  const path = (issue?.path ?? []) as (string | number)[];
  if (issue?.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    const similar = nearest(key, validKeys(path));
    return new UsageError(
      'config-key',
      `${file}:${lineOf(document, lines, [...path, key])}: unknown key ${key}`,
      similar === undefined ? `Keys here are ${validKeys(path).join(', ')}.` : `Did you mean ${similar}?`,
    );
  }
  const place = path.length === 0 ? '' : `${path.join('.')}: `;
  return new UsageError(
    'config-value',
    `${file}:${lineOf(document, lines, path)}: ${place}${issue?.message ?? ''}`,
    'Correct the value.',
  );
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['state', 'hunts', 'sources', 'alerts', 'retention', 'lateness', 'host_aliases'],
  sources: ['history', 'live'],
  history: ['files', 'elastic'],
  live: ['kafka'],
  alerts: ['file', 'elastic'],
  file: ['path'],
  kafka: ['brokers', 'topics', 'decode'],
  elastic: ['url', 'index', 'api_key', 'username', 'password', 'ca', 'fingerprint'],
};

function validKeys(path: readonly (string | number)[]): readonly string[] {
  const last = path.at(-1);
  const known = typeof last === 'string' ? KEYS[last] : undefined;
  return (
    (path.length === 2 && (path[0] === 'sources' || path[0] === 'alerts') ? KEYS[path[0]] : known) ?? KEYS[''] ?? []
  );
}

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key: each }) => isScalar(each) && each.value === key);
      const range = isScalar(pair?.key) ? pair.key.range : undefined;
      if (range !== undefined && range !== null) offset = range[0];
      node = pair?.value;
    } else {
      node = (node as { items?: readonly unknown[] } | undefined)?.items?.[Number(key)];
    }
  }
  return lines.linePos(offset).line;
}
