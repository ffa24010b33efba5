import { checkHuntflow } from '../check/check-huntflow.ts';
import type { VariableColumns } from '../ast.ts';
import type { CompletionPlace } from './completion-place.ts';

/** A variable that can be used at a place. */
export interface KnownVariable {
  readonly name: string;
  /** Entity type; null where an error left it unknown. */
  readonly type: string | null;
  readonly columns: VariableColumns;
}

const NO_COLUMNS: VariableColumns = { name: '', own: [], isClosed: false };

/** What may be named at a place: attributes of an entity type, columns of a variable, or both. */
export interface NameableAttributes {
  /** Null where it is not known, or has no say (GROUP). */
  readonly type: string | null;
  readonly columns: readonly string[];
}

/** Where a name is the input of an expression or a command. */
const INPUTS = new Set(['bound', 'source', 'transformName', 'sortInput', 'groupInput']);

/** Variables bound before the statement, the default variable last. */
export function variablesBefore(text: string, statementStart: number): readonly KnownVariable[] {
  const { variables, statements, columns } = checkHuntflow(text.slice(0, statementStart));
  const of = (name: string): VariableColumns => columns.find((each) => each.name === name) ?? NO_COLUMNS;
  const known: KnownVariable[] = variables.map(({ name, type }) => ({ name, type, columns: of(name) }));
  const last = statements.findLast((each) => 'output' in each);
  if (last === undefined && known.length === 0) return known;
  const type = last !== undefined && 'output' in last ? last.output.type : null;
  return [...known, { name: '_', type, columns: of('_') }];
}

/** Whose attributes and columns may stand at the place. */
export function nameableAttributes(place: CompletionPlace, variables: readonly KnownVariable[]): NameableAttributes {
  const { position, tokens } = place;
  const typeOf = (name: string | undefined): NameableAttributes => {
    const known = variables.find((each) => each.name === name);
    if (known === undefined) return { type: null, columns: [] };
    return { type: known.columns.isClosed ? null : known.type, columns: known.columns.own };
  };
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
      return center?.type === 'NAME' ? typeOf(center.text) : { type: center?.text ?? null, columns: [] };
    }
  }
}
