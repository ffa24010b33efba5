import type { Instant } from '../../src/catalogue/instant.ts';

/** A record without columns, codes or batches: what the reference evaluator reads. */
export interface PlainRecord {
  readonly id: string;
  readonly source: string;
  readonly first: Instant;
  readonly last: Instant;
  readonly host: string | null;
  readonly entities: readonly PlainEntity[];
}

/** One mention of an entity. References lead to indexes in the record's `entities`; an array is a list reference. */
export interface PlainEntity {
  readonly type: string;
  readonly key: string;
  readonly role: string;
  readonly authority: 0 | 1;
  readonly caseFolded: boolean;
  readonly attributes: Readonly<Record<string, PlainValue>>;
  readonly references: Readonly<Record<string, number | readonly number[]>>;
}

export type PlainValue = string | number | boolean | Instant | readonly string[];
