import type { AvroCursor } from './avro-cursor.ts';
import type { AvroType } from './avro-type.ts';

/** Reads one value; takes the cursor behind it. Throws `AvroDatumError`. */
export type AvroReader = (cursor: AvroCursor) => unknown;
/** Passes over one value. Throws `AvroDatumError`. */
export type AvroSkipper = (cursor: AvroCursor) => void;

/** An object that inherits nothing, so that every name is a name like others; made so that it stays fast. */
const PlainObject = function PlainObject() {
  // Fields are added as they are read.
} as unknown as new () => Record<string, unknown>;
PlainObject.prototype = Object.create(null) as object;

/**
 * Readers of the types of one writer schema, composed of closures once per type (no text of a schema becomes code).
 *
 * Values: `null`, booleans, numbers (a long beyond 2^53 is a bigint), texts, `Buffer` for bytes and fixed, symbols of
 * enums as texts, arrays, records and maps as objects that inherit nothing, of a union the value alone.
 */
export class AvroReaders {
  readonly #readers = new Map<AvroType, AvroReader>();
  readonly #skippers = new Map<AvroType, AvroSkipper>();

  reader(type: AvroType): AvroReader {
    const known = this.#readers.get(type);
    if (known !== undefined) return known;
    // A type that holds itself finds this one while its own reader is being made.
    const made: { reader?: AvroReader } = {};
    this.#readers.set(type, (cursor) => (made.reader as AvroReader)(cursor));
    made.reader = this.#makeReader(type);
    this.#readers.set(type, made.reader);
    return made.reader;
  }

  skipper(type: AvroType): AvroSkipper {
    const known = this.#skippers.get(type);
    if (known !== undefined) return known;
    const made: { skipper?: AvroSkipper } = {};
    this.#skippers.set(type, (cursor) => (made.skipper as AvroSkipper)(cursor));
    made.skipper = this.#makeSkipper(type);
    this.#skippers.set(type, made.skipper);
    return made.skipper;
  }

  #makeReader(type: AvroType): AvroReader {
    switch (type.kind) {
      case 'null':
        return () => null;
      case 'boolean':
        return (cursor) => cursor.boolean();
      case 'int':
        return (cursor) => cursor.int();
      case 'long':
        return (cursor) => cursor.exactLong();
      case 'float':
        return (cursor) => cursor.float();
      case 'double':
        return (cursor) => cursor.double();
      case 'string':
        return (cursor) => cursor.text();
      case 'bytes':
        return (cursor) => {
          const start = cursor.takeSized();
          return Buffer.from(cursor.bytes.subarray(start, cursor.at));
        };
      case 'fixed':
        return (cursor) => cursor.copy(type.size);
      case 'enum':
        return (cursor) => type.symbols[cursor.index(type.symbols.length)];
      case 'union': {
        const branches = type.branches.map((branch) => this.reader(branch));
        return (cursor) => (branches[cursor.index(branches.length)] as AvroReader)(cursor);
      }
      case 'array':
        return arrayReader(this.reader(type.items));
      case 'map':
        return mapReader(this.reader(type.values));
      default: {
        const names = type.fields.map((field) => field.name);
        const fields = type.fields.map((field) => this.reader(field.type));
        return (cursor) => {
          cursor.enter();
          cursor.step(fields.length);
          const record = new PlainObject();
          for (let i = 0; i < fields.length; i++) record[names[i] as string] = (fields[i] as AvroReader)(cursor);
          cursor.leave();
          return record;
        };
      }
    }
  }

  #makeSkipper(type: AvroType): AvroSkipper {
    switch (type.kind) {
      case 'null':
        return () => undefined;
      case 'boolean':
        return (cursor) => void cursor.take(1);
      case 'int':
      case 'long':
        return (cursor) => cursor.skipNumber();
      case 'float':
        return (cursor) => void cursor.take(4);
      case 'double':
        return (cursor) => void cursor.take(8);
      case 'string':
      case 'bytes':
        return (cursor) => void cursor.takeSized();
      case 'fixed':
        return (cursor) => void cursor.take(type.size);
      case 'enum':
        return (cursor) => void cursor.index(type.symbols.length);
      case 'union': {
        const branches = type.branches.map((branch) => this.skipper(branch));
        return (cursor) => (branches[cursor.index(branches.length)] as AvroSkipper)(cursor);
      }
      case 'array':
        return blocksSkipper(this.skipper(type.items));
      case 'map': {
        const values = this.skipper(type.values);
        return blocksSkipper((cursor) => {
          cursor.takeSized();
          values(cursor);
        });
      }
      default: {
        const fields = type.fields.map((field) => this.skipper(field.type));
        return (cursor) => {
          cursor.enter();
          cursor.step(fields.length);
          for (let i = 0; i < fields.length; i++) (fields[i] as AvroSkipper)(cursor);
          cursor.leave();
        };
      }
    }
  }
}

function arrayReader(item: AvroReader): AvroReader {
  return (cursor) => {
    const items: unknown[] = [];
    cursor.enter();
    for (let count = cursor.blockCount(); count > 0; count = cursor.blockCount()) {
      for (let i = 0; i < count; i++) {
        items.push(item(cursor));
        cursor.finishDatum();
      }
    }
    cursor.leave();
    return items;
  };
}

function mapReader(value: AvroReader): AvroReader {
  return (cursor) => {
    const map = new PlainObject();
    cursor.enter();
    for (let count = cursor.blockCount(); count > 0; count = cursor.blockCount()) {
      for (let i = 0; i < count; i++) {
        const key = cursor.text();
        map[key] = value(cursor);
      }
    }
    cursor.leave();
    return map;
  };
}

function blocksSkipper(item: AvroSkipper): AvroSkipper {
  return (cursor) => {
    cursor.enter();
    for (let count = cursor.skipSizedBlocks(); count > 0; count = cursor.skipSizedBlocks()) {
      for (let i = 0; i < count; i++) {
        item(cursor);
        cursor.finishDatum();
      }
    }
    cursor.leave();
  };
}
