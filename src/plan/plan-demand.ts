import type { AttributePath } from '../language/ast.ts';
import type { Demand } from '../telemetry/demand.ts';
import { attributeOf } from '../catalogue/attribute-of.ts';
import { entityType } from '../catalogue/entity-type.ts';
import { listedReference, referenceOf } from '../catalogue/reference-of.ts';
import { displayColumns } from './display-columns.ts';
import type { HuntPlan, Listing, NodeIndex, PlanNode, PlanPattern } from './hunt-plan.ts';
import { rowColumns } from './row-columns.ts';

/** Attributes that every record changes that mentions the entity. */
const OF_OBSERVATION: ReadonlySet<string> = new Set(['first_observed', 'last_observed', 'number_observed']);

/** Attribute paths that a hunt reads beyond its huntflow (alert titles, suppression keys, alert fields), by type. */
export interface ExtraPaths {
  readonly type: string;
  readonly paths: readonly AttributePath[];
}

/** Collects what the hunts of one scope can ever read (decision 17). The union over hunts never changes an answer. */
export class DemandBuilder {
  readonly #types = new Map<string, Set<string>>();
  /** Through which content is read. */
  readonly #references = new Set<string>();
  /** Along which FIND goes. */
  readonly #edgeTables = new Set<string>();
  readonly #patternTypes = new Map<string, Set<string>>();
  readonly #patternReferences = new Set<string>();
  readonly #linked = new Map<string, readonly [string, string]>();
  readonly #observed = new Set<string>();
  readonly #members = new Set<string>();
  #recordIds = false;

  addPlan(plan: HuntPlan): void {
    for (const node of plan.nodes) this.#addNode(plan, node);
    for (const variable of plan.variables) this.#type(variable.listing.type);
    for (const { kind, listing } of plan.displays) {
      this.#type(listing.type);
      if (kind !== 'info' && kind !== 'explain') this.#listing(plan, listing);
    }
    for (const { listing } of plan.saves) this.#listing(plan, listing);
    for (const { listing } of plan.variables) this.#order(plan, listing);
  }

  #order(plan: HuntPlan, { node, sort }: Listing): void {
    for (const { path } of sort) this.#contentOf(plan, node, path);
  }

  /** A path read from the members of a node: of all types that they may stand for. */
  #contentOf(plan: HuntPlan, node: NodeIndex, path: AttributePath): void {
    for (const type of typesOf(plan, node)) this.#content(type, path);
  }

  /** Paths read from the content of members of `type`. */
  addPaths(extra: ExtraPaths): void {
    this.#type(extra.type);
    for (const path of extra.paths) this.#content(extra.type, path);
  }

  /** Every column that a DISP without ATTR would show. */
  addWholeRows(type: string): void {
    this.#wholeRows(type);
  }

  /** A reference that is walked from `type`, with its targets. */
  addReference(type: string, reference: string): void {
    this.#type(type);
    const definition = referenceOf(type, reference);
    this.#references.add(`${type}.${definition?.name ?? reference}`);
    for (const target of definition?.target ?? []) add(this.#types, target);
  }

  needRecordIds(): void {
    this.#recordIds = true;
  }

  build(): Demand {
    const freeze = (map: Map<string, Set<string>>): Map<string, { onRequest: ReadonlySet<string> }> =>
      new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, names]) => [type, { onRequest: names }]));
    return {
      types: freeze(this.#types),
      references: new Set([...this.#references, ...this.#edgeTables]),
      readReferences: this.#references,
      patternTypes: freeze(this.#patternTypes),
      patternReferences: this.#patternReferences,
      linked: [...this.#linked.values()],
      observed: this.#observed,
      members: this.#members,
      recordIds: this.#recordIds,
    };
  }

  #addNode(plan: HuntPlan, node: PlanNode): void {
    this.#type(node.type);
    switch (node.op) {
      case 'get':
        if (node.pattern !== null) this.#pattern(node.type, node.pattern, true);
        if (node.pairs !== undefined) this.#edges(node.type, node.pairs);
        return;
      case 'filter':
        for (const type of typesOf(plan, node.input)) this.#pattern(type, node.pattern, false);
        return;
      case 'values':
        this.#contentOf(plan, node.input, node.path);
        return;
      case 'limit':
        for (const key of node.sort) this.#contentOf(plan, node.input, key.path);
        return;
      case 'find':
        this.#edges(node.type, node.find);
        return;
      case 'group':
        for (const { path } of [...node.keys, ...node.aggregates]) this.#contentOf(plan, node.input, path);
        return;
      case 'join':
        this.#contentOf(plan, node.left, node.by[0]);
        this.#contentOf(plan, node.right, node.by[1]);
        return;
      case 'records':
        for (const type of typesOf(plan, node.input)) this.#observed.add(type);
        this.#recordIds = true;
        if (node.transform === 'RECORDS') add(this.#patternTypes, 'observed-data').add('number_observed');
        return;
      case 'apply':
        for (const argument of node.arguments) {
          if (argument.kind !== 'attributes') continue;
          for (const path of argument.attributes) this.#contentOf(plan, node.input, path);
        }
        return;
      case 'new':
      case 'merge':
      case 'entities':
        return;
    }
  }

  /** What rows of a listing show, and what orders them. */
  #listing(plan: HuntPlan, listing: Listing): void {
    const { node, type, columns } = listing;
    this.#type(type);
    this.#order(plan, listing);
    if (columns === undefined) for (const each of typesOf(plan, node)) this.#wholeRows(each);
    else for (const path of columns) this.#contentOf(plan, node, path);
  }

  #edges(type: string, find: Extract<PlanNode, { op: 'find' }>['find']): void {
    this.#type(find.inputType);
    // Pairs of an extended relation come from its inner GET alone.
    if (find.linked && find.roles === undefined) this.#linked.set(`${type} ${find.inputType}`, [type, find.inputType]);
    for (const edge of find.edges) this.#edgeTables.add(edge.table);
  }

  #pattern(type: string, pattern: PlanPattern, onRecord: boolean): void {
    if ('operands' in pattern) {
      for (const operand of pattern.operands) this.#pattern(type, operand, onRecord);
      return;
    }
    if (onRecord) this.#path(pattern.type, pattern.path, this.#patternTypes, this.#patternReferences);
    else this.#content(type, pattern.path);
  }

  #content(type: string, path: AttributePath): void {
    this.#type(type);
    this.#path(type, path, this.#types, this.#references);
  }

  #path(type: string, path: AttributePath, types: Map<string, Set<string>>, references: Set<string>): void {
    let at: readonly string[] = [type];
    for (const step of path.steps) {
      for (const owner of at) {
        add(types, owner);
        references.add(`${owner}.${referenceOf(owner, step.reference)?.name ?? step.reference}`);
      }
      at = step.target;
    }
    for (const owner of at) {
      const names = add(types, owner);
      const reference = listedReference(owner, path.attribute);
      if (reference !== undefined) {
        references.add(`${owner}.${reference.name}`);
        for (const target of reference.target) add(types, target);
        continue;
      }
      if (types === this.#types && OF_OBSERVATION.has(path.attribute)) this.#members.add(owner);
      const attribute = attributeOf(owner, path.attribute);
      // Unknown attributes are named too, so that a decoder with a free schema knows that somebody reads them.
      if (attribute === undefined || attribute.onRequest === true) names.add(path.attribute);
    }
  }

  #wholeRows(type: string): void {
    this.#type(type);
    for (const group of displayColumns(type)) {
      let at: readonly string[] = [type];
      for (const step of group.steps) {
        const targets = new Set<string>();
        for (const owner of at) {
          const reference = entityType(owner)?.references.find((each) => each.name === step);
          if (reference === undefined) continue;
          add(this.#types, owner);
          this.#references.add(`${owner}.${step}`);
          for (const target of reference.target) targets.add(target);
        }
        at = [...targets];
      }
      for (const owner of at) add(this.#types, owner);
    }
  }

  #type(type: string): void {
    add(this.#types, type);
    this.#members.add(type);
  }
}

function typesOf(plan: HuntPlan, node: NodeIndex): readonly string[] {
  return rowColumns(plan.nodes, node).types;
}

function add(types: Map<string, Set<string>>, type: string): Set<string> {
  let names = types.get(type);
  if (names === undefined) types.set(type, (names = new Set()));
  return names;
}
