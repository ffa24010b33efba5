import { textOf } from '../../graph/value.ts';
import type { AlertRow } from './alert-row.ts';

/** Which stretch of event time a row falls into: stretches of `forMs` from 1970 UTC on, numbered. */
export function suppressionBucket(row: AlertRow, forMs: number): number {
  return Math.floor(row.time.ms / forMs);
}

/** The key values of a row as one text; an unknown value is a value of its own. */
export function suppressionKey(row: AlertRow, by: readonly string[]): string {
  return JSON.stringify(
    by.map((path) => {
      const value = row.attributes[path];
      return value === undefined ? null : textOf(value);
    }),
  );
}
