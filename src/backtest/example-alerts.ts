import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import { hostOf } from './alert-tally.ts';

/**
 * A few alerts that differ: first one of each title and host, in order of time, then the earliest of the rest. By event
 * time, at most `limit`.
 */
export function exampleAlerts(alerts: readonly AlertDocument[], limit: number): AlertDocument[] {
  const seen = new Set<string>();
  const chosen = new Set<AlertDocument>();
  for (const alert of alerts) {
    if (chosen.size >= limit) break;
    const sort = JSON.stringify([alert.message, hostOf(alert)]);
    if (seen.has(sort)) continue;
    seen.add(sort);
    chosen.add(alert);
  }
  for (const alert of alerts) {
    if (chosen.size >= limit) break;
    chosen.add(alert);
  }
  return alerts.filter((alert) => chosen.has(alert));
}
