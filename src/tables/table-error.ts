import { SourceError } from '../errors/windhover-error.ts';

/** A file that is no table; `place` tells where ("line 7"). Code `table-broken`. */
export function tableError(place: string | undefined, problem: string, hint: string, cause?: unknown): SourceError {
  const message = place === undefined ? problem : `${place}: ${problem}`;
  return new SourceError('table-broken', message, { hint, ...(cause === undefined ? {} : { cause }) });
}

/** A file beyond what LOAD reads. Code `table-too-large`. */
export function tableTooLarge(problem: string): SourceError {
  return new SourceError('table-too-large', problem, {
    hint: 'Load the part of it that the hunt needs; large history belongs into a source.',
  });
}
