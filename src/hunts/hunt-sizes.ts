import type { HuntSizes } from './run-observer.ts';
import type { ScopeView } from './scope-run.ts';

/** Members of the variables of all hunts as they stand. */
export function huntSizes(hunts: ScopeView['hunts']): HuntSizes[] {
  return hunts.map(({ hunt, dataflow }) => ({
    hunt: hunt.id,
    variables: dataflow.plan.variables.map(({ name, listing }) => ({
      name,
      type: listing.type,
      entities: dataflow.at(listing.node).members.size,
    })),
  }));
}
