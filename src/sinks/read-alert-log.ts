import { SinkError } from '../errors/windhover-error.ts';
import type { AlertDocument, AlertStatus } from '../hunts/alerts/alert-document.ts';
import { alertLogLines, MAX_LINE } from './alert-log-lines.ts';

export interface AlertLogFilter {
  readonly hunt?: string;
  readonly severity?: string;
  readonly status?: AlertStatus;
  /** Event time from which on, ms since 1970. */
  readonly since?: number;
  /** The latest ones only, at most this many. */
  readonly limit?: number;
}

export interface AlertLogContent {
  /** The latest revision of each alert that passes the filter, by event time. */
  readonly alerts: readonly AlertDocument[];
  /** Lines that hold no alert. */
  readonly broken: number;
}

/**
 * Reads an alert log from its beginning. Of each id holds the highest revision, of equal ones the last line.
 *
 * @throws SinkError `alert-log-missing`, `alert-log-unreadable`
 */
export async function readAlertLog(path: string, filter: AlertLogFilter = {}): Promise<AlertLogContent> {
  const latest = new Map<string, AlertDocument>();
  let broken = 0;
  try {
    for await (const line of alertLogLines(path)) {
      if (line === '') continue;
      const alert = parseAlert(line);
      if (alert === undefined) broken++;
      else if ((latest.get(alert.event.id)?.windhover.revision ?? 0) <= alert.windhover.revision) {
        latest.set(alert.event.id, alert);
      }
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const passing = [...latest.values()].filter((alert) => passes(alert, filter));
  const times = new Map(passing.map((alert) => [alert, Date.parse(alert['@timestamp'])]));
  const alerts = passing.sort(
    (a, b) =>
      times.get(a)! - times.get(b)! || compare(a['@timestamp'], b['@timestamp']) || compare(a.event.id, b.event.id),
  );
  const from = filter.limit === undefined ? 0 : Math.max(0, alerts.length - filter.limit);
  return { alerts: alerts.slice(from), broken };
}

/** Whether an alert passes; `limit` is not looked at. */
export function passes(alert: AlertDocument, filter: AlertLogFilter): boolean {
  const { hunt, severity, status, since } = filter;
  return (
    (hunt === undefined || alert.windhover.hunt === hunt) &&
    (severity === undefined || alert.windhover.severity === severity) &&
    (status === undefined || alert.windhover.status === status) &&
    (since === undefined || Date.parse(alert['@timestamp']) >= since)
  );
}

/** One line of an alert log; undefined when it holds no alert. */
export function parseAlert(line: string): AlertDocument | undefined {
  if (line.length > MAX_LINE) return undefined;
  try {
    const value = JSON.parse(line) as Partial<AlertDocument> | null;
    const { event, windhover } = value ?? {};
    const whole =
      typeof event?.id === 'string' &&
      typeof windhover?.hunt === 'string' &&
      Number.isSafeInteger(windhover.revision) &&
      typeof value?.['@timestamp'] === 'string' &&
      typeof value.message === 'string';
    return whole ? (value as AlertDocument) : undefined;
  } catch {
    return undefined;
  }
}

function unreadable(path: string, cause: unknown): SinkError {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
    return new SinkError('alert-log-missing', `There is no alert log ${path}.`, {
      hint: 'Runs write one with --alerts PATH, and with --state DIR to alerts.ndjson in that folder.',
      exitCode: 2,
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SinkError('alert-log-unreadable', `The alert log ${path} cannot be read: ${reason}`, {
    hint: 'See that the path is a file that this user may read.',
    cause,
  });
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
