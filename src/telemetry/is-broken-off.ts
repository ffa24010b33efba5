import { SourceError } from '../errors/windhover-error.ts';

const CODES: readonly string[] = ['source-truncated', 'source-damaged'];

/**
 * Whether a place cannot be read on because of what it holds (a gzip stream that ends too early, or is damaged). What came
 * before counts, and other places go on; where reading failed, it may go on later.
 */
export function isBrokenOff(error: unknown): error is SourceError {
  return error instanceof SourceError && CODES.includes(error.code);
}
