import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { HuntSizes } from './run-observer.ts';

/** How many members the variables of hunts have, as they stand. */
export function huntSizes(
  hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[],
): HuntSizes[] {
  return hunts.map(({ hunt, dataflow }) => ({
    hunt: hunt.id,
    variables: dataflow.plan.variables.map(({ name, listing }) => ({
      name,
      type: listing.type,
      entities: dataflow.at(listing.node).members.size,
    })),
  }));
}
