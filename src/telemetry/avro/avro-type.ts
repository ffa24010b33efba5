/** An Avro type as a graph: named types refer to themselves, so it may have cycles. Logical types are not kept. */
export type AvroType =
  | { readonly kind: AvroPrimitive }
  | AvroRecord
  | AvroEnum
  | { readonly kind: 'fixed'; readonly name: string; readonly size: number }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] };

export type AvroPrimitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

export interface AvroRecord {
  readonly kind: 'record';
  /** With its namespace: `sysflow.entity.Process`. */
  readonly name: string;
  readonly fields: readonly AvroField[];
}

export interface AvroEnum {
  readonly kind: 'enum';
  readonly name: string;
  readonly symbols: readonly string[];
}

export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}

export const AVRO_PRIMITIVES: ReadonlySet<string> = new Set<AvroPrimitive>([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** The last part of a name with namespace. */
export function simpleName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
