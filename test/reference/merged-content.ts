import { attributeOf } from '../../src/catalogue/attribute-of.ts';
import { compareInstants } from '../../src/catalogue/instant.ts';
import { entityType } from '../../src/catalogue/entity-type.ts';
import type { PlainEntity, PlainRecord, PlainValue } from './plain-record.ts';
import { bytesOrder, valueOrder } from './plain-values.ts';

export const entityId = ({ type, key }: { readonly type: string; readonly key: string }): string => `${type} ${key}`;

interface Mention {
  readonly record: PlainRecord;
  /** Place of the record among those received. */
  readonly index: number;
  readonly entity: PlainEntity;
}

/** Everything known of the entities in a list of records, worked out anew for each question. */
export class MergedContent {
  readonly #mentions = new Map<string, Mention[]>();
  /** Attributes given by NEW: seen before anything else. */
  readonly #given: ReadonlyMap<string, ReadonlyMap<string, PlainValue>>;
  readonly #isForgotten: (id: string, index: number) => boolean;

  /** `isForgotten`: whether what the record at `index` said of an entity has been forgotten since. */
  constructor(
    records: readonly PlainRecord[],
    given: ReadonlyMap<string, ReadonlyMap<string, PlainValue>>,
    isForgotten: (id: string, index: number) => boolean = () => false,
  ) {
    this.#given = given;
    this.#isForgotten = isForgotten;
    for (const [index, record] of records.entries()) {
      for (const entity of record.entities) {
        if (isForgotten(entityId(entity), index)) continue;
        const list = this.#mentions.get(entityId(entity)) ?? [];
        list.push({ record, index, entity });
        this.#mentions.set(entityId(entity), list);
      }
    }
  }

  mentionsOf(id: string): readonly Mention[] {
    return this.#mentions.get(id) ?? [];
  }

  /** Names of attributes of its own that an entity has a value of. */
  namesOf(id: string): string[] {
    const references = entityType(id.slice(0, id.indexOf(' ')))?.references.map(({ name }) => name) ?? [];
    const given = [...(this.#given.get(id)?.keys() ?? [])].filter(
      (name) => !references.includes(name.split('.')[0] ?? ''),
    );
    return [...given, ...this.mentionsOf(id).flatMap(({ entity }) => Object.keys(entity.attributes))];
  }

  attribute(id: string, name: string): PlainValue | undefined {
    const given = this.#given.get(id)?.get(name);
    if (given !== undefined) return given;
    const type = id.slice(0, id.indexOf(' '));
    const keyOf = (each: string): string => each.slice(each.indexOf(' ') + 1);
    const reference = entityType(type)?.references.find((each) => each.name === name);
    if (reference !== undefined) {
      const keys = this.targets(id, name, reference.list).map(keyOf);
      return reference.list && keys.length > 0 ? keys : keys[0];
    }
    const definition = attributeOf(type, name);
    const said = this.mentionsOf(id).flatMap((mention) => {
      const value = mention.entity.attributes[name];
      return value === undefined ? [] : [{ ...mention, value }];
    });
    if (said.length === 0) return name === 'id' ? keyOf(id) : undefined;
    if (definition?.union === true) {
      return [
        ...new Set(said.flatMap(({ value }) => (Array.isArray(value) ? (value as string[]) : [String(value)]))),
      ].sort(bytesOrder);
    }
    const folds = (mention: Mention): boolean => mention.entity.caseFolded && definition?.caseFolded === true;
    const fold = (value: PlainValue, mention: Mention): PlainValue =>
      typeof value === 'string' && folds(mention) ? value.replace(/[A-Z]/g, (c) => c.toLowerCase()) : value;
    const best = said.reduce((a, b) =>
      (b.entity.authority - a.entity.authority || timeOrder(b, a) || valueOrder(fold(b.value, b), fold(a.value, a))) > 0
        ? b
        : a,
    );
    if (!folds(best) || typeof best.value !== 'string') return best.value;
    const winner = fold(best.value, best);
    return said
      .filter((each) => folds(each) && fold(each.value, each) === winner)
      .map((each) => each.value as string)
      .sort(bytesOrder)[0];
  }

  /** Target of a single reference, or all targets of a list one, in order of their keys. */
  targets(id: string, reference: string, list: boolean): string[] {
    const said = this.mentionsOf(id).flatMap((mention) => {
      const to = mention.entity.references[reference];
      const indexes = to === undefined ? [] : Array.isArray(to) ? (to as readonly number[]) : [to as number];
      return indexes.map((index) => ({ ...mention, target: mention.record.entities[index] as PlainEntity }));
    });
    const isKnown = ({ target, index }: (typeof said)[number]): boolean => !this.#isForgotten(entityId(target), index);
    if (list) {
      const byId = new Map(said.filter(isKnown).map(({ target }) => [entityId(target), target]));
      return [...byId.values()].sort((a, b) => bytesOrder(a.key, b.key) || bytesOrder(a.type, b.type)).map(entityId);
    }
    if (said.length === 0) return [];
    const best = said.reduce((a, b) =>
      (b.entity.authority - a.entity.authority || timeOrder(b, a) || bytesOrder(b.target.key, a.target.key)) > 0
        ? b
        : a,
    );
    return isKnown(best) ? [entityId(best.target)] : [];
  }

  /** Values that a path leads to. */
  values(
    id: string,
    path: {
      readonly steps: readonly { readonly reference: string; readonly list: boolean }[];
      readonly attribute: string;
    },
  ): PlainValue[] {
    const written = [...path.steps.map((step) => step.reference), path.attribute].join('.');
    const given = this.#given.get(id)?.get(written);
    if (given !== undefined) return [given];
    let level = [id];
    for (const step of path.steps) level = level.flatMap((each) => this.targets(each, step.reference, step.list));
    return level.flatMap((each) => {
      const value = this.attribute(each, path.attribute);
      return value === undefined ? [] : [value];
    });
  }
}

function timeOrder(a: Mention, b: Mention): number {
  return compareInstants(a.record.last, b.record.last) || compareInstants(a.record.first, b.record.first);
}
