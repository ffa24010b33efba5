import { compareInstants, type Instant } from '../catalogue/instant.ts';
import type { EntityGraph } from '../graph/entity-graph.ts';
import type { NodeIndex } from '../plan/hunt-plan.ts';
import type { HuntDataflow } from './hunt-dataflow.ts';
import type { EntitiesOperator } from './operators/entities-operator.ts';
import type { FindOperator } from './operators/find-operator.ts';
import type { GroupOperator } from './operators/group-operator.ts';
import type { GetOperator } from './operators/get-operator.ts';
import type { RelationWitness, Witness } from './operators/support.ts';

/** Why a member is in a variable: when that began, in which episode, and the records it rests on. */
export interface MembershipOrigin {
  /** Event time of the row when it opened (decision 28). */
  readonly time: Instant;
  /** Start of the interval of support where LAST is involved (decision 10). */
  readonly episode: Instant | undefined;
  /**
   * It rests on one of several over LAST (members of a group, partners of a FIND, operands of a union), which come and go
   * while it stays, so that their times do not tell since when it has been what it is. Whoever watches it has to remember
   * what it was when it came; only an earlier time is news.
   */
  readonly isSliding?: true;
  /** First witnesses along the way, the member's own first; at most 16. */
  readonly records: readonly (Witness | RelationWitness)[];
}

const MAX_RECORDS = 16;
/** Partners looked at per FIND, members per group: enough for the least time in practice, bounded for hubs. */
const MAX_PARTNERS = 64;

/**
 * Origin of a member of `node`: a GET's first witness; of a FIND the least over partners of the latest among partner,
 * edge and WHERE witness; of a group the least over its members; of a joined row the later side; of the others their
 * input's. Undefined for members without records (NEW).
 */
export function membershipOrigin(
  dataflow: HuntDataflow,
  graph: EntityGraph,
  node: NodeIndex,
  handle: number,
): MembershipOrigin | undefined {
  const planned = dataflow.plan.nodes[node];
  switch (planned?.op) {
    case 'get': {
      const get = dataflow.at(node) as GetOperator;
      const witness = get.witnessOf(handle);
      return witness && { time: witness.first, episode: get.episodeOf(handle), records: [witness] };
    }
    case 'filter':
    case 'limit':
      return membershipOrigin(dataflow, graph, planned.input, handle);
    case 'merge':
      // A member of one input may be nothing that another one knows: a row of its own, or none.
      return sliding(
        least(
          planned.inputs
            .filter((input) => dataflow.at(input).members.has(handle))
            .map((input) => membershipOrigin(dataflow, graph, input, handle)),
        ),
      );
    case 'find': {
      const find = dataflow.at(node) as FindOperator;
      const partners = find.partnersOf(handle).sort((a, b) => graph.compareKeys(a, b));
      const origin = least(
        partners.slice(0, MAX_PARTNERS).map((partner) => {
          return joined(find, handle, partner, membershipOrigin(dataflow, graph, planned.input, partner));
        }),
      );
      // A window of its own tells since when it has been in it.
      return find.witness?.episodeOf(handle) === undefined ? sliding(origin) : origin;
    }
    case 'group': {
      const members = (dataflow.at(node) as GroupOperator).groupedBy(handle);
      return sliding(leastOf(dataflow, graph, planned.input, members));
    }
    case 'entities': {
      const rows = (dataflow.at(node) as EntitiesOperator).standFor(handle);
      return sliding(leastOf(dataflow, graph, planned.input, rows));
    }
    case 'records':
    case 'apply': {
      const [member] = dataflow.rows.row(handle).bases;
      return member === undefined ? undefined : membershipOrigin(dataflow, graph, planned.input, member);
    }
    case 'join': {
      const [left, right] = dataflow.rows.row(handle).bases;
      if (left === undefined || right === undefined) return undefined;
      return latest(
        membershipOrigin(dataflow, graph, planned.left, left),
        membershipOrigin(dataflow, graph, planned.right, right),
      );
    }
    default:
      return undefined;
  }
}

/** Whether the time of some member's origin may have become an earlier one since it was asked for. Cheap, and never wrong with no. */
export function mayHaveMoved(dataflow: HuntDataflow, node: NodeIndex): boolean {
  const planned = dataflow.plan.nodes[node];
  if (planned?.op === 'get') return (dataflow.at(node) as GetOperator).hasMoved;
  if (planned?.op === 'filter' || planned?.op === 'limit') return mayHaveMoved(dataflow, planned.input);
  return true;
}

function sliding(origin: MembershipOrigin | undefined): MembershipOrigin | undefined {
  return origin?.episode === undefined ? origin : { ...origin, isSliding: true };
}

function leastOf(
  dataflow: HuntDataflow,
  graph: EntityGraph,
  node: NodeIndex,
  members: ReadonlySet<number>,
): MembershipOrigin | undefined {
  const origins: (MembershipOrigin | undefined)[] = [];
  for (const member of members) {
    if (origins.length === MAX_PARTNERS) break;
    origins.push(membershipOrigin(dataflow, graph, node, member));
  }
  return least(origins);
}

/** Of two that are both needed: the later time, the records of both. */
function latest(a: MembershipOrigin | undefined, b: MembershipOrigin | undefined): MembershipOrigin | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const { time } = compareInstants(a.time, b.time) >= 0 ? a : b;
  return {
    time,
    episode: a.episode ?? b.episode,
    ...(a.isSliding === true || b.isSliding === true ? { isSliding: true } : {}),
    records: [...a.records, ...b.records].slice(0, MAX_RECORDS),
  };
}

function joined(
  find: FindOperator,
  handle: number,
  partner: number,
  origin: MembershipOrigin | undefined,
): MembershipOrigin | undefined {
  const times: Instant[] = origin === undefined ? [] : [origin.time];
  const records: (Witness | RelationWitness)[] = [];
  let episode = origin?.episode;
  const edge = find.edgeOrigin(handle, partner);
  if (edge !== undefined) times.push(edge.time);
  const pair = find.pairWitness(handle, partner);
  const own = pair ?? find.witness?.witnessOf(handle);
  if (own !== undefined) {
    times.push(own.first);
    records.push(own);
  }
  const others = [...records, ...(origin?.records ?? [])];
  const told = edge?.record;
  if (told !== undefined && !others.some((each) => isSame(each, told))) records.push(told);
  episode = find.witness?.episodeOf(handle) ?? episode;
  if (times.length === 0) return undefined;
  const time = times.reduce((a, b) => (compareInstants(a, b) >= 0 ? a : b));
  return { time, episode, records: [...records, ...(origin?.records ?? [])].slice(0, MAX_RECORDS) };
}

function isSame(a: RelationWitness, b: RelationWitness): boolean {
  return a.offset === b.offset && a.place === b.place && compareInstants(a.first, b.first) === 0;
}

function least(origins: readonly (MembershipOrigin | undefined)[]): MembershipOrigin | undefined {
  return origins
    .filter((origin) => origin !== undefined)
    .reduce<MembershipOrigin | undefined>(
      (best, origin) => (best === undefined || compareInstants(origin.time, best.time) < 0 ? origin : best),
      undefined,
    );
}
