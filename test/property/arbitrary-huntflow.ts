import fc from 'fast-check';
import { BASE_MS } from './arbitrary-records.ts';

/** A variable bound so far. */
interface Bound {
  readonly name: string;
  readonly type: string;
  /** Rows of NEW or LOAD: no record relates processes of NEW to anything. */
  readonly isNew: boolean;
}

export interface HuntflowOptions {
  readonly limits: boolean;
  readonly windows: boolean;
}

const TYPES = ['process', 'process', 'process', 'network-traffic', 'ipv4-addr', 'user-account', 'file'] as const;

/** FIND result and relation by type of the input: all relations that the generated records can assert. */
const FINDS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  process: [
    ['process', 'CREATED'],
    ['process', 'CREATED BY'],
    ['network-traffic', 'CREATED BY'],
    ['file', 'LOADED BY'],
    ['user-account', 'OWNED'],
    ['process', 'LINKED'],
    ['ipv4-addr', 'LINKED'],
  ],
  'network-traffic': [
    ['process', 'CREATED'],
    ['ipv4-addr', 'CREATED'],
    ['ipv4-addr', 'ACCEPTED'],
    ['x-oca-asset', 'LINKED'],
  ],
  'ipv4-addr': [
    ['network-traffic', 'CREATED BY'],
    ['network-traffic', 'ACCEPTED BY'],
  ],
  'user-account': [['process', 'OWNED BY']],
  file: [
    ['process', 'LOADED'],
    ['directory', 'CONTAINED'],
  ],
  directory: [['file', 'CONTAINED BY']],
  'x-oca-asset': [['process', 'LINKED']],
};

/** Comparisons that most entities of a type satisfy: half of all, so that variables are seldom empty. */
const BROAD: Readonly<Record<string, readonly string[]>> = {
  process: ["name LIKE '%'", 'pid > 0', "name != 'zz'", "command_line NOT LIKE 'no%'", 'x_flag IS NULL'],
  'network-traffic': ['dst_port > 0', "src_ref.value LIKE '%'", "protocols[*] = 'tcp'", 'src_port != 1'],
  'ipv4-addr': ["value LIKE '%'", "value != '1.1.1.1'", "value NOT ISSUBSET '203.0.0.0/8'"],
  'user-account': ["user_id LIKE '%'", "user_id != 'eve'"],
  file: ["name LIKE '%'", "path MATCHES '/'"],
  directory: ["path LIKE '%'", "path != '/'"],
  'x-oca-asset': ["hostname LIKE 'h_'", 'device_id IS NOT NULL'],
};

/** Comparisons on an entity of a type, seen from itself. */
const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  process: [
    "parent_ref.name LIKE '%'",
    "parent_ref.parent_ref.name != 'sh'",
    "parent_ref.creator_user_ref.user_id = 'bob'",
    "name = 'sh'",
    "name != 'cmd.exe'",
    "name LIKE '%M%.e_e'",
    "name MATCHES '^[a-d]'",
    "name MATCHES '(?i)CMD'",
    "name NOT LIKE 'no%'",
    'name IS NULL',
    'pid = 2',
    'pid > 1',
    "pid <= '2'",
    'pid IN (1, 10)',
    'pid NOT IN (1, 2)',
    "command_line = '12'",
    'command_line = 12',
    "command_line = ''",
    'command_line IS NOT NULL',
    "x_tags LIKE '%T1059%'",
    "x_ttp_tags != 'x'",
    "parent_ref.name = 'node'",
    "parent_ref.name != 'node'",
    'parent_ref.pid IS NULL',
    "binary_ref.path LIKE '/tmp/%'",
    "binary_ref.parent_directory_ref.path = '/etc'",
    "creator_user_ref.user_id = 'bob'",
    "opened_connection_refs[*].dst_ref.value = '10.0.0.1'",
    'opened_connection_refs[*].dst_port != 443',
    "created > '2024-01-01T12:01:00Z'",
    'x_flag = true',
  ],
  'network-traffic': [
    'dst_port > 0',
    "src_ref.value LIKE '%'",
    'dst_port = 53',
    'dst_port != 443',
    "src_ref.value = '10.0.0.1'",
    "dst_ref.value ISSUBSET '10.0.0.0/8'",
    "src_ref.value NOT ISSUBSET '10.0.0.0/8'",
    "protocols[*] = 'tcp'",
  ],
  'ipv4-addr': ["value LIKE '%'", "value = '10.0.0.1'", "value LIKE '10.%'", "value ISSUBSET '10.0.0.0/8'"],
  'user-account': ["user_id LIKE '%'", "user_id = 'alice'"],
  file: ["name LIKE '%'", "name = 'a'", "path LIKE '/TMP/%'", "parent_directory_ref.path = '/tmp'"],
  directory: ["path LIKE '%'"],
  'x-oca-asset': ["hostname = 'h1'"],
};

/** About other entities of the same record: in GET and FIND only. */
const EXTENDED = [
  "process:name = 'sh'",
  'process:pid > 1',
  "x-oca-asset:hostname = 'h1'",
  "ipv4-addr:value = '10.0.0.1'",
  "user-account:user_id != 'bob'",
  "file:path LIKE '/tmp%'",
  'network-traffic:dst_port = 443',
];

/** Attributes that a reference to a variable of a type may name, and those that may be compared with them. */
const REFERABLE: Readonly<Record<string, readonly string[]>> = {
  process: ['pid', 'name', 'parent_ref.pid', 'parent_ref.name', 'command_line', 'x_tags'],
  'network-traffic': ['src_ref.value', 'dst_ref.value', 'dst_port'],
  'ipv4-addr': ['value'],
  'user-account': ['user_id'],
  file: ['name', 'path'],
  directory: ['path'],
  'x-oca-asset': ['hostname'],
};

const SORTABLE: Readonly<Record<string, readonly string[]>> = {
  process: ['pid', 'name', 'parent_ref.name', 'created'],
  'network-traffic': ['dst_port', 'src_ref.value'],
  'ipv4-addr': ['value'],
  'user-account': ['user_id'],
  file: ['name'],
  directory: ['path'],
  'x-oca-asset': ['hostname'],
};

/** Takes choices from a list of drawn numbers; shrinking the numbers shrinks the huntflow towards its first choices. */
class Choices {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  upTo(count: number): number {
    const number = this.#numbers[this.#at++] ?? 0;
    return number % count;
  }

  of<T>(items: readonly T[]): T {
    return items[this.upTo(items.length)] as T;
  }
}

/** Huntflow text over the generated records: every command that runs, chained; it checks without errors. */
export function arbitraryHuntflow(options: HuntflowOptions): fc.Arbitrary<string> {
  const statement = fc.array(fc.noBias(fc.nat({ max: 9999 })), { minLength: 24, maxLength: 24 });
  return fc
    .array(statement, { minLength: 1, maxLength: 8, size: 'max' })
    .map((statements) => writeHuntflow(statements, options));
}

function writeHuntflow(statements: readonly (readonly number[])[], options: HuntflowOptions): string {
  const bound: Bound[] = [];
  const lines: string[] = [];
  for (const numbers of statements) {
    const line = writeStatement(new Choices(numbers), bound, options);
    lines.push(line.text);
    if (line.binds !== undefined) {
      const known = bound.findIndex((each) => each.name === line.binds?.name);
      if (known >= 0) bound.splice(known, 1);
      bound.push(line.binds);
    }
  }
  return lines.join('\n');
}

function writeStatement(
  choices: Choices,
  bound: readonly Bound[],
  options: HuntflowOptions,
): { text: string; binds?: Bound } {
  const drawn = choices.upTo(16);
  const kind = bound.length === 0 && drawn !== 1 ? 0 : drawn;
  const name = choices.upTo(8) === 7 && bound.length > 0 ? choices.of(bound).name : `v${bound.length}`;
  const bind = (type: string, text: string): { text: string; binds: Bound } => ({
    text: `${name} = ${text}`,
    binds: { name, type, isNew: kind === 1 },
  });
  if (kind === 1) {
    const made = choices.upTo(4);
    if (made === 2) return bind('ipv4-addr', 'LOAD addresses.csv AS ipv4-addr');
    if (made === 3) return bind('process', 'LOAD processes.json');
    return made === 0
      ? bind('ipv4-addr', newAddresses(choices))
      : bind(
          'process',
          `NEW process [{"name": "${choices.of(['sh', 'zz'])}", "pid": ${choices.of([1, 2])}}, {"name": "b"}]`,
        );
  }
  if (kind <= 3) {
    const type = choices.of(TYPES);
    const source = choices.of(['a', 'a', 'a', 'a,stixshifter://b', 'a,stixshifter://b', 'stixshifter://b']);
    const from = source.includes(',') ? 'stixshifter://a,b' : source;
    return bind(
      type,
      `GET ${type} FROM ${from} WHERE ${recordPattern(choices, type, bound)}${range(choices, options)}${limit(choices, options)}`,
    );
  }
  const found = bound.filter(({ isNew }) => !isNew || choices.upTo(3) === 0);
  const input = choices.of(found.length === 0 ? bound : found);
  if (kind <= 8) {
    const [type, relation] = choices.of(FINDS[input.type] ?? [[input.type, 'LINKED'] as const]);
    const where = choices.upTo(3) === 0 ? ` WHERE ${recordPattern(choices, type, bound)}` : '';
    return bind(
      type,
      `FIND ${type} ${relation} ${input.name}${where}${range(choices, options)}${limit(choices, options)}`,
    );
  }
  if (kind <= 11) {
    const where = choices.upTo(5) === 0 ? '' : ` WHERE ${contentPattern(choices, input.type, bound)}`;
    const sort =
      choices.upTo(3) === 0 ? ` SORT BY ${choices.of(SORTABLE[input.type] ?? [])} ${choices.of(['ASC', 'DESC'])}` : '';
    const bounds =
      options.limits && choices.upTo(2) === 0
        ? ` LIMIT ${choices.of([1, 2, 3])}${choices.upTo(2) === 0 ? ' OFFSET 1' : ''}`
        : '';
    return bind(input.type, `${input.name}${where}${sort}${bounds}`);
  }
  if (kind === 12) {
    const alike = bound.filter((each) => each.type === input.type);
    const others = alike.length > 1 ? alike.filter((each) => each !== input) : alike;
    const third = choices.upTo(3) === 0 ? ` + ${choices.of(others).name}` : '';
    return bind(input.type, `${input.name} + ${choices.of(others).name}${third}`);
  }
  if (kind === 13)
    return bind(
      input.type,
      `GET ${input.type} FROM ${input.name} WHERE ${contentPattern(choices, input.type, bound)}${limit(choices, options)}`,
    );
  if (choices.upTo(4) === 3) return describeOrSave(choices, input);
  return { text: display(choices, input, options) };
}

/** DESCRIBE, or SAVE with a LOAD of what was saved: the variable again. */
function describeOrSave(choices: Choices, { name, type }: Bound): { text: string; binds?: Bound } {
  if (choices.upTo(2) === 0) return { text: `DESCRIBE ${name}.${choices.of(SORTABLE[type] ?? [])}` };
  return {
    text: `SAVE ${name} TO kept.csv back = LOAD kept.csv AS file`,
    binds: { name: 'back', type, isNew: false },
  };
}

function newAddresses(choices: Choices): string {
  const address = choices.of(['10.0.0.1', '10.9.9.9']);
  return choices.upTo(3) === 0
    ? `NEW [{"type": "ipv4-addr", "value": "${address}", "x_note": ${choices.of(['"n"', '1', 'null'])}}]`
    : `NEW ipv4-addr ["${address}", "192.168.1.9"]`;
}

function display(choices: Choices, { name, type }: Bound, options: HuntflowOptions): string {
  const sortable = SORTABLE[type] ?? [];
  const attributes = choices.upTo(3) === 0 ? '' : ` ATTR ${sortable.slice(0, 1 + choices.upTo(3)).join(', ')}`;
  const where = choices.upTo(4) === 0 ? ` WHERE ${choices.of(BROAD[type] ?? [])}` : '';
  const sort = choices.upTo(4) === 0 ? '' : ` SORT BY ${choices.of(sortable)} ${choices.of(['ASC', 'DESC'])}`;
  const bounds =
    options.limits && choices.upTo(4) === 0 ? ` LIMIT ${choices.of([1, 2, 5])} OFFSET ${choices.upTo(2)}` : '';
  return `DISP ${name}${where}${attributes}${sort}${bounds}`;
}

function recordPattern(choices: Choices, type: string, bound: readonly Bound[]): string {
  return pattern(choices, (depth) =>
    depth > 0 && choices.upTo(6) === 0 ? extended(choices, type) : comparison(choices, type, bound),
  );
}

function contentPattern(choices: Choices, type: string, bound: readonly Bound[]): string {
  return pattern(choices, () => comparison(choices, type, bound));
}

function pattern(choices: Choices, leaf: (depth: number) => string): string {
  switch (choices.upTo(10)) {
    case 1:
      return `${leaf(0)} AND ${leaf(1)}`;
    case 2:
      return `${leaf(0)} OR ${leaf(1)}`;
    case 3:
      return `(${leaf(0)} OR ${leaf(1)}) AND ${leaf(1)}`;
    case 4:
      return `${leaf(1)} OR ${leaf(0)} AND ${leaf(1)}`;
    default:
      return leaf(1);
  }
}

function extended(choices: Choices, type: string): string {
  return choices.of(EXTENDED.filter((each) => !each.startsWith(`${type}:`)));
}

function comparison(choices: Choices, type: string, bound: readonly Bound[]): string {
  const kind = choices.upTo(8);
  if (kind < 4) return choices.of(BROAD[type] ?? []);
  if (bound.length === 0 || kind < 6) return choices.of(COMPARISONS[type] ?? []);
  const other = choices.of(bound);
  const pairs = (REFERABLE[type] ?? []).flatMap((own) => (REFERABLE[other.type] ?? []).map((theirs) => [own, theirs]));
  const alike = pairs.filter(([own, theirs]) => own?.split('.').at(-1) === theirs?.split('.').at(-1));
  const [own, theirs] = choices.of(alike.length > 0 && choices.upTo(4) > 0 ? alike : pairs);
  const operator = choices.of(['=', 'IN', '=', '!=', 'NOT IN', '<', '>=', 'LIKE', 'NOT LIKE']);
  return operator.endsWith('IN') && choices.upTo(2) === 0
    ? `${own} ${operator} (1, 'sh', ${other.name}.${theirs})`
    : `${own} ${operator} ${other.name}.${theirs}`;
}

function range(choices: Choices, options: HuntflowOptions): string {
  const kind = choices.upTo(6);
  if (kind === 1 && options.windows) return ` LAST ${choices.of([1, 10, 30, 60])} s`;
  if (kind !== 2) return '';
  const start = choices.upTo(60);
  const iso = (second: number): string => new Date(BASE_MS + second * 1000).toISOString();
  return ` START ${iso(start)} STOP ${iso(start + 20 + choices.upTo(60))}`;
}

function limit(choices: Choices, options: HuntflowOptions): string {
  return options.limits && choices.upTo(4) === 0 ? ` LIMIT ${choices.of([1, 2, 3])}` : '';
}
