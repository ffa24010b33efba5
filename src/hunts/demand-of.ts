import { CHAIN_STEPS, listingPaths } from './alerts/alert-paths.ts';
import type { CompiledHunt } from './compile-hunt.ts';
import { DemandBuilder, type ExtraPaths } from '../plan/plan-demand.ts';
import { rowColumns } from '../plan/row-columns.ts';
import type { Demand } from '../telemetry/demand.ts';

/** What hunts that share a graph can ever read: their huntflows, their alerts, and the rows asked for. */
export function demandOf(
  hunts: readonly CompiledHunt[],
  options: {
    readonly rowsOf: (variable: string) => boolean;
    readonly countRecords: boolean;
    /** Paths that somebody else reads beside them (tests). */
    readonly paths?: readonly ExtraPaths[];
  },
): Demand {
  const demand = new DemandBuilder();
  for (const paths of options.paths ?? []) demand.addPaths(paths);
  for (const hunt of hunts) {
    demand.addPlan(hunt.plan);
    for (const { listing, paths } of hunt.alerts) {
      const read = [...paths.values(), ...listingPaths(hunt.plan, listing)];
      for (const type of rowColumns(hunt.plan.nodes, listing.node).types) {
        demand.addPaths({ type, paths: read });
        for (const reference of CHAIN_STEPS.get(type) ?? []) demand.addReference(type, reference);
      }
    }
    for (const { name, listing } of hunt.plan.variables) {
      if (!options.rowsOf(name)) continue;
      for (const type of rowColumns(hunt.plan.nodes, listing.node).types) {
        if (listing.columns === undefined) demand.addWholeRows(type);
        else demand.addPaths({ type, paths: listing.columns });
      }
    }
  }
  if (options.countRecords) demand.needRecordIds();
  return demand.build();
}
