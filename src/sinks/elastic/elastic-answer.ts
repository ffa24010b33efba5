import { SinkError } from '../../errors/windhover-error.ts';
import type { ElasticTrouble } from '../../sources/elastic/elastic-trouble.ts';
import { elasticWords } from '../../sources/elastic/elastic-words.ts';

/** What a sink that writes to the alias needs to be granted, where the server does not say what is missing. */
export const WRITING = 'create_index, index and view_index_metadata';

/**
 * What became of a request of the alert sink, with the remedy. All of it may be tried again: what it names can be repaired
 * while alerts wait. `place`: the server.
 */
export function elasticProblem(trouble: ElasticTrouble, place: string, alias: string): SinkError {
  const words = elasticWords(trouble, { indices: `the indices ${alias}-*`, least: WRITING });
  if (words.code === 'elastic-index') {
    const told = trouble.reason === '' ? `status ${trouble.status}` : trouble.reason;
    return new SinkError('elastic-setup', `${place}: the alert index is not set up: ${told}`, {
      hint: setupHint(alias),
      retriable: true,
    });
  }
  return new SinkError(words.code, `${place}: ${words.what}`, { hint: words.hint, retriable: true });
}

export function setupHint(alias: string): string {
  const option = alias === 'windhover-alerts' ? '' : ` --index ${alias}`;
  return `Run windhover setup elastic${option} once, with a user that may manage index templates and ${alias}-*.`;
}
