import type { AttackRecord } from '../attack-record.ts';
import type { LinuxHost } from '../linux/linux-host.ts';
import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { WindowsHost } from '../windows/windows-host.ts';

interface ScenarioTraits {
  /** From its start to its last record, at most, ms. */
  readonly longestMs: number;
  /** Its intervals are evidence: nothing makes it go faster. */
  readonly keepsPace?: boolean;
}

/** An attack: what it plants is told by the docstring of the function that plays it. */
export type Scenario =
  | (ScenarioTraits & {
      readonly on: 'linux';
      play(attack: AttackRecord, host: LinuxHost, now: SimulatedTime, stage: Stage): void;
    })
  | (ScenarioTraits & {
      readonly on: 'windows';
      play(attack: AttackRecord, host: WindowsHost, now: SimulatedTime, stage: Stage): void;
    })
  | (ScenarioTraits & {
      readonly on: 'two-windows';
      play(attack: AttackRecord, from: WindowsHost, to: WindowsHost, now: SimulatedTime, stage: Stage): void;
    });

/** Where attackers of the simulation sit: a network that is for documentation only. */
export function attackerAddress(stage: Stage): string {
  return `203.0.113.${stage.random.int(2, 190)}`;
}

/** A name that no other attack on the host has, so that two attacks never look like one. */
export function attackName(stage: Stage, names: readonly string[]): string {
  return `${stage.random.pick(names)}${stage.random.hex(3)}`;
}
