import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import type { EntityGraph } from '../../graph/entity-graph.ts';
import type { AlertFeed } from '../alerts/alert-feed.ts';
import type { CompiledHunt } from '../compile-hunt.ts';

/** What a scope holds: its graph, the operators of its hunts, and their alerts. */
export interface ScopeView {
  readonly graph: EntityGraph;
  readonly hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[];
  readonly feeds: readonly AlertFeed[];
}
