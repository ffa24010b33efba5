import { compareInstants, type Instant } from '../../src/catalogue/instant.ts';
import { SUSPICIOUS_COMMANDS } from '../../src/analytics/suspicious-commands.ts';
import type { PlainValue } from './plain-record.ts';
import { bytesOrder, isTime, text, valueOrder } from './plain-values.ts';

// The analytics as docs/semantics.md words them, in the plainest way. Of the engine only the table of suspicious
// commands is shared, which is data.

/** One member: by argument, per attribute its values. */
export type AnalyticInput = ReadonlyMap<string, readonly (readonly PlainValue[])[]>;

export interface AnalyticGiven {
  readonly numbers: ReadonlyMap<string, number>;
  /** In lower case. */
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
}

type Columns = Readonly<Record<string, PlainValue>>;

/** Columns of each member, in their order. */
export function analyse(name: string, members: readonly AnalyticInput[], given: AnalyticGiven): readonly Columns[] {
  switch (name) {
    case 'rarity':
      return members.map((member) => rarity(member, members));
    case 'first-seen':
      return members.map((member) => firstSeen(member, members));
    case 'beaconing':
      return members.map((member) => beaconing(member, members, given.numbers.get('least') ?? 0));
    case 'classify-ip':
      return members.map((member) => {
        const classes = all(member, 'attribute').map(ipClass);
        const known = classes.find((each) => each !== undefined);
        return known === undefined ? {} : { x_ip_class: known };
      });
    case 'suspicious-process-scoring':
      return members.map((member) => suspicion(all(member, 'command_line')[0]));
    case 'ioc-match':
      return members.map((member) => {
        const texts = all(member, 'by').flatMap((value) => (Array.isArray(value) ? [...value] : [text(value)]));
        const found = texts.filter((each) => given.texts.get('list')?.has(each.toLowerCase()) === true);
        return found.length === 0 ? {} : { x_ioc: [...new Set(found)].sort(bytesOrder) };
      });
    default:
      throw new Error(`the reference evaluator does not know the analytic ${name}`);
  }
}

function all(member: AnalyticInput, argument: string): PlainValue[] {
  return (member.get(argument) ?? []).flat();
}

/** Whether two members have the same values; one without any value is like none, itself included. */
function alike(a: AnalyticInput, b: AnalyticInput): boolean {
  const [x, y] = [a.get('by') ?? [], b.get('by') ?? []];
  if (x.every((values) => values.length === 0)) return false;
  return x.every((values, i) => {
    const [mine, theirs] = [values.map(text).sort(), (y[i] ?? []).map(text).sort()];
    return mine.length === theirs.length && mine.every((each, k) => each === theirs[k]);
  });
}

function rarity(member: AnalyticInput, members: readonly AnalyticInput[]): Columns {
  if (!alike(member, member)) return {};
  const rated = members.filter((each) => alike(each, each)).length;
  const same = members.filter((each) => alike(each, member)).length;
  const score = rated === 1 ? 1 : 1 - Math.log(same) / Math.log(rated);
  return { x_rarity_score: fourDecimals(score), x_rarity_count: same };
}

function timeOf(member: AnalyticInput): Instant | undefined {
  return all(member, 'time').filter(isTime).sort(compareInstants)[0];
}

function firstSeen(member: AnalyticInput, members: readonly AnalyticInput[]): Columns {
  const times = members.filter((each) => alike(each, member)).flatMap((each) => timeOf(each) ?? []);
  const least = times.sort(compareInstants)[0];
  if (least === undefined) return {};
  const own = timeOf(member);
  return { x_first_seen: least, x_is_first: own !== undefined && valueOrder(own, least) === 0 };
}

function beaconing(member: AnalyticInput, members: readonly AnalyticInput[], least: number): Columns {
  if (!alike(member, member) || timeOf(member) === undefined) return {};
  const starts = members
    .filter((each) => alike(each, member))
    .flatMap((each) => timeOf(each)?.ms ?? [])
    .sort((a, b) => a - b);
  const counted = { x_beacon_count: starts.length };
  if (starts.length < Math.max(3, least)) return counted;
  const gaps = starts.slice(1).map((start, i) => start - starts[i]!);
  const gap = median(gaps);
  if (gap === 0) return { ...counted, x_beacon_score: 0 };
  const deviation = median(gaps.map((each) => Math.abs(each - gap)));
  return {
    ...counted,
    x_beacon_interval: gap / 1000,
    x_beacon_score: fourDecimals(Math.max(0, 1 - deviation / gap)),
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1]!, sorted[Math.floor(sorted.length / 2)]!];
  return (low + high) / 2;
}

/** IPv4 only, which is what the made-up records have. */
function ipClass(value: PlainValue): string | undefined {
  const [a, b, c] = typeof value === 'string' && /^\d+\.\d+\.\d+\.\d+$/.test(value) ? value.split('.').map(Number) : [];
  if (a === undefined || b === undefined) return undefined;
  if (a === 127) return 'loopback';
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return 'private';
  if (a === 203 && b === 0 && c === 113) return 'documentation';
  return 'public';
}

function suspicion(value: PlainValue | undefined): Columns {
  const line = typeof value === 'string' ? value.toLowerCase() : '';
  const hints = SUSPICIOUS_COMMANDS.filter(({ all: parts }) =>
    parts.every((some) => some.some((each) => line.includes(each))),
  );
  const techniques = [...new Set(hints.map(({ technique }) => technique))].sort(bytesOrder);
  return {
    x_suspicious_score: hints.reduce((sum, { points }) => sum + points, 0),
    ...(techniques.length === 0 ? {} : { x_suspicious_techniques: techniques }),
  };
}

function fourDecimals(number: number): number {
  return Math.round(number * 10_000) / 10_000;
}
