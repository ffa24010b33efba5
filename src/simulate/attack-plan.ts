import type { LinuxHost } from './linux/linux-host.ts';
import type { Random } from './random.ts';
import { SCENARIO_NAMES, SCENARIO_TABLE, type ScenarioName } from './scenarios/scenarios.ts';
import type { SimulatedHost } from './simulated-host.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { WindowsHost } from './windows/windows-host.ts';

/** An attack asked for at a moment. */
export interface PlannedAttack {
  readonly scenario: ScenarioName;
  readonly at: SimulatedTime;
}

export interface AttackCounts {
  readonly counts: Readonly<Partial<Record<ScenarioName, number>>>;
  readonly start: SimulatedTime;
  /** They begin within this time, so early that they end in it if they can. */
  readonly spanMs: number;
  /** They go this many times as fast as they would. */
  readonly pace: number;
  /** Moments are drawn, or evenly over the span, the scenarios taking turns. */
  readonly moments: 'drawn' | 'even';
}

/** Moments for so many attacks of each scenario. */
export function planAttacks({ counts, start, spanMs, pace, moments }: AttackCounts, random: Random): PlannedAttack[] {
  const scenarios = SCENARIO_NAMES.filter((scenario) => (counts[scenario] ?? 0) > 0);
  const rounds = Math.max(0, ...scenarios.map((scenario) => counts[scenario] ?? 0));
  return scenarios.flatMap((scenario, turn) => {
    const { longestMs, keepsPace } = SCENARIO_TABLE[scenario];
    const room = Math.max(0, spanMs - longestMs / (keepsPace === true ? 1 : pace));
    return Array.from({ length: counts[scenario] ?? 0 }, (_, i) => {
      const part = moments === 'even' ? (i * scenarios.length + turn) / (rounds * scenarios.length) : random.unit();
      return { scenario, at: start + room * (0.1 + 0.9 * part) };
    });
  });
}

/** Hosts of an attack: each kind of scenario begins at another host, and goes round. */
export class AttackTargets {
  readonly #linux: readonly LinuxHost[];
  readonly #windows: readonly WindowsHost[];
  readonly #count = new Map<ScenarioName, number>();

  constructor(linux: readonly LinuxHost[], windows: readonly WindowsHost[]) {
    this.#linux = linux;
    this.#windows = windows;
  }

  /** The hosts it takes, the first being where it begins; `undefined` where there are not enough of them. */
  next(
    scenario: ScenarioName,
  ):
    | { readonly linux: LinuxHost; readonly first: SimulatedHost }
    | { readonly windows: WindowsHost; readonly other: WindowsHost | undefined; readonly first: SimulatedHost }
    | undefined {
    const count = this.#count.get(scenario) ?? 0;
    this.#count.set(scenario, count + 1);
    const { on } = SCENARIO_TABLE[scenario];
    const alike = SCENARIO_NAMES.filter((name) => (SCENARIO_TABLE[name].on === 'linux') === (on === 'linux'));
    const index = alike.indexOf(scenario) + count;
    if (on === 'linux') {
      const linux = this.#linux[index % this.#linux.length];
      return linux === undefined ? undefined : { linux, first: linux };
    }
    const windows = this.#windows[index % this.#windows.length];
    if (windows === undefined || (on === 'two-windows' && this.#windows.length < 2)) return undefined;
    const other = on === 'two-windows' ? this.#windows[(index + 1) % this.#windows.length] : undefined;
    return { windows, other, first: windows };
  }
}
