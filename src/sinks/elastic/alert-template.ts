import { createHash } from 'node:crypto';
import { alertEcsFields } from '../../hunts/alerts/alert-ecs-fields.ts';

/** A field, or an object of fields, in a mapping. */
export type Mapping = Readonly<Record<string, unknown>>;

export interface AlertTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly version: number;
  readonly _meta: { readonly description: string; readonly digest: string };
  readonly template: {
    readonly aliases: Readonly<Record<string, Record<string, never>>>;
    readonly settings: Mapping;
    readonly mappings: {
      readonly dynamic: false;
      readonly date_detection: false;
      readonly properties: Mapping;
    };
  };
}

/** Counts up when the template changes. */
const VERSION = 1;
/** Above the templates that Elastic brings (100 to 200). */
const PRIORITY = 300;

const KEYWORD = { type: 'keyword', ignore_above: 1024 };
const WILDCARD = { type: 'wildcard', ignore_above: 16_384 };
const DATE = { type: 'date' };
const LONG = { type: 'long' };
const BOOLEAN = { type: 'boolean' };
const TEXT = { type: 'match_only_text' };
const IP = { type: 'ip', ignore_malformed: true };

/** Types of ECS 8 by what the names end with; what is not named is a keyword. */
const TYPES: readonly (readonly [RegExp, Mapping])[] = [
  [/(?:^|[._])ip$/u, IP],
  [/\.(?:port|bytes|packets|size|pid|ppid|pgid|uptime|exit_code|args_count)$|\.thread\.id$/u, LONG],
  [/\.(?:accessed|created|mtime|start|end)$/u, DATE],
  [/\.code_signature\.(?:exists|valid)$/u, BOOLEAN],
  [/\.(?:command_line|executable|path|target_path|working_directory|strings)$|^url\.(?:full|original)$/u, WILDCARD],
];

const FIXED: Readonly<Record<string, Mapping>> = {
  '@timestamp': { type: 'date', ignore_malformed: false },
  'ecs.version': KEYWORD,
  message: TEXT,
  tags: KEYWORD,
  'event.kind': KEYWORD,
  'event.category': KEYWORD,
  'event.type': KEYWORD,
  'event.severity': LONG,
  'event.risk_score': { type: 'float' },
  'event.id': KEYWORD,
  'rule.id': KEYWORD,
  'rule.name': KEYWORD,
  'rule.description': KEYWORD,
  'rule.version': KEYWORD,
  'rule.author': KEYWORD,
  'rule.reference': KEYWORD,
  'threat.framework': KEYWORD,
  'threat.tactic.id': KEYWORD,
  'threat.tactic.name': KEYWORD,
  'threat.technique.id': KEYWORD,
  'threat.technique.subtechnique.id': KEYWORD,
  'related.hash': KEYWORD,
  'related.hosts': KEYWORD,
  'related.ip': IP,
  'related.user': KEYWORD,
  'windhover.hunt': KEYWORD,
  'windhover.fingerprint': KEYWORD,
  'windhover.variable': KEYWORD,
  'windhover.severity': KEYWORD,
  'windhover.status': KEYWORD,
  'windhover.revision': LONG,
  'windhover.episode': KEYWORD,
  'windhover.suppressed': LONG,
  'windhover.backfilled': BOOLEAN,
  'windhover.entity.type': KEYWORD,
  'windhover.entity.id': KEYWORD,
  'windhover.attributes': { type: 'flattened', ignore_above: 1024 },
  'windhover.records.id': KEYWORD,
  'windhover.records.source': KEYWORD,
  'windhover.records.place': KEYWORD,
  'windhover.records.time': DATE,
  'windhover.coverage.source': KEYWORD,
  'windhover.coverage.cause': KEYWORD,
  'windhover.coverage.places': LONG,
  'windhover.coverage.count': LONG,
  'windhover.coverage.from': DATE,
  'windhover.coverage.to': DATE,
  'windhover.chain.pid': LONG,
  'windhover.chain.name': KEYWORD,
  'windhover.chain.command_line': WILDCARD,
  'windhover.chain.user': KEYWORD,
  'windhover.times.event': DATE,
  'windhover.times.seen': DATE,
  'windhover.times.written': DATE,
};

/**
 * The index template of alerts: every field that an alert can have, in the types of ECS 8, nothing guessed. A value that
 * does not fit its field is kept in the document and not searchable, so that hostile telemetry loses no alert.
 */
export function alertTemplate(alias: string): AlertTemplate {
  const fields = new Map<string, Mapping>(Object.entries(FIXED));
  for (const field of alertEcsFields()) fields.set(field, TYPES.find(([names]) => names.test(field))?.[1] ?? KEYWORD);
  const template: AlertTemplate['template'] = {
    aliases: { [alias]: {} },
    settings: { index: { number_of_shards: '1', auto_expand_replicas: '0-1', mapping: { ignore_malformed: 'true' } } },
    mappings: { dynamic: false, date_detection: false, properties: nested(fields) },
  };
  return {
    index_patterns: [`${alias}-*`],
    priority: PRIORITY,
    version: VERSION,
    _meta: {
      description: 'Alerts of Windhover, a document per alert in its latest state',
      digest: createHash('sha256')
        .update(JSON.stringify([VERSION, template]))
        .digest('hex')
        .slice(0, 16),
    },
    template,
  };
}

function nested(fields: ReadonlyMap<string, Mapping>): Mapping {
  const root: Record<string, unknown> = {};
  for (const [field, mapping] of [...fields].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const names = field.split('.');
    let at = root;
    for (const name of names.slice(0, -1)) {
      const object = (at[name] ??= { properties: {} }) as { properties: Record<string, unknown> };
      at = object.properties;
    }
    at[names.at(-1) as string] = mapping;
  }
  return root;
}
