import { describe, expect, it } from 'vitest';
import { attributeOf } from '../catalogue/attribute-of.ts';
import { entityType } from '../catalogue/entity-type.ts';
import { listedReference } from '../catalogue/reference-of.ts';
import type { PathTable } from './path-table.ts';
import { ECS_SHAPE } from './ecs/ecs-shape.ts';
import { ECS_TABLE } from './ecs/ecs-table.ts';
import { SYSFLOW_ECS_SHAPE } from './sysflow/sysflow-ecs-shape.ts';
import { SYSFLOW_TABLE } from './sysflow/sysflow-table.ts';
import { SYSMON_SHAPES } from './sysmon/sysmon-envelopes.ts';
import { SYSMON_TABLE } from './sysmon/sysmon-table.ts';

const TABLES: readonly (readonly [string, PathTable])[] = [
  ['sysflow', SYSFLOW_TABLE],
  ['sysmon', SYSMON_TABLE],
  ['ecs', ECS_TABLE],
];

describe.each(TABLES)('path table of %s', (_name, table) => {
  const slots = Object.entries(table.slots);

  it('uses types, attributes and references of the catalogue only', () => {
    const unknown = slots.flatMap(([name, slot]) => [
      ...(entityType(slot.type) === undefined ? [`${name}: ${slot.type}`] : []),
      ...Object.keys(slot.attributes)
        .filter((attribute) => attributeOf(slot.type, attribute)?.name !== attribute)
        .map((attribute) => `${slot.type}.${attribute}`),
      ...Object.keys(slot.references ?? {})
        .filter((reference) => listedReference(slot.type, reference)?.name !== reference)
        .map((reference) => `${slot.type}.${reference}`),
      ...Object.keys(table.environment).filter((attribute) => attributeOf('process', attribute)?.name !== attribute),
    ]);
    expect(unknown).toEqual([]);
  });

  it('leads references to slots of the right type, in some kind', () => {
    for (const [name, slot] of slots) {
      for (const [reference, roles] of Object.entries(slot.references ?? {})) {
        const definition = listedReference(slot.type, reference);
        expect(definition?.list).toBe(reference.endsWith('_refs'));
        for (const role of roles) {
          const targets = slots.filter(([, other]) => other.role === role);
          expect(targets.length, `${name}.${reference} → ${role}`).toBeGreaterThan(0);
          for (const [, other] of targets) expect(definition?.target).toContain(other.type);
        }
      }
    }
  });

  it('names only cells and slots that it has', () => {
    for (const [name, slot] of slots) {
      const cells = [...Object.values(slot.attributes), ...slot.present, ...(slot.presentAny ?? []), ...slot.identity];
      expect(
        cells.filter((cell) => !Object.hasOwn(table.cells, cell)),
        name,
      ).toEqual([]);
    }
    expect(Object.values(table.environment).filter((cell) => !Object.hasOwn(table.cells, cell))).toEqual([]);
    for (const [kind, names] of Object.entries(table.kinds)) {
      expect(
        names.filter((one) => !Object.hasOwn(table.slots, one)),
        kind,
      ).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('feeds every cell that is read from a document, in some kind and format', () => {
    const shapes = [SYSFLOW_ECS_SHAPE, ...SYSMON_SHAPES, ECS_SHAPE].filter((shape) => shape.table === table);
    const kinds = Object.keys(table.kinds);
    const unfed = Object.entries(table.cells).filter(
      ([cell, definition]) =>
        'read' in definition && !shapes.some((shape) => kinds.some((kind) => shape.pathsOf(kind, cell).length > 0)),
    );
    expect(unfed.map(([cell]) => cell)).toEqual([]);
  });
});
