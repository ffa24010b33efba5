/** A case as the collection of recorded answers writes it: what was run, and what came out in words. */
export interface ConformanceCase {
  readonly id: string;
  readonly section: string;
  readonly fixture: string | null;
  readonly input: string;
  readonly expected: string;
  readonly engineShould: string | null;
  readonly check?: {
    readonly kind?: string;
    readonly counts?: Readonly<Record<string, number>>;
    readonly tables?: readonly ExpectedTable[];
  };
}

export interface ExpectedTable {
  /** Counts from 1. */
  readonly n: number;
  readonly columns: readonly string[];
  /** Cells joined by `, `. */
  readonly rows: readonly string[];
}

export interface Expectation {
  readonly isReversed: boolean;
  /** Entities of variables at the end. */
  readonly counts: Readonly<Record<string, number>>;
  /** Entities of variables after each record. */
  readonly steps: Readonly<Record<string, readonly number[]>>;
  readonly tables: readonly ExpectedTable[];
  /** Rows of the first table after so many records. */
  readonly tablesAfter: readonly { readonly records: number; readonly rows: readonly string[] }[];
  /** Columns of the first table, all of them. */
  readonly columns: readonly string[] | undefined;
}

const ROW = /\(((?:[^()]|\([^()]*\))*)\)/g;
const ROWS = /(?:\((?:[^()]|\([^()]*\))*\) ?)+/.source;

const rowsOf = (text: string): string[] => [...text.matchAll(ROW)].map(([, row]) => row as string);

/**
 * Reads what a case expects of an engine. Undefined where it says nothing about results, where another answer than the
 * recorded one is right and not told in numbers, or where it holds only with heuristics of the reference implementation.
 */
export function expectationOf({ expected, engineShould, check }: ConformanceCase): Expectation | undefined {
  const nothing = { isReversed: false, counts: {}, steps: {}, tables: [], tablesAfter: [], columns: undefined };
  if (check !== undefined) {
    if (check.kind !== undefined && check.kind !== 'run') return undefined;
    return { ...nothing, counts: check.counts ?? {}, tables: check.tables ?? [] };
  }
  if (/^(?:error|parses|syntax error)|\[profile|v1-/.test(expected)) return undefined;
  if (engineShould !== null && !/= 0 while|^after \d/.test(engineShould)) return undefined;
  const text = engineShould?.startsWith('after') === true ? engineShould : expected;
  const steps = [...text.matchAll(/(?:^|; )(\w+): ((?:\d+|error)(?: (?:\d+|error))+)/g)].map(([, name, numbers]) => [
    name,
    (numbers as string).split(' ').map((each) => (each === 'error' ? 0 : Number(each))),
  ]);
  const head = text.split(/;|—/)[0] as string;
  const counts = [...head.matchAll(/(?:^|, )(\w+) = (\d+)(?=,|\s|$)/g)].map(([, name, n]) => [name, Number(n)]);
  const tables = [...text.matchAll(new RegExp(String.raw`table (\d+) \(((?:[^()]|\([^()]*\))*)\): (${ROWS})`, 'g'))];
  const after = [...text.matchAll(new RegExp(String.raw`after (\d+): (${ROWS})`, 'g'))];
  const columns = /columns of table 1: ([^—]+)/.exec(text)?.[1];
  const expectation = {
    isReversed: text.includes('arrival order reversed'),
    counts: Object.fromEntries(counts),
    steps: Object.fromEntries(steps),
    tables: tables.map(([, n, names, rows]) => ({
      n: Number(n),
      columns: (names as string).split(', '),
      rows: rowsOf(rows as string),
    })),
    tablesAfter: after.map(([, records, rows]) => ({ records: Number(records), rows: rowsOf(rows as string) })),
    columns: columns?.trim().split(', '),
  };
  const says =
    counts.length + steps.length + tables.length + after.length > 0 || (columns !== undefined && columns.length > 0);
  return says ? expectation : undefined;
}
