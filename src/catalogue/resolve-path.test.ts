import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entityType, entityTypes } from './entity-type.ts';
import { resolvePath } from './resolve-path.ts';

const ENDPOINTS = ['ipv4-addr', 'ipv6-addr', 'mac-addr', 'domain-name'];

describe('resolvePath', () => {
  it.each([
    ['process', 'name', 'name', 'text'],
    ['process', 'parent_ref.name', 'parent_ref.name', 'text'],
    ['process', 'parent_ref.parent_ref.pid', 'parent_ref.parent_ref.pid', 'integer'],
    ['process', 'x_ttp_tags', 'x_tags', 'list'],
    ['process', 'image_ref.name', 'binary_ref.name', 'text'],
    ['process', 'parent_ref.created_time', 'parent_ref.created', 'time'],
    ['process', "binary_ref.hashes.'SHA-256'", 'binary_ref.hashes.SHA-256', 'text'],
    ['process', 'binary_ref.hashes.SHA-256', 'binary_ref.hashes.SHA-256', 'text'],
    ['process', 'binary_ref.parent_directory_ref.path', 'binary_ref.parent_directory_ref.path', 'text'],
    ['process', 'parent_ref.container.image.name', 'parent_ref.container.image.name', 'text'],
    ['process', 'opened_connection_refs[*].dst_ref.value', 'opened_connection_refs.dst_ref.value', 'text'],
    ['process', 'opened_connection_refs.dst_ref.value', 'opened_connection_refs.dst_ref.value', 'text'],
    ['network-traffic', 'protocols[*]', 'protocols', 'list'],
    ['process', 'parent_ref', 'parent_ref', 'any'],
    ['process', 'parent_ref.binary_ref', 'parent_ref.binary_ref', 'any'],
    ['x-oca-event', 'process_ref.parent_ref.command_line', 'process_ref.parent_ref.command_line', 'text'],
    ['user-account', 'x_group.name', 'x_group.name', 'text'],
    ['process', 'first_observed', 'first_observed', 'time'],
  ])('%s: %s', (type, written, text, kind) => {
    expect(resolvePath(type, written)).toMatchObject({ ok: true, type, text, kind, known: true });
  });

  it('gives the walk with its targets', () => {
    expect(resolvePath('process', 'opened_connection_refs[*].dst_ref.value')).toEqual({
      ok: true,
      type: 'process',
      steps: [
        { reference: 'opened_connection_refs', list: true, target: ['network-traffic'] },
        { reference: 'dst_ref', list: false, target: ENDPOINTS },
      ],
      attribute: 'value',
      kind: 'text',
      text: 'opened_connection_refs.dst_ref.value',
      known: true,
    });
  });

  it('merges the targets where a step leads on from several types', () => {
    const resolved = resolvePath('network-traffic', 'dst_ref.resolves_to_refs.value');
    expect(resolved.ok && resolved.steps[1]?.target).toEqual(['mac-addr', 'ipv4-addr', 'ipv6-addr', 'domain-name']);
  });

  it.each([
    ['process', 'process.pid', 'process', 'pid', 'process'],
    ['process', 'process.executable', 'process', 'binary_ref.path', 'process'],
    ['process', 'process.parent.executable', 'process', 'parent_ref.binary_ref.path', 'process'],
    ['process', 'user.name', 'process', 'creator_user_ref.user_id', 'process'],
    ['file', 'process.executable', 'process', 'binary_ref.path', 'process'],
    ['process', 'winlog.event_data.TargetImage', 'file', 'path', 'target-binary'],
    ['process', 'winlog.event_data.TargetProcessId', 'x-oca-event', 'x_target_process_ref.pid', 'event'],
    ['x-oca-event', 'winlog.event_data.TargetImage', 'x-oca-event', 'x_target_process_ref.binary_ref.path', 'event'],
    ['process', 'file.path', 'file', 'path', 'file'],
    ['process', 'source.ip', 'network-traffic', 'src_ref.value', 'connection'],
    ['file', 'event.action', 'x-oca-event', 'action', 'event'],
    ['ipv4-addr', 'source.ip', 'ipv4-addr', 'value', 'source'],
    ['process', 'tags', 'process', 'x_tags', 'process'],
  ])('on %s the ECS name %s begins at a %s: %s, role %s', (type, written, start, text, role) => {
    expect(resolvePath(type, written)).toMatchObject({ ok: true, type: start, text, role, known: true });
  });

  it('reads environment fields on the entity itself, in no role', () => {
    for (const { type } of entityTypes()) {
      expect(resolvePath(type, 'host.id')).toEqual({
        ok: true,
        type,
        steps: [],
        attribute: 'host.id',
        kind: 'text',
        text: 'host.id',
        known: true,
      });
    }
  });

  it.each([
    [
      'network-traffic',
      "extensions.'http-request-ext'.request_header.'User-Agent'",
      'extensions.http-request-ext.request_header.User-Agent',
    ],
    ['process', 'x_custom', 'x_custom'],
    ['process', 'parent_ref.x_custom.deep', 'parent_ref.x_custom.deep'],
    ['file', 'x_owner_ref.user_id', 'x_owner_ref.user_id'],
    ['x-oca-event', 'anything', 'anything'],
    ['x-other', 'x_custom_prop', 'x_custom_prop'],
    ['never-heard-of', 'some.thing', 'some.thing'],
    [null, 'some.thing', 'some.thing'],
  ])('lets %s: %s pass unchecked', (type, written, text) => {
    expect(resolvePath(type, written)).toMatchObject({ ok: true, kind: 'any', text, known: false });
  });

  it('walks references of unknown types by their names', () => {
    expect(resolvePath('x-other', 'src_ref.value')).toMatchObject({
      steps: [{ reference: 'src_ref', list: false, target: ['ipv4-addr', 'ipv6-addr'] }],
      attribute: 'value',
      kind: 'text',
      known: false,
    });
    expect(resolvePath('x-other', 'parent_ref.nmae')).toMatchObject({
      ok: false,
      onType: 'process',
      suggestion: 'name',
    });
    expect(resolvePath('x-other', 'parent_ref')).toMatchObject({ ok: true, steps: [], attribute: 'parent_ref' });
  });

  it.each([
    ['process', 'nmae', 'nmae', 'process', 'name'],
    ['process', 'parent_ref.nmae', 'nmae', 'process', 'name'],
    ['process', 'parnt_ref.name', 'parnt_ref', 'process', 'parent_ref'],
    ['process', 'proces.executable', 'proces.executable', 'process', 'process.executable'],
    ['process', 'commandline', 'commandline', 'process', 'command_line'],
    ['file', 'hashes.MD6', 'hashes.MD6', 'file', 'hashes.MD5'],
    ['network-traffic', 'dst_ref.vlaue', 'vlaue', 'ipv4-addr', 'value'],
    ['process', 'nosuch', 'nosuch', 'process', undefined],
    ['process', 'src_ref.value', 'src_ref.value', 'process', undefined],
    ['process', 'name.first', 'name.first', 'process', undefined],
    [
      'process',
      'parent_ref.opened_connection_refs[*].dst_port',
      'opened_connection_refs[*]',
      'process',
      'opened_connection_refs',
    ],
    ['process', '', '', 'process', undefined],
    ['process', 'parent_ref.', '', 'process', undefined],
  ])('refuses %s: %s', (type, written, segment, onType, suggestion) => {
    const resolved = resolvePath(type, written);
    expect(resolved).toEqual({ ok: false, segment, onType, ...(suggestion === undefined ? {} : { suggestion }) });
  });

  it('is linear in the length of hostile paths', () => {
    const start = performance.now();
    resolvePath('process', `${'parent_ref.'.repeat(20_000)}name`);
    resolvePath('process', 'a.'.repeat(100_000));
    resolvePath('process', 'a'.repeat(1_000_000));
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('takes its own canonical text, and means the same by it', () => {
    const paths = fc
      .constantFrom(...entityTypes())
      .chain((type) => fc.tuple(fc.constant(type.type), fc.array(fc.nat(50), { maxLength: 4 }), fc.nat(50)))
      .map(([type, turns, end]) => {
        const names: string[] = [];
        let at = entityType(type);
        for (const turn of turns) {
          const reference = at?.references[turn % Math.max(1, at.references.length)];
          if (reference === undefined) break;
          names.push(reference.name);
          at = entityType(reference.target[0] ?? '');
        }
        const attributes = at?.attributes ?? [];
        return { type, written: [...names, attributes[end % attributes.length]?.name ?? ''].join('.'), names };
      });
    fc.assert(
      fc.property(paths, ({ type, written, names }) => {
        const resolved = resolvePath(type, written);
        expect(resolved).toMatchObject({ ok: true, known: true, text: written });
        if (!resolved.ok) return;
        expect(resolved.steps.map((step) => step.reference)).toEqual(names);
        const again = resolvePath(type, resolved.text);
        expect(again).toEqual(resolved);
      }),
    );
  });

  it('never throws', () => {
    const word = fc.constantFrom(
      'process',
      'parent_ref',
      'name',
      "'",
      '[*]',
      '.',
      'x_',
      'hashes',
      'toString',
      '__proto__',
      '',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(fc.constantFrom(null, 'process', 'x-y', 'zz', 'constructor'), text, (type, written) => {
        expect(typeof resolvePath(type, written).ok).toBe('boolean');
      }),
    );
  });
});
