import type { AlertDocument } from '../alerts/alert-document.ts';

/**
 * The line of an alert that a replay can give again: all but which holes touched its window, as those were found in sources
 * that a replay does not look at (the joining of history and topics, servers that were away).
 */
export function replayedLine(alert: AlertDocument): string {
  const { coverage: _coverage, ...windhover } = alert.windhover;
  return JSON.stringify({ ...alert, windhover });
}
