import { nearest } from '../../catalogue/nearest.ts';
import type { VariableColumns, VariableVersion } from '../ast.ts';
import type { DiagnosticCollector } from '../diagnostic-collector.ts';
import type { Word } from '../syntax-tree.ts';

/** Which columns a variable has beside the attributes of its entity type. */
export interface Columns {
  readonly extra: ReadonlySet<string>;
  /** `typed`: attributes of the type too. `closed`: `extra` only (GROUP). `open`: whatever the data bring (LOAD, APPLY). */
  readonly kind: 'typed' | 'closed' | 'open';
  /** Automatic aggregates are among the columns (GROUP without WITH). */
  readonly automatic?: boolean;
  /** Entity type of the right side of a JOIN, whose attributes are columns too. */
  readonly joined?: string | null;
}

export const TYPED: Columns = { extra: new Set(), kind: 'typed' };

/** A version with what the checker knows of its columns. */
export interface Variable {
  readonly version: VariableVersion;
  readonly columns: Columns;
}

/** A word after `=` that is no variable may be a misspelt command. */
const COMMANDS = ['GET', 'FIND', 'NEW', 'LOAD', 'SORT', 'GROUP', 'JOIN'];

/** The default variable: the result of the last statement that bound one. */
const DEFAULT = '_';

/** Variables in static single assignment form: a name means the version bound last before it. */
export class Scope {
  readonly #latest = new Map<string, Variable>();
  readonly #versions = new Map<string, number>();
  #lastBound: Variable | undefined;

  /** `name` undefined: the default variable only. */
  bind(
    name: string | undefined,
    binding: Omit<VariableVersion, 'id' | 'name' | 'version'>,
    columns: Columns,
  ): Variable {
    const variable = this.#add(name ?? DEFAULT, binding, columns);
    this.#lastBound = variable;
    return variable;
  }

  /**
   * A new version of a variable that stays its own result: APPLY does not touch the default variable. It has `columns`
   * beside its own; any columns where those are not known.
   */
  rebind(of: Variable, statement: number, columns: readonly string[] | undefined): Variable {
    const { name, type, shape } = of.version;
    const known: Columns =
      columns === undefined
        ? { ...of.columns, kind: 'open' }
        : { ...of.columns, extra: new Set([...of.columns.extra, ...columns]) };
    return this.#add(name, { type, statement, shape }, known);
  }

  #add(name: string, binding: Omit<VariableVersion, 'id' | 'name' | 'version'>, columns: Columns): Variable {
    const number = (this.#versions.get(name) ?? 0) + 1;
    this.#versions.set(name, number);
    const variable = { version: { id: `${name}#${number}`, name, version: number, ...binding }, columns };
    this.#latest.set(name, variable);
    return variable;
  }

  find(name: string): Variable | undefined {
    return name === DEFAULT ? this.#lastBound : this.#latest.get(name);
  }

  /** Reports an unknown name. */
  use(word: Word, diagnostics: DiagnosticCollector): Variable | undefined {
    const variable = this.find(word.text);
    if (variable === undefined) {
      const suggestion = nearest(word.text, this.#latest.keys()) ?? nearest(word.text, COMMANDS);
      diagnostics.report('variable-unknown', word, { name: word.text, suggestion });
    }
    return variable;
  }

  /** Columns of the last version of every variable, the default one included. */
  columns(): VariableColumns[] {
    const named = [...this.#latest].filter(([name]) => name !== DEFAULT);
    if (this.#lastBound !== undefined) named.push([DEFAULT, this.#lastBound]);
    return named.map(([name, { columns }]) => ({
      name,
      own: [...columns.extra],
      isClosed: columns.kind === 'closed',
    }));
  }

  /** Last version of every named variable, in order of first assignment. */
  variables(): VariableVersion[] {
    return [...this.#latest.values()].map((each) => each.version).filter((each) => each.name !== DEFAULT);
  }
}
