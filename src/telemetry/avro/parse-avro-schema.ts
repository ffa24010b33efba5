import { SourceError } from '../../errors/windhover-error.ts';
import { AVRO_PRIMITIVES, type AvroField, type AvroPrimitive, type AvroType } from './avro-type.ts';

/** Longest schema text that is looked at. */
export const MAX_SCHEMA_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;
/** Types, fields and symbols of one schema. */
const MAX_PARTS = 20_000;
const MAX_FIXED_BYTES = 16 * 1024 * 1024;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,254}(?:\.[A-Za-z_][A-Za-z0-9_]{0,254}){0,15}$/u;
const SHOWN = 60;

/**
 * The schema in the head of an Avro container as a type graph. The text is whatever the writer put there: its size, depth
 * and number of parts are bounded, names are checked, and nothing of it is ever evaluated.
 * Throws `SourceError` (`source-schema`) for what is no schema. Defaults, aliases, docs and logical types are passed over:
 * they say nothing of how the bytes lie.
 */
export function parseAvroSchema(text: string): AvroType {
  if (text.length > MAX_SCHEMA_BYTES) refuse('it is longer than 1 MiB');
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (cause) {
    refuse('it is not JSON', cause);
  }
  return new SchemaParser().type(schema, '', 0);
}

function refuse(why: string, cause?: unknown): never {
  throw new SourceError('source-schema', `the Avro schema cannot be used: ${why}`, {
    hint: 'The head of the file is damaged, or its writer does not follow the Avro specification. Write the file anew.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function shown(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, SHOWN);
}

class SchemaParser {
  readonly #named = new Map<string, AvroType>();
  readonly #primitives = new Map<string, AvroType>();
  #parts = 0;

  type(schema: unknown, namespace: string, depth: number): AvroType {
    if (depth > MAX_DEPTH) refuse(`types nest deeper than ${String(MAX_DEPTH)}`);
    this.#count();
    if (typeof schema === 'string') return this.#byName(schema, namespace);
    if (Array.isArray(schema)) return this.#union(schema, namespace, depth);
    if (typeof schema !== 'object' || schema === null) refuse(`${shown(schema)} is no type`);
    const definition = schema as Readonly<Record<string, unknown>>;
    switch (definition['type']) {
      case 'record':
      case 'error':
        return this.#record(definition, namespace, depth);
      case 'enum':
        return this.#enum(definition, namespace);
      case 'fixed':
        return this.#fixed(definition, namespace);
      case 'array':
        return { kind: 'array', items: this.type(definition['items'], namespace, depth + 1) };
      case 'map':
        return { kind: 'map', values: this.type(definition['values'], namespace, depth + 1) };
      default:
        return this.type(definition['type'], namespace, depth + 1);
    }
  }

  #byName(name: string, namespace: string): AvroType {
    if (AVRO_PRIMITIVES.has(name)) {
      let primitive = this.#primitives.get(name);
      if (primitive === undefined) {
        primitive = { kind: name as AvroPrimitive };
        this.#primitives.set(name, primitive);
      }
      return primitive;
    }
    const full = name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
    return (
      this.#named.get(full) ?? this.#named.get(name) ?? refuse(`it names the type ${shown(name)} before stating it`)
    );
  }

  #union(branches: readonly unknown[], namespace: string, depth: number): AvroType {
    if (branches.length === 0) refuse('a union has no branches');
    const types = branches.map((branch) => this.type(branch, namespace, depth + 1));
    if (types.some((type) => type.kind === 'union')) refuse('a union holds a union');
    return { kind: 'union', branches: types };
  }

  #record(definition: Readonly<Record<string, unknown>>, namespace: string, depth: number): AvroType {
    const name = this.#nameOf(definition, namespace);
    const inner = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
    const fields: AvroField[] = [];
    const record: AvroType = { kind: 'record', name, fields };
    this.#named.set(name, record);
    const stated = definition['fields'];
    if (!Array.isArray(stated)) refuse(`the record ${name} has no list of fields`);
    const seen = new Set<string>();
    for (const field of stated as readonly unknown[]) {
      this.#count();
      const { name: own, type } = (typeof field === 'object' && field !== null ? field : {}) as Record<string, unknown>;
      if (typeof own !== 'string' || own.includes('.') || !NAME.test(own))
        refuse(`${shown(own)} is no name of a field`);
      if (seen.has(own)) refuse(`the record ${name} has two fields ${own}`);
      seen.add(own);
      fields.push({ name: own, type: this.type(type, inner, depth + 1) });
    }
    return record;
  }

  #enum(definition: Readonly<Record<string, unknown>>, namespace: string): AvroType {
    const name = this.#nameOf(definition, namespace);
    const symbols = definition['symbols'];
    if (!Array.isArray(symbols) || symbols.length === 0) refuse(`the enum ${name} has no symbols`);
    for (const symbol of symbols as readonly unknown[]) {
      this.#count();
      if (typeof symbol !== 'string' || !NAME.test(symbol)) refuse(`${shown(symbol)} is no symbol`);
    }
    const type: AvroType = { kind: 'enum', name, symbols: symbols as string[] };
    this.#named.set(name, type);
    return type;
  }

  #fixed(definition: Readonly<Record<string, unknown>>, namespace: string): AvroType {
    const name = this.#nameOf(definition, namespace);
    const size = definition['size'];
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > MAX_FIXED_BYTES) {
      refuse(`the fixed type ${name} has the size ${shown(size)}`);
    }
    const type: AvroType = { kind: 'fixed', name, size };
    this.#named.set(name, type);
    return type;
  }

  #nameOf(definition: Readonly<Record<string, unknown>>, namespace: string): string {
    const { name, namespace: own } = definition;
    if (typeof name !== 'string' || !NAME.test(name)) refuse(`${shown(name)} is no name of a type`);
    const space = typeof own === 'string' ? own : namespace;
    const full = name.includes('.') || space === '' ? name : `${space}.${name}`;
    if (!NAME.test(full)) refuse(`${shown(full)} is no name of a type`);
    if (AVRO_PRIMITIVES.has(full)) refuse(`a type is named ${full}`);
    if (this.#named.has(full)) refuse(`the type ${full} is stated twice`);
    return full;
  }

  #count(): void {
    if (++this.#parts > MAX_PARTS) refuse(`it has more than ${String(MAX_PARTS)} types, fields and symbols`);
  }
}
