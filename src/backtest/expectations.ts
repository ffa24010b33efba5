import type { Expectation, ExpectedRange } from '../hunts/hunt-file/expectation-schema.ts';
import type { CountsByName } from './counts-by-name.ts';
import type { Comparison } from './compare-versions.ts';

/** One range of a gate, and whether it holds. */
export interface ExpectationResult {
  /** `alerts`, `host web-1`, `title …`, `gained`, `lost`. */
  readonly subject: string;
  readonly expected: string;
  readonly found: number;
  readonly ok: boolean;
  /** There only where it is not known whether the range holds. */
  readonly decided?: false;
  readonly message: string;
}

/** A range that is not looked at, as it is about what the call does not do. */
export type LeftOutExpectation = Pick<ExpectationResult, 'subject' | 'expected' | 'message'>;

export interface ExpectationSubject {
  readonly alerts: number;
  readonly byHost: CountsByName;
  readonly byTitle: CountsByName;
  readonly compare: Pick<Comparison, 'gainedCount' | 'lostCount' | 'isNew'> | undefined;
  /** Hunts that are gone and cannot be run any more: what is lost with them is not known. */
  readonly uncounted?: readonly string[];
}

/** Looks at every range that is expected. What is expected of a comparison is missed where there is none. */
export function checkExpectations(expected: Expectation, subject: ExpectationSubject): ExpectationResult[] {
  const { alerts, hosts = {}, titles = {}, gained, lost } = expected;
  const { compare, uncounted = [] } = subject;
  const compared = (name: string, range: ExpectedRange | undefined, count: number | undefined): ExpectationResult[] => {
    if (range === undefined) return [];
    if (count !== undefined) {
      const result = resultOf(name, range, count);
      return [compare?.isNew ? { ...result, message: `${result.message} (there is no older version)` } : result];
    }
    const message = `${name}: there is no other version to compare with`;
    return [{ subject: name, expected: rangeText(range), found: 0, ok: false, message }];
  };
  return [
    ...(alerts === undefined ? [] : [resultOf('alerts', alerts, subject.alerts)]),
    ...Object.entries(hosts).map(([name, range]) => resultOf(`host ${name}`, range, ofHosts(subject.byHost, name))),
    ...Object.entries(titles).map(([name, range]) => resultOf(`title ${name}`, range, matching(subject.byTitle, name))),
    ...compared('gained', gained, compare?.gainedCount),
    ...compared('lost', lost, compare?.lostCount).map((result) => withoutThese(result, uncounted)),
  ];
}

/**
 * What is expected of a comparison, without that: a hunt file is there for calls with and without one, and what
 * it expects of the alerts holds for both.
 */
export function withoutComparison({ gained, lost, ...expected }: Expectation): {
  readonly expected: Expectation;
  readonly leftOut: readonly LeftOutExpectation[];
} {
  const leftOut = Object.entries({ gained, lost }).flatMap(([subject, range]): LeftOutExpectation[] => {
    if (range === undefined) return [];
    const text = rangeText(range);
    return [{ subject, expected: text, message: `${subject}: expected ${text}; not looked at without --against` }];
  });
  return { expected, leftOut };
}

/** A gate over nothing is missed, whatever it expects. */
export function noRecords(): ExpectationResult {
  const message = 'there are no records in the range: nothing has been tested';
  return { subject: 'records', expected: 'at least 1', found: 0, ok: false, message };
}

/** Of a part of the input: what holds so far may be missed by the end, and the other way round. */
export function undecided(result: ExpectationResult): ExpectationResult {
  const message = `${result.message} (not decided: only a part of the input was read)`;
  return { ...result, ok: false, decided: false, message };
}

function withoutThese(result: ExpectationResult, hunts: readonly string[]): ExpectationResult {
  if (hunts.length === 0) return result;
  const message = `${result.message}; not decided: ${hunts.join(', ')} cannot be run any more, so what is lost with it is not known`;
  return { ...result, ok: false, decided: false, message };
}

function resultOf(subject: string, range: ExpectedRange, found: number): ExpectationResult {
  const { min = 0, max = Infinity } = typeof range === 'number' ? { min: range, max: range } : range;
  const expected = rangeText(range);
  return {
    subject,
    expected,
    found,
    ok: found >= min && found <= max,
    message: `${subject}: expected ${expected}, found ${found}`,
  };
}

function rangeText(range: ExpectedRange): string {
  if (typeof range === 'number') return `exactly ${range}`;
  const { min, max } = range;
  if (min === undefined) return `at most ${max}`;
  if (max === undefined) return `at least ${min}`;
  return min === max ? `exactly ${min}` : `${min} to ${max}`;
}

/** Names of hosts are those of alerts, in small letters where they came as capitals; a gate may write them as the system does. */
function ofHosts(counts: CountsByName, name: string): number {
  const folded = counts.map(([each, count]) => [each.toLowerCase(), count] as const);
  return matching(folded, name.toLowerCase());
}

function matching(counts: CountsByName, name: string): number {
  return counts.reduce((sum, [each, count]) => (matchesName(each, name) ? sum + count : sum), 0);
}

/** `*` stands for any text; everything else for itself. Takes time that is linear in both. */
export function matchesName(text: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const [head] = parts as [string];
  if (parts.length === 1) return text === pattern;
  const tail = parts.at(-1) as string;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  const end = text.length - tail.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
