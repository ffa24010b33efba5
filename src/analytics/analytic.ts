import type { Instant } from '../catalogue/instant.ts';

export type AnalyticValue = string | number | boolean | Instant | readonly string[];

/** An entity as an analytic sees it: its identity, and the values of the attributes that an argument names. */
export interface AnalyticRow {
  readonly key: string;
  /** Values of each attribute of the argument, in its order; none where the entity has none. */
  values(argument: string): readonly (readonly AnalyticValue[])[];
}

export interface AnalyticArguments {
  number(name: string): number;
  texts(name: string): ReadonlySet<string>;
}

/** Attributes that an entity gets; an absent one is taken away. */
export type AnalyticColumns = Readonly<Record<string, AnalyticValue>>;

/**
 * What APPLY calls. Contract: pure; the result depends on rows and arguments alone, never on the order of rows; no
 * exception for any values; columns are those of the definition in the catalogue.
 */
export type Analytic =
  | { readonly scope: 'row'; readonly rate: (row: AnalyticRow, given: AnalyticArguments) => AnalyticColumns }
  | {
      readonly scope: 'set';
      /** One result per row, in the order of the rows. */
      readonly rate: (rows: readonly AnalyticRow[], given: AnalyticArguments) => readonly AnalyticColumns[];
    };
