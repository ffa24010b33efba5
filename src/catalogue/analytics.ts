/** How an argument of APPLY is written and read. */
export type AnalyticArgumentKind =
  /** A number, or the text of one. */
  | 'number'
  /** Attribute paths of the input variable: `by=[name, parent_ref.name]`. */
  | 'attributes'
  /** Any literals or references, taken as texts. */
  | 'texts';

export interface AnalyticArgument {
  readonly name: string;
  readonly kind: AnalyticArgumentKind;
  readonly description: string;
  /** Absent: by the type of the input where `byType` says so, else the argument must be given. */
  readonly default?: number | readonly string[];
  /** Default by entity type. */
  readonly byType?: Readonly<Record<string, readonly string[]>>;
}

/** What APPLY can call inside the process. */
export interface AnalyticDefinition {
  readonly name: string;
  readonly summary: string;
  /** Entity types it takes; absent: any. */
  readonly types?: readonly string[];
  readonly arguments: readonly AnalyticArgument[];
  /** Attributes that the members get. */
  readonly columns: readonly { readonly name: string; readonly description: string }[];
  /** `row`: each entity by itself, decided again when it changes. `set`: from all members, worked out anew per epoch. */
  readonly scope: 'row' | 'set';
}

/** Most members that an analytic of scope `set` looks at: it works out all of them in each epoch that changes one. */
export const MAX_SET_ROWS = 100_000;

const IDENTIFYING: Readonly<Record<string, readonly string[]>> = {
  process: ['name'],
  file: ['name'],
  directory: ['path'],
  'network-traffic': ['dst_ref.value', 'dst_port'],
  'user-account': ['user_id'],
  'windows-registry-key': ['key'],
  'ipv4-addr': ['value'],
  'ipv6-addr': ['value'],
  'domain-name': ['value'],
  url: ['value'],
};

const ADDRESS: Readonly<Record<string, readonly string[]>> = {
  'ipv4-addr': ['value'],
  'ipv6-addr': ['value'],
  'network-traffic': ['dst_ref.value'],
};

/** The analytics of Windhover, by name. */
export const ANALYTICS: readonly AnalyticDefinition[] = [
  {
    name: 'rarity',
    summary: 'How rare the values of an entity are among the members: 1 is alone, 0 is like all others.',
    arguments: [{ name: 'by', kind: 'attributes', byType: IDENTIFYING, description: 'attributes compared together' }],
    columns: [
      {
        name: 'x_rarity_score',
        description: '0 to 1: −log of the share of members with these values, over log of all',
      },
      { name: 'x_rarity_count', description: 'members with these values' },
    ],
    scope: 'set',
  },
  {
    name: 'first-seen',
    summary: 'When the values of an entity were first there among the members, and whether it was by this one.',
    arguments: [
      { name: 'by', kind: 'attributes', byType: IDENTIFYING, description: 'attributes compared together' },
      {
        name: 'time',
        kind: 'attributes',
        byType: { process: ['created'], file: ['created'], 'network-traffic': ['start'] },
        description: 'attribute with the time of an entity',
      },
    ],
    columns: [
      { name: 'x_first_seen', description: 'least time of a member with these values' },
      { name: 'x_is_first', description: 'true where this entity has that time' },
    ],
    scope: 'set',
  },
  {
    name: 'beaconing',
    summary: 'How evenly connections between the same ends follow each other: 1 is a clock, 0 is chance.',
    types: ['network-traffic'],
    arguments: [
      {
        name: 'by',
        kind: 'attributes',
        default: ['src_ref.value', 'dst_ref.value', 'dst_port'],
        description: 'attributes that make connections one series',
      },
      { name: 'time', kind: 'attributes', default: ['start'], description: 'attribute with the time of a connection' },
      { name: 'least', kind: 'number', default: 6, description: 'fewest connections that can be a beacon' },
    ],
    columns: [
      { name: 'x_beacon_score', description: '0 to 1: 1 − median deviation of the gaps over their median' },
      { name: 'x_beacon_interval', description: 'median gap in seconds' },
      { name: 'x_beacon_count', description: 'connections of the series' },
    ],
    scope: 'set',
  },
  {
    name: 'classify-ip',
    summary:
      'What an address is for: private, loopback, link-local, shared, multicast, documentation, reserved, public.',
    arguments: [{ name: 'attribute', kind: 'attributes', byType: ADDRESS, description: 'attribute with the address' }],
    columns: [{ name: 'x_ip_class', description: 'class of the address' }],
    scope: 'row',
  },
  {
    name: 'suspicious-process-scoring',
    summary: 'Points for what command lines of attacks have in common, with the techniques they hint at.',
    types: ['process'],
    arguments: [
      { name: 'command_line', kind: 'attributes', default: ['command_line'], description: 'attribute looked at' },
    ],
    columns: [
      { name: 'x_suspicious_score', description: 'sum of the points; 0 where nothing is suspicious' },
      { name: 'x_suspicious_techniques', description: 'ATT&CK techniques that the command line hints at' },
    ],
    scope: 'row',
  },
  {
    name: 'ioc-match',
    summary: 'Which of a list of indicators an entity has among its values.',
    arguments: [
      { name: 'list', kind: 'texts', description: 'indicators: literals, or an attribute of a loaded variable' },
      { name: 'by', kind: 'attributes', byType: IDENTIFYING, description: 'attributes looked at' },
    ],
    columns: [{ name: 'x_ioc', description: 'indicators that the entity has; none: absent' }],
    scope: 'row',
  },
];

/** The analytic that APPLY means: by name, or as `windhover://name`; schemes compare without case. */
export function analyticOf(uri: string): AnalyticDefinition | undefined {
  const name = uri.replace(/^windhover:\/\//iu, '');
  return ANALYTICS.find((each) => each.name === name);
}
