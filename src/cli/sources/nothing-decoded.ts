import { SourceError } from '../../errors/windhover-error.ts';
import type { InputCounts } from '../../hunts/run/run-observer.ts';

/** Whether all that the sources held was undecodable: most likely it is no telemetry, or of a format that is not known. */
export function isNothingDecoded({ records, ignored, undecodable }: InputCounts): boolean {
  return undecodable > 0 && records === 0 && ignored === 0;
}

/** What is told of it. `place`: one that was read. */
export function nothingDecoded({ undecodable }: InputCounts, place: string | undefined): SourceError {
  const count = undecodable === 1 ? 'the only line or block' : `all ${undecodable} lines or blocks`;
  const file = place === undefined || place === '-' ? 'FILE' : place;
  return new SourceError(
    'source-undecodable',
    `Nothing could be decoded: ${count} of the input ${undecodable === 1 ? 'is' : 'are'} damaged or of no format that is known`,
    { hint: `windhover doctor ${file} shows what a file holds and why it cannot be read.` },
  );
}
