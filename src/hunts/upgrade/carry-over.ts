import type { HuntIdentity, Slotted } from './hunt-identity.ts';

/** What a new version of a hunt takes over from the state of the old one. */
export interface CarryOver {
  /** The new version, with the slots under which its state lies. */
  readonly identity: HuntIdentity;
  /** Slots whose state nobody reads any more. */
  readonly droppedOperators: readonly number[];
  readonly droppedAlerts: readonly number[];
  /** Alerts that have no state yet: their variable is new, or what makes one alert of several rows has changed. */
  readonly freshAlerts: readonly number[];
}

/**
 * A hunt whose text has changed can go on where it stopped if every operator that only records make is as it was: all
 * others are made again from those and the entity graph. Undefined where one is not, or where the graph has not
 * kept what the new version reads (`isCovered`): the hunt then has to read its sources again.
 */
export function carryOver(old: HuntIdentity, now: HuntIdentity, isCovered: () => boolean): CarryOver | undefined {
  const operators = matched(old.operators, now.operators);
  if (operators.length < now.operators.length || !isCovered()) return undefined;
  const known = matched(old.alerts, now.alerts);
  let free = Math.max(-1, ...old.alerts.map(({ slot }) => slot)) + 1;
  const alerts = now.alerts.map((alert) => known.find(({ at }) => at === alert.at) ?? { ...alert, slot: free++ });
  return {
    identity: { ...now, operators, alerts },
    droppedOperators: slotsWithout(old.operators, operators),
    droppedAlerts: slotsWithout(old.alerts, alerts),
    freshAlerts: alerts.filter((alert) => !known.includes(alert)).map(({ slot }) => slot),
  };
}

/** Those of the new version that the old one has, with its slots; each of the old ones is taken once. */
function matched(old: readonly Slotted[], now: readonly Slotted[]): Slotted[] {
  const left = [...old];
  return now.flatMap((each) => {
    const index = left.findIndex(({ fingerprint }) => fingerprint === each.fingerprint);
    if (index < 0) return [];
    const [same] = left.splice(index, 1) as [Slotted];
    return [{ ...each, slot: same.slot }];
  });
}

function slotsWithout(old: readonly Slotted[], kept: readonly Slotted[]): number[] {
  return old.filter(({ slot }) => !kept.some((each) => each.slot === slot)).map(({ slot }) => slot);
}
