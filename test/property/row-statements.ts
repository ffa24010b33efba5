import type { Choices } from './choices.ts';

/** What patterns, SORT, references and GROUP may say about the members of a variable. */
export interface Vocabulary {
  /** Comparisons that most members satisfy. */
  readonly broad: readonly string[];
  readonly comparisons: readonly string[];
  readonly referable: readonly string[];
  readonly sortable: readonly string[];
}

/** Keys of GROUP beside plain attributes, by type. */
const BINS: Readonly<Record<string, readonly string[]>> = {
  process: ['BIN(pid, 2)', 'BIN(pid, 3)', 'BIN(created, 30 s)', 'BIN(command_line, 5)', 'BIN(name, 1 m)'],
  'network-traffic': ['BIN(dst_port, 100)', 'BIN(src_port, 2)'],
};

/** Aggregated beside what may be referred to. */
const RAW: Readonly<Record<string, readonly string[]>> = {
  process: ['parent_ref', 'opened_connection_refs', 'x_tags', 'x_flag', 'created', 'parent_ref.pid'],
  'network-traffic': ['src_ref', 'dst_ref', 'protocols', 'src_port'],
  file: ['parent_directory_ref'],
};

const FUNCTIONS = ['COUNT', 'NUNIQUE', 'MIN', 'MAX', 'SUM', 'AVG'] as const;

export const ROW_TIMES: Readonly<Record<string, readonly string[]>> = {
  TIMESTAMPED: ['first_observed'],
  ADDOBSID: ['observation_id'],
  RECORDS: ['number_observed', 'first_observed', 'last_observed', 'observation_id'],
};

/** `GROUP v BY …`, with the columns that its rows have. */
export function writeGroup(
  choices: Choices,
  input: { readonly name: string; readonly type: string; readonly isClosed: boolean; readonly words: Vocabulary },
): { readonly text: string; readonly columns: readonly string[] } {
  const { name, type, isClosed, words } = input;
  const bins = isClosed
    ? words.sortable.slice(0, 2).map((column) => `BIN(${column}, 2)`)
    : [
        ...(BINS[type] ?? []),
        ...words.sortable.filter((each) => each.endsWith('observed')).map((each) => `BIN(${each}, 30 s)`),
      ];
  const keys = new Map<string, string>();
  for (let i = 0; i <= choices.upTo(2); i++) {
    const key = choices.of(choices.upTo(3) === 0 && bins.length > 0 ? bins : words.referable);
    keys.set(/BIN\(([^,]*),/.exec(key)?.[1]?.concat('_bin') ?? key, key);
  }
  const by = `GROUP ${name} BY ${[...keys.values()].join(', ')}`;
  if (choices.upTo(5) === 0) {
    const columns = isClosed ? [] : type === 'process' ? ['unique_name', 'unique_pid', 'unique_x_flag'] : [];
    return { text: by, columns: [...keys.keys(), ...columns] };
  }
  const attributes = [...words.referable, ...(isClosed ? [] : ['id', ...(RAW[type] ?? [])])];
  const taken = new Set(keys.keys());
  const aggregates = Array.from({ length: 1 + choices.upTo(3) }, (_, i) => {
    const attribute = choices.of(attributes);
    // Keys of NEW rows name the hunt: they are counted, not compared.
    const compared = attribute === 'id' ? 2 : FUNCTIONS.length;
    const aggregate = FUNCTIONS[choices.upTo(compared)] as string;
    const own = `${aggregate.toLowerCase()}_${attribute}`;
    const isAliased = choices.upTo(2) !== 0 || taken.has(own);
    let column = isAliased ? `a${i}` : own;
    while (taken.has(column)) column += 'a';
    taken.add(column);
    return { text: `${aggregate}(${attribute})${isAliased ? ` AS ${column}` : ''}`, column };
  });
  return {
    text: `${by} WITH ${aggregates.map(({ text }) => text).join(', ')}`,
    columns: [...keys.keys(), ...aggregates.map(({ column }) => column)],
  };
}

/** What may be said of rows that have these columns and no others. */
export function columnVocabulary(columns: readonly string[]): Vocabulary {
  return {
    broad: columns.flatMap((column) => [`${column} IS NOT NULL`, `${column} != 'zz'`]),
    comparisons: columns.flatMap((column) => [
      `${column} > 1`,
      `${column} = 1`,
      `${column} <= 'c'`,
      `${column} IS NULL`,
      `${column} NOT IN (1, 'sh')`,
      `${column} LIKE '%1%'`,
    ]),
    referable: columns,
    sortable: columns,
  };
}
