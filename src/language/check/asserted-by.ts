import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { ExtendedRelation } from '../../catalogue/extended-relations.ts';
import type { Pattern } from '../ast.ts';
import type { TextRange } from '../diagnostic.ts';
import { pathOf } from './resolve-attribute.ts';

/** What the event of a record has to be, so that it asserts the relation. `range`: the word, for messages. */
export function assertedBy({ actions }: ExtendedRelation, range: TextRange): Pattern {
  const resolution = resolvePath('x-oca-event', 'action');
  if (!resolution.ok) throw new Error('events have no action');
  return {
    kind: 'comparison',
    type: 'x-oca-event',
    center: false,
    path: pathOf(resolution, 'action'),
    operator: 'IN',
    negated: false,
    literals: [...actions],
    references: [],
    range,
  };
}
