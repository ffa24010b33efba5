import { SourceError } from '../../errors/windhover-error.ts';
import type { ElasticFailure } from './elastic-gateway.ts';
import { elasticWords } from './elastic-words.ts';

/** A failed call of a source over `index` as an error with place, cause and remedy. `similar`: an index that may be meant. */
export function elasticProblem(failure: ElasticFailure, place: string, index: string, similar?: string): SourceError {
  const { status, type, message: reason, isPage, kind } = failure;
  const words = elasticWords({ status, type, reason, isPage }, { indices: index });
  const hint = words.code === 'elastic-index' && similar !== undefined ? `Did you mean ${similar}?` : words.hint;
  // What was tried again and again may come right later, whatever it was.
  return new SourceError(words.code, `${place}: ${words.what}`, {
    hint,
    retriable: kind !== 'lasting',
    cause: failure,
  });
}
