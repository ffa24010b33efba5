import fc from 'fast-check';
import { ANALYTICS } from '../../src/catalogue/analytics.ts';
import { BASE_MS } from './arbitrary-records.ts';
import { Choices } from './choices.ts';
import { columnVocabulary, ROW_TIMES, writeGroup, type Vocabulary } from './row-statements.ts';

/** A variable bound so far. */
interface Bound {
  readonly name: string;
  readonly type: string;
  /** Rows of NEW or LOAD: no record relates processes of NEW to anything. */
  readonly isNew: boolean;
  /** Of rows: what they have, and for a GROUP nothing else. */
  readonly columns?: readonly string[];
  readonly isClosed?: boolean;
  /** Rows per record, or joined ones: too many to join once more. */
  readonly size?: 'records' | 'joined';
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
    ['file', 'UPDATED BY'],
    ['file', 'DELETED BY'],
    ['process', 'OPENED'],
    ['process', 'INJECTED BY'],
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
  'user-account': [
    ['process', 'OWNED BY'],
    ['file', 'READ BY'],
  ],
  file: [
    ['process', 'LOADED'],
    ['process', 'READ'],
    ['user-account', 'DELETED'],
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

/** Huntflow text over the generated records: every command that runs, chained; it checks without errors. */
export function arbitraryHuntflow(options: HuntflowOptions): fc.Arbitrary<string> {
  const statement = fc.array(fc.noBias(fc.nat({ max: 9999 })), { minLength: 28, maxLength: 28 });
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
  const drawn = choices.upTo(26);
  const kind = bound.length === 0 && drawn !== 1 ? 0 : drawn;
  const name = choices.upTo(8) === 7 && bound.length > 0 ? choices.of(bound).name : `v${bound.length}`;
  const bind = (
    type: string,
    text: string,
    rows: Pick<Bound, 'columns' | 'isClosed' | 'size'> = {},
  ): { text: string; binds: Bound } => ({
    text: `${name} = ${text}`,
    binds: { name, type, isNew: kind === 1, ...rows },
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
  const { isClosed, columns, size } = input;
  const rows = { ...(isClosed && { isClosed }), ...(columns && { columns }), ...(size && { size }) };
  const words = wordsOf(input);
  if (kind <= 8) {
    const [type, relation] = choices.of(FINDS[input.type] ?? [[input.type, 'LINKED'] as const]);
    const where = choices.upTo(3) === 0 ? ` WHERE ${recordPattern(choices, type, bound)}` : '';
    return bind(
      type,
      `FIND ${type} ${relation} ${input.name}${where}${range(choices, options)}${limit(choices, options)}`,
    );
  }
  if (kind <= 11) {
    const where = choices.upTo(5) === 0 ? '' : ` WHERE ${contentPattern(choices, words, bound)}`;
    const sort = choices.upTo(3) === 0 ? ` SORT BY ${choices.of(words.sortable)} ${choices.of(['ASC', 'DESC'])}` : '';
    const bounds =
      options.limits && choices.upTo(2) === 0
        ? ` LIMIT ${choices.of([1, 2, 3])}${choices.upTo(2) === 0 ? ' OFFSET 1' : ''}`
        : '';
    return bind(input.type, `${input.name}${where}${sort}${bounds}`, rows);
  }
  if (kind === 12) {
    const alike = bound.filter((each) => each.type === input.type);
    const others = alike.length > 1 ? alike.filter((each) => each !== input) : alike;
    const operands = [input, choices.of(others)];
    if (choices.upTo(3) === 0) operands.push(choices.of(others));
    return bind(input.type, operands.map((each) => each.name).join(' + '), merged(operands));
  }
  if (kind === 13)
    return bind(
      input.type,
      `GET ${input.type} FROM ${input.name} WHERE ${contentPattern(choices, words, bound)}${limit(choices, options)}`,
      rows,
    );
  if (kind <= 15) {
    if (choices.upTo(4) === 3) return describeOrSave(choices, input);
    return { text: display(choices, input, options) };
  }
  if (kind <= 19) {
    const { text, columns: made } = writeGroup(choices, { ...input, isClosed: isClosed === true, words });
    return bind(input.type, text, { columns: made, isClosed: true });
  }
  if (kind === 20) {
    const small = bound.filter((each) => each.size === undefined || (each.size === 'records' && choices.upTo(4) === 0));
    const [left, right] = [choices.of(small), choices.of(small.filter((each) => each.size === undefined))];
    if (left === undefined || right === undefined) return { text: display(choices, input, options) };
    const by = `${choices.of(wordsOf(left).referable)}, ${choices.of(wordsOf(right).referable)}`;
    const open = left.isClosed === true ? {} : { ...(left.columns && { columns: left.columns }) };
    return bind(left.type, `JOIN ${left.name}, ${right.name} BY ${by}`, { ...open, size: 'joined' });
  }
  if (kind >= 24) {
    const { text, columns: made } = writeApply(choices, input, words, bound);
    const all = [...new Set([...(columns ?? []), ...made])];
    return { text, binds: { ...input, columns: all } };
  }
  if (isClosed === true || size === 'joined') return { text: display(choices, input, options) };
  const transform = choices.of(Object.keys(ROW_TIMES));
  const made = [...new Set([...(columns ?? []), ...(ROW_TIMES[transform] ?? [])])];
  if (choices.upTo(3) === 0) {
    return { text: display(choices, { ...input, name: `${transform}(${input.name})`, columns: made }, options) };
  }
  const where = choices.upTo(3) === 0 ? ` WHERE ${contentPattern(choices, words, bound)}` : '';
  return bind(input.type, `${transform}(${input.name})${where}`, { columns: made, size: 'records' });
}

/** APPLY of an analytic that takes such members, with the columns that it adds. */
function writeApply(
  choices: Choices,
  { name, type, columns, isClosed }: Bound,
  words: Vocabulary,
  bound: readonly Bound[],
): { text: string; columns: readonly string[] } {
  const by = `by=[${[choices.of(words.referable), choices.of(words.referable)].join(', ')}]`;
  const ofType = isClosed === true ? undefined : { process: 'created', 'network-traffic': 'start' }[type];
  const time = columns?.find((each) => each === 'first_observed') ?? ofType;
  const other = choices.of(bound);
  const possible: [string, string][] = [
    ['rarity', by],
    ['ioc-match', `${by}, list=['SH', 1, ${other.name}.${choices.of(wordsOf(other).referable)}]`],
    ...(time === undefined ? [] : ([['first-seen', `${by}, time=${time}`]] satisfies [string, string][])),
  ];
  if (isClosed !== true && type === 'process') possible.push(['suspicious-process-scoring', '']);
  if (isClosed !== true && type === 'ipv4-addr') possible.push(['classify-ip', '']);
  if (isClosed !== true && type === 'network-traffic') {
    possible.push(['classify-ip', 'attribute=src_ref.value'], ['beaconing', 'by=dst_port, least=3']);
  }
  const [analytic, given] = choices.of(possible);
  const made = ANALYTICS.find((each) => each.name === analytic)?.columns.map((each) => each.name) ?? [];
  return { text: `APPLY ${analytic} ON ${name}${given === '' ? '' : ` WITH ${given}`}`, columns: made };
}

/** What may be said of the members of a variable: attributes of the type, columns of rows, or both. */
function wordsOf({ type, columns, isClosed }: Bound): Vocabulary {
  const own = columnVocabulary(columns ?? []);
  if (isClosed === true) return own;
  return {
    broad: [...(BROAD[type] ?? []), ...own.broad],
    comparisons: [...(COMPARISONS[type] ?? []), ...own.comparisons],
    referable: [...(REFERABLE[type] ?? []), ...own.referable],
    sortable: [...(SORTABLE[type] ?? []), ...own.sortable],
  };
}

/** Of operands: the columns of all of them. */
function merged(operands: readonly Bound[]): Pick<Bound, 'columns' | 'isClosed' | 'size'> {
  const size = operands.some((each) => each.size === 'joined') ? 'joined' : operands.find((each) => each.size)?.size;
  const isClosed = operands.every((each) => each.isClosed === true);
  const all = operands.flatMap((each) => each.columns ?? []);
  // What GROUP without WITH called its columns is not known of a merge.
  const columns = [...new Set(all.filter((column) => !column.startsWith('unique_')))];
  return { ...(columns.length > 0 && { columns }), ...(isClosed && { isClosed }), ...(size && { size }) };
}

/** DESCRIBE, or SAVE with a LOAD of what was saved: the variable again. */
function describeOrSave(choices: Choices, bound: Bound): { text: string; binds?: Bound } {
  const { name } = bound;
  if (choices.upTo(2) === 0) return { text: `DESCRIBE ${name}.${choices.of(wordsOf(bound).sortable)}` };
  return {
    text: `SAVE ${name} TO kept.csv back = LOAD kept.csv AS file`,
    binds: { ...bound, name: 'back', isNew: false },
  };
}

function newAddresses(choices: Choices): string {
  const address = choices.of(['10.0.0.1', '10.9.9.9']);
  return choices.upTo(3) === 0
    ? `NEW [{"type": "ipv4-addr", "value": "${address}", "x_note": ${choices.of(['"n"', '1', 'null'])}}]`
    : `NEW ipv4-addr ["${address}", "192.168.1.9"]`;
}

function display(choices: Choices, input: Bound, options: HuntflowOptions): string {
  const { name } = input;
  const { sortable, broad } = wordsOf(input);
  const attributes = choices.upTo(3) === 0 ? '' : ` ATTR ${sortable.slice(0, 1 + choices.upTo(3)).join(', ')}`;
  const where = choices.upTo(4) === 0 ? ` WHERE ${choices.of(broad)}` : '';
  const sort = choices.upTo(4) === 0 ? '' : ` SORT BY ${choices.of(sortable)} ${choices.of(['ASC', 'DESC'])}`;
  const bounds =
    options.limits && choices.upTo(4) === 0 ? ` LIMIT ${choices.of([1, 2, 5])} OFFSET ${choices.upTo(2)}` : '';
  return `DISP ${name}${where}${attributes}${sort}${bounds}`;
}

function recordPattern(choices: Choices, type: string, bound: readonly Bound[]): string {
  return pattern(choices, (depth) =>
    depth > 0 && choices.upTo(6) === 0
      ? extended(choices, type)
      : comparison(choices, wordsOf({ name: '', type, isNew: false }), bound),
  );
}

function contentPattern(choices: Choices, words: Vocabulary, bound: readonly Bound[]): string {
  return pattern(choices, () => comparison(choices, words, bound));
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

function comparison(choices: Choices, words: Vocabulary, bound: readonly Bound[]): string {
  const kind = choices.upTo(8);
  if (kind < 4) return choices.of(words.broad);
  if (bound.length === 0 || kind < 6) return choices.of(words.comparisons);
  const other = choices.of(bound);
  const { referable } = wordsOf(other);
  const pairs = words.referable.flatMap((own) => referable.map((theirs) => [own, theirs]));
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
