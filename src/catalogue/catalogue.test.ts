import { describe, expect, it } from 'vitest';
import { attributeNames, attributeOf, environmentAttributes, recordAttributes } from './attribute-of.ts';
import { entityType, entityTypes } from './entity-type.ts';
import { listedReference, referenceOf } from './reference-of.ts';
import { isReferenceName, referenceTargets } from './reference-targets.ts';

const TYPES = entityTypes();

describe('entity types', () => {
  it('are those that hunts use', () => {
    expect(TYPES.map((each) => each.type).sort()).toEqual([
      'archive-ext',
      'artifact',
      'autonomous-system',
      'directory',
      'domain-name',
      'email-addr',
      'email-message',
      'file',
      'http-request-ext',
      'ipv4-addr',
      'ipv6-addr',
      'mac-addr',
      'mutex',
      'network-traffic',
      'observed-data',
      'process',
      'software',
      'url',
      'user-account',
      'windows-registry-key',
      'windows-service-ext',
      'x-ibm-finding',
      'x-oca-asset',
      'x-oca-event',
      'x509-certificate',
    ]);
  });

  it('are found by their exact name only', () => {
    expect(entityType('process')?.primary).toBe('name');
    expect(entityType('Process')).toBeUndefined();
    expect(entityType('constructor')).toBeUndefined();
  });

  it('compare by value where they are nothing but a value', () => {
    expect(TYPES.filter((each) => each.valueType).map((each) => each.type)).toEqual([
      'ipv4-addr',
      'ipv6-addr',
      'mac-addr',
      'domain-name',
      'url',
      'email-addr',
    ]);
  });

  it.each([
    ['process', 'name'],
    ['file', 'name'],
    ['mutex', 'name'],
    ['software', 'name'],
    ['user-account', 'user_id'],
    ['directory', 'path'],
    ['autonomous-system', 'number'],
    ['windows-registry-key', 'key'],
    ['x509-certificate', 'serial_number'],
    ['x-oca-asset', 'hostname'],
    ['x-oca-event', 'action'],
    ['x-ibm-finding', 'name'],
    ['network-traffic', 'value'],
    ['url', 'value'],
  ])('a text in NEW %s fills %s', (type, primary) => {
    expect(entityType(type)?.primary).toBe(primary);
  });

  describe.each(TYPES.map((each) => [each.type, each] as const))('%s', (type, definition) => {
    it('tells what it is and when two mentions are one', () => {
      expect(definition.description).toMatch(/^[A-Z].*\.$/u);
      expect(definition.identity.length).toBeGreaterThan(3);
      for (const each of [...definition.attributes, ...definition.references]) {
        expect(each.description, each.name).not.toBe('');
      }
    });

    it('spells no two things the same', () => {
      const spellings = [...definition.attributes, ...definition.references].flatMap((each) => [
        each.name,
        ...(each.aliases ?? []),
      ]);
      expect(spellings).toEqual([...new Set(spellings)]);
    });

    it('has references that lead to known types and say by their name whether they are lists', () => {
      for (const reference of definition.references) {
        expect(isReferenceName(reference.name)).toBe(true);
        expect(reference.name.endsWith('_refs')).toBe(reference.list);
        expect(reference.target.length).toBeGreaterThan(0);
        for (const target of reference.target)
          expect(entityType(target), `${reference.name} → ${target}`).toBeDefined();
      }
    });

    it('has attributes that look like no reference, unions that are lists, and no quotes in names', () => {
      for (const attribute of definition.attributes) {
        expect(isReferenceName(attribute.name)).toBe(false);
        if (attribute.union === true) expect(attribute.kind).toBe('list');
        expect(attribute.name).toMatch(/^[A-Za-z0-9_.-]+$/u);
        expect(attributeOf(type, attribute.name)).toBe(attribute);
      }
    });

    it('shares the meaning of environment attributes with its own', () => {
      for (const shared of [...environmentAttributes(), ...recordAttributes()]) {
        expect(attributeOf(type, shared.name)?.kind).toBe(shared.kind);
      }
    });
  });
});

describe('attributeOf', () => {
  it.each([
    ['process', 'x_ttp_tags', 'x_tags'],
    ['process', 'tags', 'x_tags'],
    ['process', 'created_time', 'created'],
    ['file', 'x_path', 'path'],
    ['file', 'hashes.sha256', 'hashes.SHA-256'],
    ['process', 'container.image.name', 'container.image.name'],
    ['process', 'id', 'id'],
    ['never-heard-of', 'host.id', 'host.id'],
  ])('%s %s is %s', (type, written, name) => {
    expect(attributeOf(type, written)?.name).toBe(name);
  });

  it('knows no others', () => {
    expect(attributeOf('process', 'src_port')).toBeUndefined();
    expect(attributeOf('process', 'toString')).toBeUndefined();
    expect(attributeOf('process', 'parent_ref')).toBeUndefined();
  });

  it('takes in on request what only some hunts read', () => {
    for (const name of ['hashes.MD5', 'host.id', 'container.name', 'x_pe.company']) {
      expect(attributeOf('file', name)?.onRequest, name).toBe(true);
    }
    expect(attributeOf('x-oca-event', 'x_call_trace')?.onRequest).toBe(true);
    expect(attributeOf('process', 'command_line')?.onRequest).toBeUndefined();
  });

  it('lists every spelling it accepts', () => {
    for (const name of attributeNames('file')) expect(attributeOf('file', name)).toBeDefined();
    expect(attributeNames('file')).toContain('x_path');
    expect(attributeNames('file')).toContain('pod.name');
  });
});

describe('referenceOf', () => {
  it.each([
    ['process', 'image_ref', 'binary_ref', false, ['file']],
    ['process', 'opened_connection_refs', 'opened_connection_refs', true, ['network-traffic']],
    ['ipv6-addr', 'belongs_to_refs', 'belongs_to_refs', true, ['autonomous-system']],
    ['x-custom', 'parent_ref', 'parent_ref', false, ['process']],
    ['x-custom', 'src_ref', 'src_ref', false, ['ipv4-addr', 'ipv6-addr']],
    ['x-custom', 'some_user_ref', 'some_user_ref', false, ['user-account']],
    ['x-custom', 'some_payload_ref', 'some_payload_ref', false, ['artifact']],
    ['x-custom', 'things_refs', 'things_refs', true, []],
  ])('%s %s', (type, written, name, list, target) => {
    expect(referenceOf(type, written)).toMatchObject({ name, list, target });
  });

  it('takes nothing else for a reference', () => {
    expect(referenceOf('process', 'name')).toBeUndefined();
    expect(listedReference('process', 'src_ref')).toBeUndefined();
    expect(referenceTargets('name')).toEqual([]);
  });
});
