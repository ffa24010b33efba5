import { parseSourceOptions } from '../sources/source-resolver.ts';
import type { ConfigPath, WrittenConfig } from './config-file.ts';
import { redactSetting, REDACTED } from './redact-setting.ts';

/** Where a value comes from. */
export type SettingOrigin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly variables: readonly string[] }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'option'; readonly option: string }
  | { readonly kind: 'default' };

/** One value of the effective configuration; secrets are redacted already. */
export interface Setting {
  /** `sources.container1.history.elastic.url`. */
  readonly path: string;
  readonly value: unknown;
  readonly origin: SettingOrigin;
}

export interface ConfigOptions {
  readonly source: readonly string[];
  readonly state?: string | undefined;
  readonly alerts?: string | undefined;
  readonly retention?: string | undefined;
  readonly lateness?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULTS: readonly (readonly [path: string, value: string])[] = [
  ['state', 'none: nothing is kept'],
  ['alerts.log', 'alerts.ndjson in the state folder'],
  ['retention', 'all; 24h of sources that have no end'],
  ['lateness', '60s'],
];
const KAFKA_DEFAULTS: readonly (readonly [key: string, value: string])[] = [
  ['from', 'earliest'],
  ['client_id', 'windhover'],
  ['group', 'windhover'],
  ['session_timeout', '10s'],
];
/** Keys of a STIX-shifter connection that are shown. */
const CONNECTION = ['host', 'port', 'indices'];

/** What holds for a call: options, then the file, then the environment, then defaults. */
export function effectiveConfig(
  written: WrittenConfig | undefined,
  file: string,
  env: Environment,
  options: ConfigOptions,
): readonly Setting[] {
  const settings = new Map<string, Setting>();
  const add = (setting: Setting): void => {
    if (!settings.has(setting.path)) settings.set(setting.path, setting);
  };
  for (const setting of fromOptions(options)) add(setting);
  if (written !== undefined) for (const setting of fromFile(written, file)) add(setting);
  const names = new Set(Object.keys(written?.keys.sources ?? {}));
  for (const setting of fromEnvironment(env, names)) add(setting);
  for (const name of names) {
    if (written?.keys.sources?.[name]?.live?.kafka === undefined) continue;
    const above = `sources.${name}.live.kafka`;
    for (const [key, value] of KAFKA_DEFAULTS) add({ path: `${above}.${key}`, value, origin: { kind: 'default' } });
  }
  const hasLog = [...settings.keys()].some((path) => /^alerts\.\d+\.file\./u.test(path));
  for (const [path, value] of DEFAULTS) {
    const isWritten = path === 'alerts.log' ? hasLog : settings.has(`${path}.default`);
    if (!isWritten) add({ path, value, origin: { kind: 'default' } });
  }
  return [...settings.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function fromOptions({ source, state, alerts, retention, lateness }: ConfigOptions): Setting[] {
  const of = (path: string, option: string, value: string | undefined): Setting[] =>
    value === undefined
      ? []
      : [{ path, value: redactSetting(path.split('.'), value), origin: { kind: 'option', option } }];
  const { named, everyName } = parseSourceOptions(source);
  const places = [...named, ...(everyName === undefined ? [] : [['*', everyName] as const])];
  return [
    ...places.map(([name, uri]): Setting => ({
      path: `sources.${name}`,
      value: redactSetting(['source'], uri),
      origin: { kind: 'option', option: '--source' },
    })),
    ...of('state', '--state', state),
    ...of('alerts.log', '--alerts', alerts),
    ...of('retention', '--retention', retention),
    ...of('lateness', '--lateness', lateness),
  ];
}

function fromFile({ keys, lineOf, variablesOf }: WrittenConfig, file: string): Setting[] {
  const settings: Setting[] = [];
  const walk = (value: unknown, path: ConfigPath): void => {
    if (typeof value === 'object' && value !== null) {
      const members = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
      for (const [key, each] of members) walk(each, [...path, key as string | number]);
      if (members.length > 0 || path.length === 0) return;
    }
    if (value === undefined) return;
    const variables = variablesOf(path);
    settings.push({
      path: path.join('.'),
      value: typeof value === 'object' ? [] : redactSetting(path, value, variables),
      origin: { kind: 'file', file, line: lineOf(path), variables },
    });
  };
  walk(keys, []);
  return settings;
}

/** Variables that say how sources are reached. A source of the file hides the one of the same name. */
function fromEnvironment(env: Environment, named: ReadonlySet<string>): Setting[] {
  return Object.entries(env).flatMap(([variable, value]): Setting[] => {
    if (value === undefined || value === '') return [];
    const origin = { kind: 'environment', variable } as const;
    const own = /^WINDHOVER_(KAFKA|ELASTIC)_([A-Z_]+)$/u.exec(variable);
    if (own !== null) {
      const [, kind = '', key = ''] = own;
      const path = ['environment', kind.toLowerCase(), OWN_KEYS[key] ?? key.toLowerCase()];
      return [{ path: path.join('.'), value: redactSetting(path, value), origin }];
    }
    const shifter = /^STIXSHIFTER_(.+)_(CONNECTOR|CONNECTION|CONFIG)$/u.exec(variable);
    if (shifter === null) return [];
    const [, name = '', part = ''] = shifter;
    const above = `sources.${name.toLowerCase()}.stixshifter`;
    if (named.has(name.toLowerCase())) return [];
    if (part === 'CONNECTOR')
      return [{ path: `${above}.connector`, value: redactSetting(['connector'], value), origin }];
    if (part === 'CONFIG') return [{ path: `${above}.config`, value: REDACTED, origin }];
    return connectionSettings(value).map(([key, each]) => ({
      path: `${above}.connection.${key}`,
      value: each,
      origin,
    }));
  });
}

/** Names that the configuration file has for what the variables say. */
const OWN_KEYS: Readonly<Record<string, string>> = { SASL: 'mechanism' };

function connectionSettings(text: string): (readonly [key: string, value: unknown])[] {
  try {
    const connection: unknown = JSON.parse(text);
    if (typeof connection !== 'object' || connection === null) return [['*', REDACTED]];
    return Object.entries(connection).map(([key, value]) => [
      CONNECTION.includes(key) ? key : key.slice(0, 40),
      CONNECTION.includes(key) ? redactSetting([key], value) : REDACTED,
    ]);
  } catch {
    return [['*', REDACTED]];
  }
}
