import type {
  ApplyStatement,
  CheckedHuntflow,
  Expression,
  FindStatement,
  Pattern,
  SortKey,
  Statement,
  Timespan,
  VariableReference,
  VariableVersion,
} from '../language/ast.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import { externalAnalytics } from './external-analytics.ts';
import type {
  ApplyNode,
  FindEdges,
  GetNode,
  HuntPlan,
  Listing,
  NodeIndex,
  PlanNode,
  PlannedDisplay,
  PlannedSave,
  PlanPattern,
  PlanTimespan,
} from './hunt-plan.ts';
import { groupNode, joinNode, ownPath, recordsListing, recordsNode, shownColumns } from './plan-rows.ts';
import { hasRows } from './row-columns.ts';
import { inputNames } from './statement-inputs.ts';

export interface PlanResult {
  /** Absent where a statement cannot be executed: a hunt that runs in part would be silent about the rest. */
  readonly plan?: HuntPlan;
  readonly diagnostics: readonly Diagnostic[];
}

/** Turns a huntflow that checked without errors into a plan, or says which statement it cannot run. Pure. */
export function planHuntflow(huntflow: CheckedHuntflow): PlanResult {
  const diagnostics = huntflow.statements.flatMap(notExecuted);
  if (diagnostics.length > 0) return { diagnostics };
  return { plan: new Planner().plan(huntflow), diagnostics };
}

/** What parses and checks, and is not run. */
function notExecuted(statement: Statement): Diagnostic[] {
  return statement.kind === 'apply' && statement.builtIn === undefined ? [externalAnalytics(statement)] : [];
}

class Planner {
  readonly #nodes: PlanNode[] = [];
  readonly #listings = new Map<string, Listing>();
  readonly #values = new Map<string, NodeIndex>();
  readonly #sources = new Set<string>();
  readonly #displays: PlannedDisplay[] = [];
  readonly #saves = new Map<string, PlannedSave>();
  #huntflow: readonly Statement[] = [];
  #statement = 0;

  plan(huntflow: CheckedHuntflow): HuntPlan {
    this.#huntflow = huntflow.statements;
    huntflow.statements.forEach((statement, index) => {
      this.#statement = index;
      this.#add(statement);
    });
    return {
      nodes: this.#nodes,
      variables: huntflow.variables.flatMap((variable) => {
        const listing = this.#listings.get(variable.id);
        return listing === undefined ? [] : [{ name: variable.name, listing }];
      }),
      displays: this.#displays,
      saves: [...this.#saves.values()],
      sources: [...this.#sources],
    };
  }

  #add(statement: Statement): void {
    switch (statement.kind) {
      case 'new':
        this.#bind(statement.output, {
          op: 'new',
          statement: this.#statement,
          type: statement.type,
          columns: statement.columns,
          rows: statement.rows,
        });
        return;
      case 'load':
        this.#bind(statement.output, {
          op: 'new',
          statement: this.#statement,
          type: statement.type ?? '',
          columns: statement.columns,
          rows: statement.rows,
          file: statement.path,
        });
        return;
      case 'get': {
        if (statement.from.kind === 'variable') {
          const input = this.#listing(statement.from.variable);
          const filtered = this.#filter(input, statement.where);
          this.#listings.set(statement.output.id, this.#limit(filtered, statement.limit, 0));
          return;
        }
        for (const uri of statement.from.uris) this.#sources.add(uri);
        const node = this.#node({
          op: 'get',
          statement: this.#statement,
          type: statement.type,
          sources: statement.from.uris,
          pattern: this.#pattern(statement.where),
          ...timespanOf(statement.timespan),
        });
        this.#listings.set(
          statement.output.id,
          this.#limit({ node, type: statement.type, sort: [] }, statement.limit, 0),
        );
        return;
      }
      case 'find':
        this.#find(statement);
        return;
      case 'assign':
        this.#listings.set(statement.output.id, this.#expression(statement.expression));
        return;
      case 'sort': {
        const input = this.#listing(statement.input);
        this.#listings.set(statement.output.id, { ...input, sort: [statement.sort] });
        return;
      }
      case 'group': {
        const input = this.#listing(statement.input);
        this.#bind(statement.output, groupNode(statement, this.#statement, input, this.#nodes));
        return;
      }
      case 'join': {
        const [left, right] = [this.#listing(statement.left), this.#listing(statement.right)];
        this.#bind(statement.output, joinNode(statement, this.#statement, left, right));
        return;
      }
      case 'apply': {
        const [input, output] = [statement.inputs[0] as VariableVersion, statement.outputs[0] as VariableVersion];
        const listing = this.#listing(input);
        const node = this.#node(this.#applyNode(statement, listing, output.id));
        const columns = listing.columns && [...listing.columns, ...(statement.builtIn?.columns ?? []).map(ownPath)];
        this.#listings.set(output.id, { ...listing, node, ...(columns && { columns }) });
        return;
      }
      case 'merge':
        this.#bind(statement.output, {
          op: 'merge',
          statement: this.#statement,
          type: statement.output.type ?? '',
          inputs: statement.inputs.map((input) => this.#listing(input).node),
        });
        return;
      case 'disp': {
        const { limit, offset, ...rest } = statement.expression;
        this.#displays.push({
          kind: 'table',
          statement: this.#statement + 1,
          line: statement.range.start.line,
          variable: statement.expression.input.name,
          listing: this.#expression(rest),
          limit: limit ?? null,
          offset: offset ?? 0,
        });
        return;
      }
      case 'info': {
        const birth = this.#huntflow[statement.input.statement];
        const origin = birth && { command: birth.kind, inputs: inputNames(birth) };
        this.#show('info', statement, this.#listing(statement.input), origin && { origin });
        return;
      }
      case 'describe':
        this.#show('describe', statement, { ...this.#listing(statement.input), columns: [statement.path] });
        return;
      case 'explain':
        this.#show('explain', statement, this.#listing(statement.input));
        return;
      case 'save':
        // In the place of an earlier one: the file ends up as the later statement has it.
        this.#saves.delete(statement.path);
        this.#saves.set(statement.path, {
          statement: this.#statement + 1,
          range: statement.range,
          variable: statement.input.name,
          path: statement.path,
          listing: this.#listing(statement.input),
        });
        return;
    }
  }

  #show(
    kind: PlannedDisplay['kind'],
    statement: Extract<Statement, { kind: 'info' | 'describe' | 'explain' }>,
    listing: Listing,
    more: Pick<PlannedDisplay, 'origin'> = {},
  ): void {
    this.#displays.push({
      kind,
      statement: this.#statement + 1,
      line: statement.range.start.line,
      variable: statement.input.name,
      listing,
      limit: null,
      offset: 0,
      ...more,
    });
  }

  #find(statement: FindStatement): void {
    const input = this.#listing(statement.input);
    const find: FindEdges = {
      linked: statement.linked,
      ...(statement.roles && { roles: statement.roles }),
      inputType: input.type,
      edges: statement.edges.map((edge) => ({
        owner: edge.owner,
        table: `${edge.owner === 'result' ? statement.type : input.type}.${edge.reference}`,
      })),
    };
    let witness: NodeIndex | undefined;
    if (statement.where !== undefined || statement.timespan !== undefined) {
      const get: GetNode = {
        op: 'get',
        statement: this.#statement,
        type: statement.type,
        sources: null,
        pattern: statement.where === undefined ? null : this.#pattern(statement.where),
        ...timespanOf(statement.timespan),
      };
      witness = this.#node(
        statement.where !== undefined && namesOtherMentions(statement.where) ? { ...get, pairs: find } : get,
      );
    }
    const node = this.#node({
      op: 'find',
      statement: this.#statement,
      type: statement.type,
      input: this.#entities(input),
      find,
      ...(witness === undefined ? {} : { witness }),
    });
    this.#listings.set(statement.output.id, this.#limit({ node, type: statement.type, sort: [] }, statement.limit, 0));
  }

  #applyNode({ builtIn }: ApplyStatement, input: Listing, id: string): ApplyNode {
    if (builtIn === undefined) throw new Error('an external analytics was planned');
    return {
      op: 'apply',
      statement: this.#statement,
      type: input.type,
      input: input.node,
      id,
      analytic: builtIn.name,
      columns: builtIn.columns,
      arguments: builtIn.arguments.map((argument) =>
        argument.kind === 'texts'
          ? { ...argument, references: argument.references.map((reference) => this.#valuesOf(reference)) }
          : argument,
      ),
    };
  }

  #expression(expression: Expression): Listing {
    let listing = this.#listing(expression.input);
    const { transform } = expression;
    if (transform !== undefined) {
      const node = this.#node(recordsNode(transform, this.#statement, listing));
      listing = { ...recordsListing(transform, listing), node };
    }
    if (expression.where !== undefined) listing = this.#filter(listing, expression.where);
    if (expression.attributes !== undefined)
      listing = { ...listing, columns: shownColumns(transform, expression.attributes) };
    if (expression.sort !== undefined) listing = { ...listing, sort: [expression.sort] };
    return this.#limit(listing, expression.limit, expression.offset ?? 0);
  }

  /** Relations join entities: rows are followed to those they stand for. */
  #entities(listing: Listing): NodeIndex {
    if (!hasRows(this.#nodes, listing.node)) return listing.node;
    return this.#node({ op: 'entities', statement: this.#statement, type: listing.type, input: listing.node });
  }

  #filter(listing: Listing, where: Pattern): Listing {
    const pattern = this.#pattern(where);
    const node = this.#node({
      op: 'filter',
      statement: this.#statement,
      type: listing.type,
      input: listing.node,
      pattern,
    });
    return { ...listing, node };
  }

  #limit(listing: Listing, limit: number | undefined, offset: number): Listing {
    if (limit === undefined && offset === 0) return listing;
    const sort: readonly SortKey[] = listing.sort;
    const node = this.#node({
      op: 'limit',
      statement: this.#statement,
      type: listing.type,
      input: listing.node,
      limit: limit ?? null,
      offset,
      sort,
    });
    return { ...listing, node };
  }

  #pattern(pattern: Pattern): PlanPattern {
    switch (pattern.kind) {
      case 'and':
      case 'or':
        return { kind: pattern.kind, operands: pattern.operands.map((operand) => this.#pattern(operand)) };
      case 'null': {
        const { kind, type, center, path, negated } = pattern;
        return { kind, type, center, path, negated };
      }
      case 'comparison': {
        const { kind, type, center, path, operator, negated, literals } = pattern;
        const references = pattern.references.map((reference) => this.#valuesOf(reference));
        return { kind, type, center, path, operator, negated, literals, references };
      }
    }
  }

  /** One set of values per variable version and path, however often it is referred to. */
  #valuesOf(reference: VariableReference): NodeIndex {
    const key = `${reference.variable.id} ${reference.path.text}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const listing = this.#listing(reference.variable);
    const node = this.#node({
      op: 'values',
      statement: this.#statement,
      type: listing.type,
      input: listing.node,
      path: reference.path,
    });
    this.#values.set(key, node);
    return node;
  }

  #listing(variable: VariableVersion): Listing {
    const listing = this.#listings.get(variable.id);
    if (listing === undefined) throw new Error(`variable ${variable.id} has no plan`);
    return listing;
  }

  #bind(variable: VariableVersion, node: PlanNode): void {
    this.#listings.set(variable.id, { node: this.#node(node), type: node.type, sort: [] });
  }

  #node(node: PlanNode): NodeIndex {
    return this.#nodes.push(node) - 1;
  }
}

function timespanOf(timespan: Timespan | undefined): { timespan?: PlanTimespan } {
  if (timespan === undefined) return {};
  const { range: _range, ...rest } = timespan;
  return { timespan: rest };
}

/** True where the pattern looks at a mention that is not the center: another type, or a role that an ECS name gives. */
function namesOtherMentions(pattern: Pattern): boolean {
  if ('operands' in pattern) return pattern.operands.some(namesOtherMentions);
  return !pattern.center || pattern.path.role !== undefined;
}
