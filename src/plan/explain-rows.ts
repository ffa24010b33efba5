import { analyticOf, MAX_SET_ROWS } from '../catalogue/analytics.ts';
import type { Aggregate, GroupKey } from '../language/ast.ts';
import { joined, type Explained } from './node-explanation.ts';
import type { ApplyNode, EntitiesNode, GroupNode, JoinNode, NodeIndex, RecordsNode } from './hunt-plan.ts';
import { transformColumns } from './row-columns.ts';

/** Explains the operators whose members are rows, not entities. */
export function explainRows(
  node: GroupNode | JoinNode | RecordsNode | EntitiesNode | ApplyNode,
  reasonsOf: (inputs: readonly NodeIndex[]) => string | null,
): Explained {
  switch (node.op) {
    case 'group': {
      const { input, keys, aggregates, automatic } = node;
      const read = automatic ? keys : [...keys, ...aggregates];
      const paths = new Set(read.map(({ path }) => path.text).filter((path) => path !== 'id'));
      const computed = automatic
        ? 'an aggregate that suits it of every attribute'
        : list(aggregates.map(aggregateText));
      return {
        operator: 'GROUP',
        inputs: [input],
        does: `one row per ${list(keys.map(keyText))} over the members of [${input}], with ${computed}`,
        pushDown: null,
        index: 'groups by key, and what each member gave to its group',
        state: 'grows with entities',
        retracts: joined([
          reasonsOf([input]),
          ...[...paths].map((path) => `${path} changes`),
          'the last member of a group leaves it',
        ]),
      };
    }
    case 'join': {
      const { left, right, by } = node;
      return {
        operator: 'JOIN',
        inputs: [left, right],
        does: `one row per pair of members of [${left}] and [${right}] with ${by[0].text} = ${by[1].text}`,
        pushDown: null,
        index: `members of both sides by value`,
        state: 'unbounded without retention',
        retracts: joined([reasonsOf([left, right]), `${by[0].text} changes`, `${by[1].text} changes`]),
      };
    }
    case 'records': {
      const { input, transform } = node;
      return {
        operator: transform,
        inputs: [input],
        does: `one row per member of [${input}] and record that mentions it, with ${list(transformColumns(transform))}`,
        pushDown: null,
        index: 'records by the entities they mention',
        state: 'unbounded without retention',
        retracts: reasonsOf([input]),
      };
    }
    case 'apply': {
      const isSet = analyticOf(node.analytic)?.scope === 'set';
      const paths = node.arguments.flatMap((each) => (each.kind === 'attributes' ? each.attributes : []));
      const references = node.arguments.flatMap((each) => (each.kind === 'texts' ? each.references : []));
      return {
        operator: `APPLY ${node.analytic}`,
        inputs: [node.input, ...references],
        does: `each member of [${node.input}] with ${list(node.columns)}, from ${list(paths.map(({ text }) => text))}${
          isSet ? `; worked out anew for all members in each epoch that changes one, at most ${MAX_SET_ROWS}` : ''
        }`,
        pushDown: null,
        index: null,
        state: 'grows with entities',
        retracts: reasonsOf([node.input]),
      };
    }
    case 'entities':
      return {
        operator: 'ENTITIES',
        inputs: [node.input],
        does: `the entities that the rows of [${node.input}] stand for`,
        pushDown: null,
        index: 'rows by entity',
        state: 'grows with entities',
        retracts: reasonsOf([node.input]),
      };
  }
}

function keyText(key: GroupKey): string {
  return key.kind === 'bin' ? `BIN(${key.path.text}, ${key.size}${key.unit ?? ''})` : key.path.text;
}

function aggregateText({ function: name, path, alias }: Aggregate): string {
  return `${name}(${path.text}) AS ${alias}`;
}

function list(items: readonly string[]): string {
  return items.join(', ');
}
