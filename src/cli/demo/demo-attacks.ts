import { SCENARIOS, Simulation, type Scenario } from '../../simulate/simulation.ts';

/** Attacks planted where there are fewer scenarios: enough for something to happen all the time. */
const ATTACKS = 6;
/** One attack of a kind per host at most: alerts on the same host may stand for each other. */
const MOST_OF_A_KIND = 3;
/** Attacks of a kind that are rehearsed: how long one takes is drawn. */
const REHEARSALS = 12;
const LONG_ENOUGH_MS = 3_600_000;
const EPOCH_2024 = 1_704_067_200_000;
/** What takes longer is slow by its nature: hastened, it would be another attack. */
const SLOW_MS = 120_000;
/** The share of the demo that one attack may take. */
const ATTACK_SHARE = 0.35;

/** Which attacks are planted, how many of each, and how they go. */
export interface DemoAttacks {
  readonly counts: Readonly<Partial<Record<Scenario, number>>>;
  /** With how many alerts each bundled hunt should answer an attack. */
  readonly hunts: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Hunts that some scenario was made for, those that are too slow included. The others have nothing to find here. */
  readonly answering: ReadonlySet<string>;
  /** They go this many times as fast as they would. */
  readonly pace: number;
  /** Attacks that are too slow for the demo, with the seconds that it would have to last. */
  readonly tooSlow: ReadonlyMap<string, number>;
}

/**
 * The scenarios that some of these hunts should fire for and that fit into the demo, told by the ground truth itself:
 * attacks of each are rehearsed, without any everyday activity around them. A slow attack is planted only where there
 * is time for it as it is.
 */
export function demoAttacks(bundled: ReadonlySet<string>, totalMs: number): DemoAttacks {
  const hunts = new Map<Scenario, Record<string, number>>();
  const durations = new Map<Scenario, number>();
  for (const { scenario, hunts: expected, start, end } of rehearsal()) {
    const own = Object.entries(expected).filter(([hunt]) => bundled.has(hunt));
    if (own.length === 0) continue;
    const known = SCENARIOS.find((each) => each === scenario) as Scenario;
    hunts.set(known, Object.fromEntries(own));
    durations.set(known, Math.max(durations.get(known) ?? 0, Date.parse(end) - Date.parse(start)));
  }
  const answering = new Set([...hunts.values()].flatMap((each) => Object.keys(each)));
  const quick = [...durations.values()].filter((duration) => duration <= SLOW_MS);
  const pace = Math.max(1, Math.max(0, ...quick) / (totalMs * ATTACK_SHARE));
  const tooSlow = new Map<string, number>();
  for (const [scenario, duration] of durations) {
    if (duration <= SLOW_MS || (pace === 1 && duration <= totalMs / 2)) continue;
    hunts.delete(scenario);
    const needed = Math.max(duration * 2, Math.max(0, ...quick) / ATTACK_SHARE);
    tooSlow.set(scenario, Math.ceil(needed / 60_000) * 60);
  }
  const each = Math.min(MOST_OF_A_KIND, Math.max(1, Math.floor(ATTACKS / Math.max(1, hunts.size))));
  return {
    counts: Object.fromEntries([...hunts.keys()].map((scenario) => [scenario, each])),
    hunts,
    answering,
    pace,
    tooSlow,
  };
}

function rehearsal(): Simulation['truth']['attacks'] {
  const simulation = new Simulation({
    seed: 1,
    linuxHosts: REHEARSALS,
    windowsHosts: REHEARSALS,
    start: EPOCH_2024,
    rate: 1e-6,
    attacks: Object.fromEntries(SCENARIOS.map((scenario) => [scenario, REHEARSALS])),
    attackSpanMs: 0,
    duplicates: 0,
    late: { share: 0, maxMs: 0 },
  });
  const stream = simulation.chunks({ until: EPOCH_2024 + LONG_ENOUGH_MS });
  while (stream.next().done !== true);
  return simulation.truth.attacks;
}
