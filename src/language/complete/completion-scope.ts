import { checkHuntflow } from '../check/check-huntflow.ts';
import type { CompletionPlace } from './completion-place.ts';

/** A variable that can be used at a place. */
export interface KnownVariable {
  readonly name: string;
  /** Entity type; null where an error left it unknown. */
  readonly type: string | null;
}

/** Where a name is the input of an expression or a command. */
const INPUTS = new Set(['bound', 'source', 'transformName', 'sortInput', 'groupInput']);

/** Variables bound before the statement, the default variable last. */
export function variablesBefore(text: string, statementStart: number): readonly KnownVariable[] {
  const { variables, statements } = checkHuntflow(text.slice(0, statementStart));
  const known: KnownVariable[] = variables.map(({ name, type }) => ({ name, type }));
  const last = statements.findLast((each) => 'output' in each);
  if (last === undefined) return known.length === 0 ? known : [...known, { name: '_', type: null }];
  return [...known, { name: '_', type: 'output' in last ? last.output.type : null }];
}

/** Entity type whose attributes may stand at the place; null where it is not known. */
export function typeOfAttributes(place: CompletionPlace, variables: readonly KnownVariable[]): string | null {
  const { position, tokens } = place;
  const typeOf = (name: string | undefined): string | null =>
    variables.find((each) => each.name === name)?.type ?? null;
  switch (position) {
    case 'referencedAttribute':
    case 'describeAttribute':
      return typeOf(tokens.at(-2)?.text);
    case 'joinLeftKey':
      return typeOf(tokens.findLast((each) => each.position === 'joinLeft')?.text);
    case 'joinRightKey':
      return typeOf(tokens.findLast((each) => each.position === 'joinRight')?.text);
    default: {
      const center = tokens.findLast(
        (each) => each.type === 'ENTITY_TYPE' || (each.type === 'NAME' && INPUTS.has(each.position)),
      );
      return center?.type === 'NAME' ? typeOf(center.text) : (center?.text ?? null);
    }
  }
}
