import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** What a scope holds: its graph, and the operators of its hunts. */
export interface ScopeView {
  readonly graph: EntityGraph;
  readonly hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[];
}
