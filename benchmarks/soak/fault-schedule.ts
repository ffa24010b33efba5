import { Random } from '../../src/simulate/random.ts';

export const FAULTS = [
  'kill',
  'interrupt',
  'broker',
  'stall',
  'sink',
  'reload',
  'rotate',
  'truncate',
  'junk',
  'clocks',
  'flood',
  'repeat',
] as const;

export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  /** Seconds from the start of the feed. */
  readonly at: number;
  readonly kind: FaultKind;
}

/** Faults after which the process is another one. */
export const RESTARTS: ReadonlySet<FaultKind> = new Set(['kill', 'interrupt']);
const EVERY = 60;
const FIRST = 25;
/** What a flood brings is held for the retention, which is a step and no slope. */
const EARLY: ReadonlySet<FaultKind> = new Set([...RESTARTS, 'flood']);
/** The last part of the time belongs to one life of the process that holds about as much all the time: its memory can be judged. */
const EARLY_UNTIL = 0.6;

/**
 * One fault a minute, none in the last 30 s. Kinds are dealt like cards: each of `kinds` comes before one comes again, and kills as
 * often as two kinds together. The same seed deals the same. Restarts and floods end after three fifths of the time.
 */
export function faultSchedule(minutes: number, seed: number, kinds: readonly FaultKind[] = FAULTS): Fault[] {
  const random = new Random(seed);
  const total = minutes * 60;
  const faults: Fault[] = [];
  const deck: FaultKind[] = [];
  for (let at = FIRST; at <= total - 30; at += EVERY) {
    const isEarly = at < total * EARLY_UNTIL;
    const allows = (kind: FaultKind): boolean => isEarly || !EARLY.has(kind);
    if (!deck.some(allows)) deck.push(...shuffled([...kinds, ...kinds.filter((kind) => kind === 'kill')], random));
    const next = deck.findIndex(allows);
    // Only kinds that come early, late in the run: nothing is left to do.
    if (next < 0) break;
    faults.push({ at: at + random.int(0, 9), kind: deck.splice(next, 1)[0] as FaultKind });
  }
  return faults;
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items];
  const result: Item[] = [];
  while (left.length > 0) result.push(left.splice(random.int(0, left.length - 1), 1)[0] as Item);
  return result;
}
