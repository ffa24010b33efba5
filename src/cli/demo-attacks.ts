import { SCENARIOS, Simulation, type Scenario } from '../simulate/simulation.ts';

/** Attacks planted where there are fewer scenarios: enough for something to happen all the time. */
const ATTACKS = 6;
/** One attack of a kind per host at most: alerts on the same host may stand for each other. */
const MOST_OF_A_KIND = 3;
const EPOCH_2024 = 1_704_067_200_000;
const LONG_ENOUGH_MS = 900_000;

/** How many attacks of each scenario are planted, and with how many alerts each bundled hunt should answer one. */
export interface DemoAttacks {
  readonly counts: Readonly<Partial<Record<Scenario, number>>>;
  readonly hunts: ReadonlyMap<Scenario, Readonly<Record<string, number>>>;
}

/**
 * The scenarios that some of these hunts should fire for, told by the ground truth itself: one attack of each is
 * rehearsed, without any everyday activity around it.
 */
export function demoAttacks(bundled: ReadonlySet<string>): DemoAttacks {
  const rehearsal = new Simulation({
    seed: 1,
    linuxHosts: 1,
    windowsHosts: 1,
    start: EPOCH_2024,
    rate: 1e-6,
    attacks: Object.fromEntries(SCENARIOS.map((scenario) => [scenario, 1])),
    attackSpanMs: 0,
    duplicates: 0,
    late: { share: 0, maxMs: 0 },
  });
  const stream = rehearsal.chunks({ until: EPOCH_2024 + LONG_ENOUGH_MS });
  while (stream.next().done !== true);
  const hunts = new Map<Scenario, Record<string, number>>();
  for (const { scenario, hunts: expected } of rehearsal.truth.attacks) {
    const own = Object.entries(expected).filter(([hunt]) => bundled.has(hunt));
    if (own.length > 0) hunts.set(scenario as Scenario, Object.fromEntries(own));
  }
  const each = Math.min(MOST_OF_A_KIND, Math.max(1, Math.floor(ATTACKS / Math.max(1, hunts.size))));
  return { counts: Object.fromEntries([...hunts.keys()].map((scenario) => [scenario, each])), hunts };
}
