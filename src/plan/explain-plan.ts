import { entityType } from '../catalogue/entity-type.ts';
import type { LiteralValue } from '../language/ast.ts';
import type { Demand } from '../telemetry/demand.ts';
import type { HuntPlan, NodeIndex, PlanComparison, PlanNode, PlanPattern, PlanTimespan } from './hunt-plan.ts';

/** What a plan costs and promises, for people and scripts. */
export interface PlanExplanation {
  readonly nodes: readonly NodeExplanation[];
  readonly variables: readonly {
    readonly name: string;
    readonly type: string;
    readonly node: number;
    readonly order: string;
  }[];
  readonly demand: {
    readonly types: readonly {
      readonly type: string;
      readonly identity: string;
      readonly onRequest: readonly string[];
    }[];
    readonly references: readonly string[];
    readonly patternTypes: readonly string[];
    readonly linked: readonly string[];
  };
}

export interface NodeExplanation {
  readonly node: number;
  readonly statement: number;
  readonly operator: string;
  readonly type: string;
  readonly inputs: readonly NodeIndex[];
  readonly does: string;
  /** Constant comparisons that decide on a record alone: what a source could be asked for (decision 25). */
  readonly pushDown: string | null;
  /** What finds matches without looking at everything. */
  readonly index: string | null;
  readonly state: 'bounded' | 'grows with entities' | 'grows without retention';
  /** Why members may leave; null where they never do. */
  readonly retracts: string | null;
}

/** Explains a plan and what it demands of the sources. */
export function explainPlan(plan: HuntPlan, demand: Demand): PlanExplanation {
  const nodes: NodeExplanation[] = [];
  plan.nodes.forEach((node, index) => nodes.push(explainNode(node, index, nodes)));
  return {
    nodes,
    variables: plan.variables.map(({ name, listing }) => ({
      name,
      type: listing.type,
      node: listing.node,
      order:
        listing.sort.length === 0
          ? 'identity'
          : listing.sort.map((key) => `${key.path.text} ${key.direction}`).join(', '),
    })),
    demand: {
      types: [...demand.types].map(([type, { onRequest }]) => ({
        type,
        identity: entityType(type)?.identity ?? 'as the source gives it',
        onRequest: [...onRequest],
      })),
      references: [...demand.references].sort(),
      patternTypes: [...demand.patternTypes.keys()].filter((type) => !demand.types.has(type)),
      linked: demand.linked.map(([result, input]) => `${result} in one record with ${input}`),
    },
  };
}

function explainNode(node: PlanNode, index: number, before: readonly NodeExplanation[]): NodeExplanation {
  const inherited = (inputs: readonly NodeIndex[]): string | null => {
    const reasons = [...new Set(inputs.flatMap((input) => before[input]?.retracts ?? []))];
    return reasons.length === 0 ? null : reasons.join('; ');
  };
  const common = { node: index, statement: node.statement + 1, type: node.type };
  switch (node.op) {
    case 'new':
      return {
        ...common,
        operator: 'NEW',
        inputs: [],
        does: `${node.rows.length} constant rows`,
        pushDown: null,
        index: null,
        state: 'bounded',
        retracts: null,
      };
    case 'get': {
      const references =
        node.pattern === null ? [] : comparisonsOf(node.pattern).filter((each) => each.references.length > 0);
      const inputs = references.flatMap((each) => each.references);
      return {
        ...common,
        operator: 'GET',
        inputs,
        does: `${node.pairs === undefined ? 'entities' : 'pairs'} that a record selects: ${node.pattern === null ? 'every mention' : patternText(node.pattern)}${timespanText(node.timespan)}`,
        pushDown: node.pattern === null ? null : constantPart(node.pattern),
        index:
          [witnessText(node.pattern), ...references.map((each) => `compared values of ${each.path.text}`)]
            .filter((text) => text !== null)
            .join('; ') || null,
        state:
          node.timespan?.kind === 'last'
            ? 'bounded'
            : references.length > 0
              ? 'grows without retention'
              : 'grows with entities',
        retracts: joined([
          node.timespan?.kind === 'last' ? 'time passes (LAST)' : null,
          ...references.map((each) =>
            each.negated ? `a referenced ${each.path.text} appears` : inherited(each.references),
          ),
        ]),
      };
    }
    case 'values':
      return {
        ...common,
        operator: 'VALUES',
        inputs: [node.input],
        does: `the values of ${node.path.text}`,
        pushDown: null,
        index: 'value → count',
        state: 'grows with entities',
        retracts: joined([inherited([node.input]), `${node.path.text} changes`]),
      };
    case 'filter': {
      const inputs = [node.input, ...comparisonsOf(node.pattern).flatMap((each) => each.references)];
      return {
        ...common,
        operator: 'WHERE',
        inputs,
        does: `members whose merged content satisfies ${patternText(node.pattern)}`,
        pushDown: null,
        index: inputs.length > 1 ? 'compared values' : null,
        state: 'grows with entities',
        retracts: joined([inherited(inputs), 'the content changes']),
      };
    }
    case 'find': {
      const inputs = node.witness === undefined ? [node.input] : [node.input, node.witness];
      const { find } = node;
      return {
        ...common,
        operator: 'FIND',
        inputs,
        does: find.linked
          ? `${node.type} in one record with a member`
          : `${node.type} joined to members by ${find.edges.map((edge) => edge.table).join(', ')}`,
        pushDown: null,
        index: find.linked ? 'pairs that occur in one record, both ways' : 'edges, both ways',
        state: find.linked ? 'grows without retention' : 'grows with entities',
        retracts: inherited(inputs),
      };
    }
    case 'merge':
      return {
        ...common,
        operator: 'MERGE',
        inputs: node.inputs,
        does: 'members of any operand',
        pushDown: null,
        index: null,
        state: 'grows with entities',
        retracts: inherited(node.inputs),
      };
    case 'limit':
      return {
        ...common,
        operator: 'LIMIT',
        inputs: [node.input],
        does: `${node.limit === null ? 'all rows' : `${node.limit} rows`}${node.offset > 0 ? ` after the first ${node.offset}` : ''} by ${node.sort.length === 0 ? 'order of entry' : node.sort.map((key) => `${key.path.text} ${key.direction}`).join(', ')}`,
        pushDown: null,
        index: 'rows in order',
        state: 'grows with entities',
        retracts: joined([
          inherited([node.input]),
          node.sort.length === 0 ? null : 'a better row pushes the last one out',
        ]),
      };
  }
}

function joined(reasons: readonly (string | null)[]): string | null {
  const known = [...new Set(reasons.filter((reason) => reason !== null))];
  return known.length === 0 ? null : known.join('; ');
}

function comparisonsOf(pattern: PlanPattern): PlanComparison[] {
  if ('operands' in pattern) return pattern.operands.flatMap(comparisonsOf);
  return pattern.kind === 'comparison' ? [pattern] : [];
}

/** The pattern without what depends on other variables: true wherever the whole is. */
function constantPart(pattern: PlanPattern): string | null {
  if ('operands' in pattern) {
    const parts = pattern.operands.map(constantPart);
    if (pattern.kind === 'or') return parts.includes(null) ? null : parts.join(' OR ');
    const known = parts.filter((part) => part !== null);
    return known.length === 0 ? null : known.map((part) => (part.includes(' OR ') ? `(${part})` : part)).join(' AND ');
  }
  return pattern.kind === 'comparison' && pattern.references.length > 0 ? null : patternText(pattern);
}

function witnessText(pattern: PlanPattern | null): string | null {
  const texts =
    pattern === null
      ? []
      : comparisonsOf(pattern).filter((each) => each.center && !each.negated && each.references.length === 0);
  return texts.length === 0
    ? null
    : `records by value of ${[...new Set(texts.map((each) => each.path.text))].join(', ')}`;
}

function patternText(pattern: PlanPattern): string {
  if ('operands' in pattern) {
    const parts = pattern.operands.map((operand) =>
      'operands' in operand ? `(${patternText(operand)})` : patternText(operand),
    );
    return parts.join(pattern.kind === 'and' ? ' AND ' : ' OR ');
  }
  const attribute = pattern.center ? pattern.path.text : `${pattern.type}:${pattern.path.text}`;
  if (pattern.kind === 'null') return `${attribute} IS ${pattern.negated ? 'NOT ' : ''}NULL`;
  const operator =
    pattern.operator === '=' ? (pattern.negated ? '!=' : '=') : `${pattern.negated ? 'NOT ' : ''}${pattern.operator}`;
  const operands = [
    ...pattern.literals.map(literalText),
    ...pattern.references.map((node) => `values of node ${node}`),
  ];
  return `${attribute} ${operator} ${operands.length === 1 && pattern.operator !== 'IN' ? (operands[0] as string) : `(${operands.join(', ')})`}`;
}

function literalText(literal: LiteralValue): string {
  return typeof literal === 'string' ? `'${literal}'` : String(literal);
}

function timespanText(timespan: PlanTimespan | undefined): string {
  if (timespan === undefined) return '';
  if (timespan.kind === 'last') return `, in the last ${timespan.milliseconds / 1000} s`;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return `, from ${iso(timespan.start.ms)} to ${iso(timespan.stop.ms)}`;
}
