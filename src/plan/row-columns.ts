import type { NodeIndex, PlanNode, Transform } from './hunt-plan.ts';

/** A column that derived rows have of their own. */
export interface OwnColumn {
  readonly name: string;
  /** Made by GROUP without WITH: shown only where some member has a value. */
  readonly isAutomatic: boolean;
  /** A count. */
  readonly isCount: boolean;
}

/** Where the columns of a node's members come from. */
export interface RowColumns {
  readonly own: readonly OwnColumn[];
  /** Entity types whose attributes its members have. */
  readonly types: readonly string[];
  /** Columns that NEW wrote, in their order. */
  readonly written: readonly string[];
}

const TRANSFORM_COLUMNS: Readonly<Record<Transform, readonly string[]>> = {
  TIMESTAMPED: ['first_observed'],
  ADDOBSID: ['observation_id'],
  RECORDS: ['number_observed', 'first_observed', 'last_observed', 'observation_id'],
};

/** What a transform adds to each row, in this order. */
export function transformColumns(transform: Transform): readonly string[] {
  return TRANSFORM_COLUMNS[transform];
}

export function rowColumns(nodes: readonly PlanNode[], index: NodeIndex): RowColumns {
  const node = nodes[index];
  switch (node?.op) {
    case undefined:
      return NOTHING;
    case 'new':
      return { own: [], types: [node.type], written: node.columns };
    case 'get':
    case 'find':
    case 'values':
      return { own: [], types: [node.type], written: [] };
    case 'filter':
    case 'limit':
      return rowColumns(nodes, node.input);
    case 'entities': {
      const { types, written } = rowColumns(nodes, node.input);
      return { own: [], types, written };
    }
    case 'merge':
      return node.inputs.map((input) => rowColumns(nodes, input)).reduce(joined, NOTHING);
    case 'join':
      return joined(rowColumns(nodes, node.left), rowColumns(nodes, node.right));
    case 'records': {
      const added = transformColumns(node.transform).map((name) => ({ name, isAutomatic: false, isCount: false }));
      return joined({ own: added, types: [], written: [] }, rowColumns(nodes, node.input));
    }
    case 'apply': {
      const given = node.columns.map((name) => ({ name, isAutomatic: false, isCount: false }));
      return joined(rowColumns(nodes, node.input), { own: given, types: [], written: [] });
    }
    case 'group': {
      const keys = node.keys.map((key) => (key.kind === 'bin' ? key.alias : key.path.text));
      const own = [
        ...keys.map((name) => ({ name, isAutomatic: false, isCount: false })),
        ...node.aggregates.map((aggregate) => ({
          name: aggregate.alias,
          isAutomatic: node.automatic,
          isCount: aggregate.function === 'COUNT' || aggregate.function === 'NUNIQUE',
        })),
      ];
      return { own: distinct(own), types: [], written: [] };
    }
  }
}

/** Whether members may be derived rows. */
export function hasRows(nodes: readonly PlanNode[], index: NodeIndex): boolean {
  const node = nodes[index];
  switch (node?.op) {
    case 'group':
    case 'join':
    case 'records':
    case 'apply':
      return true;
    case 'filter':
    case 'limit':
      return hasRows(nodes, node.input);
    case 'merge':
      return node.inputs.some((input) => hasRows(nodes, input));
    default:
      return false;
  }
}

const NOTHING: RowColumns = { own: [], types: [], written: [] };

function joined(a: RowColumns, b: RowColumns): RowColumns {
  return {
    own: distinct([...a.own, ...b.own]),
    types: [...new Set([...a.types, ...b.types])],
    written: [...new Set([...a.written, ...b.written])],
  };
}

function distinct(columns: readonly OwnColumn[]): OwnColumn[] {
  return columns.filter(({ name }, at) => columns.findIndex((each) => each.name === name) === at);
}
