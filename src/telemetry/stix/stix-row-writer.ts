import type { AttributeKind } from '../../catalogue/catalogue.ts';
import type { BatchBuilder } from '../batch-builder.ts';
import type { BatchColumn } from '../batch-column.ts';
import { isJsonObject } from '../document-shape.ts';
import { parsedNanos, parseTime } from '../time-text.ts';
import { flatAttributes, type FlatValue } from './flat-attributes.ts';
import type { Observation, ObservedObject } from './observation.ts';
import { StixIdentity } from './stix-identity.ts';
import type { Placement, StixLayout } from './stix-layout.ts';

/** Writes observations into the rows of a batch. */
export class StixRowWriter {
  readonly #builder: BatchBuilder;
  readonly #layout: StixLayout;
  readonly #identity = new StixIdentity();

  constructor(builder: BatchBuilder, layout: StixLayout) {
    this.#builder = builder;
    this.#layout = layout;
  }

  /** `index`: place of the observation in the bundle. Gives the row. */
  write(observation: Observation, placement: Placement, index: number): number {
    const builder = this.#builder;
    const row = builder.addRow(placement.kind.index, index, 1);
    builder.setTimes(row, observation.firstMs, observation.firstNs, observation.lastMs, observation.lastNs);
    builder.setHost(row, hostOf(observation) ?? '');
    for (const slot of placement.kind.slots) slot.present[row] = 1;
    placement.objects.forEach((object, slot) => {
      const columns = placement.columns[slot];
      const { type, body } = observation.objects[object] as ObservedObject;
      if (columns === undefined) throw new Error(`slot ${String(slot)} has no columns`);
      columns.identity.setText(row, this.#identity.keyOf(observation, object));
      for (const [name, value] of flatAttributes(type, body)) {
        const target = columns.attributes.get(name);
        if (target !== undefined) this.#writeCell(target.column, target.attribute.kind, row, value);
      }
    });
    if (this.#layout.environment.size > 0) this.#writeEnvironment(observation, row);
    if (this.#layout.observation.size > 0) this.#writeObservation(observation, row);
    return row;
  }

  #writeCell(column: BatchColumn, kind: AttributeKind, row: number, value: FlatValue): void {
    if (value === null) column.setNull(row);
    else if (kind === 'list' && typeof value !== 'object') this.#writeList(column, row, [String(value)]);
    else if (typeof value === 'number') column.setNumber(row, value);
    else if (typeof value === 'boolean') column.setBoolean(row, value);
    else if (typeof value !== 'string') this.#writeList(column, row, value);
    else if (kind !== 'time' || !writeTime(column, row, value)) column.setText(row, value);
  }

  #writeList(column: BatchColumn, row: number, members: readonly string[]): void {
    const codes = members.map((member) => column.dictionary.code(member));
    column.setList(row, this.#builder.addList(codes), codes.length);
  }

  #writeObservation(observation: Observation, row: number): void {
    const { body } = observation;
    for (const [name, column] of this.#layout.observation) {
      if (name === 'id') column.setText(row, observation.id);
      else if (name === 'first_observed') column.setTime(row, observation.firstMs, observation.firstNs);
      else if (name === 'last_observed') column.setTime(row, observation.lastMs, observation.lastNs);
      else if (name === 'number_observed') column.setNumber(row, timesObserved(body['number_observed']));
      else {
        const text = body[name];
        if (typeof text === 'string') this.#writeCell(column, 'time', row, text);
      }
    }
  }

  /** What the assets of a record say of where it comes from can be read on every entity of it. */
  #writeEnvironment(observation: Observation, row: number): void {
    for (const object of observation.objects) {
      if (object.type !== 'x-oca-asset') continue;
      const attributes = flatAttributes(object.type, object.body);
      for (const [name, column] of this.#layout.environment) {
        if (column.kind[row] !== 0) continue;
        const value =
          name === 'host.name' ? (attributes.get('hostname') ?? attributes.get('name')) : attributes.get(name);
        if (value !== undefined) this.#writeCell(column, 'any', row, value);
        else if (name === 'host.ip') this.#writeAddresses(column, observation, object, row);
      }
    }
  }

  #writeAddresses(column: BatchColumn, observation: Observation, asset: ObservedObject, row: number): void {
    const targets = asset.references.find((reference) => reference.name === 'ip_refs')?.targets ?? [];
    const values = targets.map((target) => observation.objects[target]?.body['value']);
    const addresses = values.filter((value) => typeof value === 'string');
    if (addresses.length > 0) this.#writeList(column, row, addresses);
  }
}

/** Host of a record: the first asset that has a name or an identifier. */
function hostOf(observation: Observation): string | undefined {
  for (const { type, body } of observation.objects) {
    if (type !== 'x-oca-asset' || isJsonObject(body['container'])) continue;
    for (const name of ['hostname', 'name', 'device_id', 'host_id']) {
      const value = body[name];
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return undefined;
}

function timesObserved(value: unknown): number {
  return typeof value === 'number' && value >= 1 ? value : 1;
}

function writeTime(column: BatchColumn, row: number, text: string): boolean {
  const ms = parseTime(text);
  if (Number.isNaN(ms)) return false;
  column.setTime(row, ms, parsedNanos());
  return true;
}
