import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { rowsHeld } from '../../dataflow/rows-held.ts';
import type { Scope } from '../../dataflow/scope.ts';
import type { AlertFeed } from '../alerts/alert-feed.ts';
import type { SourcedBatch } from '../input/batch-merge.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { PlacePosition } from '../input/source-reader.ts';
import type { EpochMeasure, HuntGauges } from './run-meter.ts';

/** What the hunts of a scope hold and did, in the order of the scope. */
export function huntGauges(
  scope: Scope,
  hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[],
  feeds: readonly AlertFeed[],
  failed: ReadonlySet<string>,
): HuntGauges[] {
  return hunts.map(({ hunt, dataflow }) => {
    const alerts = { opened: 0, revised: 0, retracted: 0, suppressed: 0 };
    for (const { hunt: owner, counts } of feeds) {
      if (owner !== hunt) continue;
      alerts.opened += counts.opened;
      alerts.revised += counts.revised;
      alerts.retracted += counts.retracted;
      alerts.suppressed += counts.suppressed;
    }
    let members = 0;
    for (const { listing } of dataflow.plan.variables) members += dataflow.at(listing.node).members.size;
    return {
      hunt: hunt.id,
      alerts,
      rows: dataflow.rows.size,
      held: rowsHeld(dataflow),
      members,
      spentMs: scope.spentMs(dataflow),
      failed: failed.has(hunt.id),
    };
  });
}

/** How many messages of its partition lay behind a batch when it was fetched. */
export function lagOf({ end, position: { partition, position } }: SourcedBatch): EpochMeasure['lag'] {
  if (end === undefined || partition === undefined) return undefined;
  const { topic, partition: number } = partition;
  return { topic, partition: number, messages: Math.max(0, end - position.offset) };
}

/** How far a file was read since its last epoch; one that was read anew counts from its start. */
export function bytesSince(before: PlacePosition | undefined, to: PlacePosition): number {
  if (to.partition !== undefined) return 0;
  const { offset } = to.position;
  const from = before?.position.offset ?? 0;
  return offset < from ? offset : offset - from;
}
