import { existsSync, readFileSync } from 'node:fs';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';

/** Alerts that stand after all of these, each in one line by its id: hunt, time of the event, entity, title. */
export function standingOf(alerts: Iterable<AlertDocument>): Map<string, string> {
  const standing = new Map<string, string>();
  for (const { event, message, windhover } of alerts) {
    const { hunt, status, entity, times } = windhover;
    if (status === 'retracted') standing.delete(event.id);
    else standing.set(event.id, `${hunt} ${times.event} ${entity.id} ${message}`);
  }
  return standing;
}

/** The same of an alert log, which may be missing, or be being written. */
export function standingIn(log: string): Map<string, string> {
  const text = existsSync(log) ? readFileSync(log, 'utf8') : '';
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return standingOf(lines.filter(Boolean).map((line) => JSON.parse(line) as AlertDocument));
}
