import { hash } from 'node:crypto';

/**
 * `event.id` of an alert (decision 27): 128 bits of SHA-256 in hexadecimal over what makes it this alert, so that
 * writing it again, after a crash or in a replay, is the same document.
 */
export function alertId(hunt: string, variable: string, rowKey: string, episode: string): string {
  return digest(['row', hunt, variable, rowKey, episode]);
}

/** `event.id` of an alert that stands for all rows with the same key values in one stretch of time. */
export function suppressedAlertId(hunt: string, variable: string, keyValues: string, bucket: number): string {
  return digest(['suppressed', hunt, variable, keyValues, bucket]);
}

/** `event.id` of the alert that sums up what history held beyond the limit. */
export function backfillAlertId(hunt: string, variable: string): string {
  return digest(['backfill', hunt, variable]);
}

/** 128 bits in hexadecimal. JSON keeps the parts apart, whatever they hold. */
export function digest(parts: unknown): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}
