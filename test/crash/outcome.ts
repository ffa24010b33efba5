import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import type { HuntResult } from '../../src/hunts/run/hunt-result.ts';
import type { PlacePosition } from '../../src/hunts/input/source-reader.ts';
import { comparedCoverage, type ComparedCoverage } from './compared-coverage.ts';
import type { CrashWorld } from './crash-world.ts';

/** What a run leaves behind, without what tells one run from another. */
export interface Outcome {
  /** The alert log, line by line, hunt by hunt: scopes that fail, or do not, go on independently of each other. */
  readonly log: readonly unknown[];
  /** By id: what stands in the log in the end. */
  readonly latest: ReadonlyMap<string, unknown>;
  readonly variables: unknown;
  /** Files of SAVE. */
  readonly saved: unknown;
  readonly positions: readonly unknown[];
  /** The ledger of what was seen and what not, place by place. */
  readonly coverage: readonly ComparedCoverage[];
  /** What must not be: lines that are none, revisions that are missing or there twice, an index that differs from the log. */
  readonly mistakes: readonly string[];
}

export async function outcomeOf(world: CrashWorld, results: ReadonlyMap<string, HuntResult>): Promise<Outcome> {
  const mistakes = [
    ...world.warnings,
    ...world.saved.mistakes,
    ...world.index.conflicts.map((id) => `two documents of one version: ${id}`),
  ];
  const revisions = new Map<string, number>();
  const standing = new Map<string, string>();
  const log: AlertDocument[] = [];
  for (const line of world.log()) {
    const alert = parsed(line);
    if (alert === undefined) {
      mistakes.push(`no alert: ${line.slice(0, 60)}`);
      continue;
    }
    const { id } = alert.event;
    const before = revisions.get(id) ?? 0;
    if (alert.windhover.revision !== before + 1)
      mistakes.push(`${id}: revision ${alert.windhover.revision} behind ${before}`);
    revisions.set(id, alert.windhover.revision);
    standing.set(id, line);
    log.push(alert);
  }
  for (const [id, line] of standing) {
    const indexed = world.index.documents.get(id);
    if (indexed === undefined) mistakes.push(`${id}: missing in the index`);
    else if (JSON.stringify(indexed.alert) !== line) mistakes.push(`${id}: the index has another state of it`);
  }
  for (const id of world.index.documents.keys()) if (!standing.has(id)) mistakes.push(`${id}: missing in the log`);
  return {
    log: log.toSorted(({ windhover: a }, { windhover: b }) => a.hunt.localeCompare(b.hunt)).map(withoutWallTimes),
    latest: new Map(log.map((alert) => [alert.event.id, withoutHistory(alert)])),
    variables: [...results].map(([file, { variables, displays }]) => ({ file, variables, displays })),
    saved: world.saved.contents(),
    positions: positionsOf(await world.positions()),
    coverage: comparedCoverage(await world.coverage()),
    mistakes,
  };
}

function parsed(line: string): AlertDocument | undefined {
  try {
    return JSON.parse(line) as AlertDocument;
  } catch {
    return undefined;
  }
}

function withoutWallTimes(alert: AlertDocument): unknown {
  const { times, ...rest } = alert.windhover;
  return { ...alert, windhover: { ...rest, event: times.event } };
}

/**
 * How an alert came to be as it is differs where input came in another order: the number of revisions, and their words. So
 * does the place of a record that came twice, or lay in a file that has another name by now, and what was known of holes by
 * then: undecodable input is placed as exactly as the batch that it came with.
 */
function withoutHistory(alert: AlertDocument): unknown {
  const { times, revision: _, status, records, coverage: __, ...rest } = alert.windhover;
  const witnesses = records.map(({ id, time }) => ({ id, time }));
  return {
    ...alert,
    windhover: {
      ...rest,
      records: witnesses,
      isOpen: status !== 'retracted',
      event: times.event,
    },
  };
}

function positionsOf(positions: readonly PlacePosition[]): unknown[] {
  return positions
    .map(({ place, position, partition, history }) => ({
      place,
      offset: position.offset,
      records: position.records,
      partition: partition?.partition,
      cursor: history?.cursor,
    }))
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
