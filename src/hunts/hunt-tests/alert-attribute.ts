import { alertEcsField } from '../alerts/alert-ecs-fields.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import { ALERT_FIELD_SETS } from '../alerts/alert-document.ts';
import { alertPath, alertPaths } from '../alerts/alert-paths.ts';
import type { CompiledAlert } from '../compile-hunt.ts';

/** Short names for what every alert has, with the place in its document. */
export const ALERT_SHORTHANDS: Readonly<Record<string, string>> = {
  title: 'message',
  variable: 'windhover.variable',
  severity: 'windhover.severity',
  status: 'windhover.status',
  suppressed: 'windhover.suppressed',
  risk_score: 'event.risk_score',
};

const ROOTS: ReadonlySet<string> = new Set([
  ...ALERT_FIELD_SETS,
  ...['@timestamp', 'message', 'tags', 'event', 'rule', 'threat', 'related', 'windhover'],
]);

/** Where alerts of a variable carry what a test asks about; undefined where they do not. */
export function alertAttribute({ listing, paths }: CompiledAlert, written: string): string | undefined {
  if (Object.hasOwn(ALERT_SHORTHANDS, written)) return ALERT_SHORTHANDS[written];
  const path = alertPath(listing.type, written);
  const carried = new Set([...paths.values(), ...alertPaths(listing.type)].map(({ text }) => text));
  if (path !== undefined && carried.has(path.text)) {
    if (path.text === 'x_tags') return 'tags';
    return alertEcsField(listing.type, path.text) ?? `windhover.attributes.${path.text}`;
  }
  return ROOTS.has(written.split('.')[0] as string) ? written : undefined;
}

/** Value at a dotted place of a document; keys may hold dots themselves (`windhover.attributes`). */
export function alertValue(alert: AlertDocument, place: string): unknown {
  let value: unknown = alert;
  let rest = place;
  while (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if (Object.hasOwn(value, rest)) return (value as Record<string, unknown>)[rest];
    const key = rest.split('.')[0] as string;
    if (!Object.hasOwn(value, key) || key === rest) return undefined;
    value = (value as Record<string, unknown>)[key];
    rest = rest.slice(key.length + 1);
  }
  return undefined;
}
