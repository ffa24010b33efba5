import type { UnusedRule } from '../left-out.ts';
import { SYSMON_TABLE } from './sysmon-table.ts';

/** `sysmon.12`, `sysmon.12.value`. */
const KIND = /^sysmon\.(\d+)(?:\.|$)/u;

/** Events of other channels, and Sysmon's own whose kinds are all needless, by the fields that tell both. */
export function unusedEvents(
  { channel, eventId, sysmon }: { readonly channel: string; readonly eventId: string; readonly sysmon: string },
  isNeedless: (kind: string) => boolean,
): readonly UnusedRule[] {
  const needed = new Map<string, boolean>();
  for (const kind of Object.keys(SYSMON_TABLE.kinds)) {
    const id = KIND.exec(kind)?.[1];
    if (id !== undefined) needed.set(id, needed.get(id) === true || !isNeedless(kind));
  }
  const ids = [...needed].flatMap(([id, isNeeded]) => (isNeeded ? [] : [id]));
  const others: UnusedRule = {
    name: channel,
    // A document without an event id may be a wrapper of something else.
    tests: [
      { field: channel, is: 'none-of', values: [sysmon] },
      { field: eventId, is: 'none-of', values: [] },
    ],
  };
  if (ids.length === 0) return [others];
  const own: UnusedRule = {
    name: eventId,
    tests: [
      { field: channel, is: 'one-of', values: [sysmon] },
      { field: eventId, is: 'one-of', values: ids },
    ],
  };
  return [others, own];
}
