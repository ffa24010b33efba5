import { entityType } from '../catalogue/entity-type.ts';
import type { Demand } from '../telemetry/demand.ts';
import { comparisonCost } from './comparison-cost.ts';
import type { HuntPlan, NodeIndex, PlanComparison, PlanNode, PlanPattern } from './hunt-plan.ts';
import { explainRows } from './explain-rows.ts';
import { joined, type Explained, type NodeExplanation } from './node-explanation.ts';
import { comparisonsOf, constantPart, pathsOf, patternText, timespanText } from './pattern-text.ts';

/** What a plan costs and promises, for people and scripts. Plain JSON. */
export interface PlanExplanation {
  /** In topological order: inputs come first. */
  readonly nodes: readonly NodeExplanation[];
  /** Last versions of the variables, and the order in which their rows are listed. */
  readonly variables: readonly {
    readonly name: string;
    readonly type: string;
    readonly node: number;
    readonly order: string;
  }[];
  /** Files that LOAD reads before the run, and those that SAVE writes, as the hunt writes their paths. */
  readonly files: { readonly reads: readonly string[]; readonly writes: readonly string[] };
  readonly demand: {
    /** What is kept of the telemetry, and what makes two mentions the same entity. */
    readonly types: readonly {
      readonly type: string;
      readonly identity: string;
      readonly onRequest: readonly string[];
    }[];
    readonly references: readonly string[];
    /** Types that patterns look at inside a record and nothing is kept of. */
    readonly patternTypes: readonly string[];
    readonly linked: readonly string[];
  };
}

/** Explains a plan and what it demands of the sources. */
export function explainPlan(plan: HuntPlan, demand: Demand): PlanExplanation {
  return {
    nodes: explainNodes(plan),
    variables: plan.variables.map(({ name, listing }) => ({
      name,
      type: listing.type,
      node: listing.node,
      order: orderText(listing.sort) ?? 'identity',
    })),
    files: {
      reads: [...new Set(plan.nodes.flatMap((node) => (node.op === 'new' ? (node.file ?? []) : [])))],
      writes: plan.saves.map(({ path }) => path),
    },
    demand: {
      types: [...demand.types].map(([type, { onRequest }]) => ({
        type,
        identity: entityType(type)?.identity ?? 'as the source gives it',
        onRequest: [...onRequest].sort(),
      })),
      references: [...demand.references].sort(),
      patternTypes: [...demand.patternTypes.keys()].filter((type) => !demand.types.has(type)).sort(),
      linked: demand.linked.map(([result, input]) => `${result} in one record with ${input}`),
    },
  };
}

/** The operators of a plan, inputs first. */
export function explainNodes(plan: HuntPlan): NodeExplanation[] {
  const nodes: NodeExplanation[] = [];
  plan.nodes.forEach((node, index) => {
    nodes.push({
      node: index,
      statement: node.statement + 1,
      type: node.type,
      ...explainNode(node, (inputs) => joined(inputs.map((input) => nodes[input]?.retracts ?? null))),
    });
  });
  return nodes;
}

/** The operators that a node rests on, and itself. */
export function explainUpTo(plan: HuntPlan, node: NodeIndex): NodeExplanation[] {
  const nodes = explainNodes(plan);
  const wanted = new Set([node]);
  for (const each of nodes.toReversed()) if (wanted.has(each.node)) for (const input of each.inputs) wanted.add(input);
  return nodes.filter((each) => wanted.has(each.node));
}

function explainNode(node: PlanNode, reasonsOf: (inputs: readonly NodeIndex[]) => string | null): Explained {
  switch (node.op) {
    case 'new':
      return {
        operator: node.file === undefined ? 'NEW' : 'LOAD',
        inputs: [],
        does: `${node.rows.length} constant ${node.rows.length === 1 ? 'row' : 'rows'}${node.file === undefined ? '' : ` of ${node.file}`}`,
        pushDown: null,
        index: null,
        state: 'bounded',
        retracts: null,
      };
    case 'get':
      return explainGet(node, reasonsOf);
    case 'values':
      return {
        operator: 'VALUES',
        inputs: [node.input],
        does: `the values of ${node.path.text} over the members of [${node.input}]`,
        pushDown: null,
        index: 'how many members give each value',
        state: 'grows with entities',
        retracts: joined([reasonsOf([node.input]), `${node.path.text} changes`]),
      };
    case 'filter': {
      const references = referencesOf(node.pattern);
      const inputs = [node.input, ...references.flatMap((each) => each.references)];
      return {
        operator: 'WHERE',
        inputs,
        does: `members of [${node.input}] whose content satisfies ${patternText(node.pattern)}`,
        pushDown: null,
        index: referenceIndex(references),
        state: 'grows with entities',
        retracts: joined([
          reasonsOf([node.input]),
          ...pathsOf(node.pattern).map((path) => `${path} changes`),
          ...referenceReasons(references, reasonsOf),
        ]),
      };
    }
    case 'find': {
      const { find, input, witness } = node;
      const inputs = witness === undefined ? [input] : [input, witness];
      return {
        operator: 'FIND',
        inputs,
        does: find.roles
          ? `every ${node.type} (${find.roles.result}) that a record of [${witness}] gives a member of [${input}] (${find.roles.input})`
          : find.linked
            ? `every ${node.type} in one record with a member of [${input}]`
            : `every ${node.type} joined to a member of [${input}] by ${find.edges.map(({ table }) => table).join(', ')}`,
        pushDown: null,
        index: find.linked ? 'pairs that occur in one record, both ways' : 'edges, both ways',
        state: find.linked ? 'unbounded without retention' : 'grows with entities',
        retracts: reasonsOf(inputs),
      };
    }
    case 'merge':
      return {
        operator: 'MERGE',
        inputs: node.inputs,
        does: `members of ${node.inputs.map((input) => `[${input}]`).join(' or ')}`,
        pushDown: null,
        index: null,
        state: 'grows with entities',
        retracts: reasonsOf(node.inputs),
      };
    case 'group':
    case 'join':
    case 'records':
    case 'entities':
    case 'apply':
      return explainRows(node, reasonsOf);
    case 'limit': {
      const { input, limit, offset, sort } = node;
      const rows = limit === null ? 'all members' : `at most ${limit} ${limit === 1 ? 'member' : 'members'}`;
      const after = offset === 0 ? '' : `, leaving out the first ${offset}`;
      return {
        operator: 'LIMIT',
        inputs: [input],
        does: `${rows} of [${input}] by ${orderText(sort) ?? 'order of entry'}${after}`,
        pushDown: null,
        index: 'members in order',
        state: 'grows with entities',
        retracts: joined([
          reasonsOf([input]),
          sort.length === 0 ? null : 'a member that comes before it in the order appears',
        ]),
      };
    }
  }
}

function explainGet(
  node: Extract<PlanNode, { op: 'get' }>,
  reasonsOf: (inputs: readonly NodeIndex[]) => string | null,
): Explained {
  const { pattern, timespan, pairs, sources } = node;
  const references = pattern === null ? [] : referencesOf(pattern);
  const subject =
    pairs === undefined ? `every ${node.type} that a record` : `pairs (${node.type}, ${pairs.inputType}) that a record`;
  const verb = pattern === null ? ' mentions' : ` selects: ${patternText(pattern)}`;
  const from = sources === null ? '' : `, from ${sources.join(', ')}`;
  const last = timespan?.kind === 'last';
  return {
    operator: 'GET',
    inputs: references.flatMap((each) => each.references),
    does: `${subject}${verb}${timespanText(timespan)}${from}`,
    pushDown: pattern === null ? null : constantPart(pattern),
    index: joined([pattern === null ? null : witnessIndex(pattern), referenceIndex(references)]),
    state: last
      ? 'bounded'
      : references.length > 0 || pairs?.linked === true
        ? 'unbounded without retention'
        : 'grows with entities',
    retracts: joined([last ? 'time passes (LAST)' : null, ...referenceReasons(references, reasonsOf)]),
  };
}

/** A positive comparison loses what its values lose; a negated one is an anti-join: a value that appears takes away. */
function referenceReasons(
  references: readonly PlanComparison[],
  reasonsOf: (inputs: readonly NodeIndex[]) => string | null,
): (string | null)[] {
  return references.map((each) =>
    each.negated
      ? `a value of ${each.references.map((node) => `[${node}]`).join(', ')} equal to ${each.path.text} appears`
      : reasonsOf(each.references),
  );
}

function referencesOf(pattern: PlanPattern): PlanComparison[] {
  return comparisonsOf(pattern).filter((each) => each.references.length > 0);
}

function referenceIndex(references: readonly PlanComparison[]): string | null {
  if (references.length === 0) return null;
  return `compared values of ${[...new Set(references.map((each) => each.path.text))].join(', ')}`;
}

function witnessIndex(pattern: PlanPattern): string {
  const watched = witnessesOf(pattern);
  if (watched === undefined) return 'none: the pattern is tried on every record';
  return `records by value of ${[...new Set(watched.map((each) => each.path.text))].join(', ')}`;
}

/**
 * The comparisons by whose values the matcher finds the records worth a look: one of them holds wherever the pattern
 * does. Of a conjunction the cheapest operand is enough; a record kind that feeds no such attribute needs none.
 */
function witnessesOf(pattern: PlanPattern): readonly PlanComparison[] | undefined {
  if ('operands' in pattern) {
    const parts = pattern.operands.map(witnessesOf);
    const known = parts.filter((part) => part !== undefined);
    if (pattern.kind === 'or') return known.length < parts.length ? undefined : known.flat();
    return known.sort((a, b) => cost(a) - cost(b))[0];
  }
  const usable = pattern.kind === 'comparison' && pattern.center && !pattern.negated && pattern.references.length === 0;
  return usable ? [pattern] : undefined;
}

function cost(comparisons: readonly PlanComparison[]): number {
  return comparisons.reduce((sum, comparison) => sum + comparisonCost(comparison), 0);
}

function orderText(sort: readonly { readonly path: { readonly text: string }; readonly direction: string }[]) {
  return sort.length === 0 ? undefined : sort.map((key) => `${key.path.text} ${key.direction}`).join(', ');
}
