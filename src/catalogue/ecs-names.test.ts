import { describe, expect, it } from 'vitest';
import { ecsName, ecsNames } from './ecs-names.ts';
import { ECS_ROLES } from './ecs-roles.ts';
import { entityType, entityTypes } from './entity-type.ts';
import { resolvePath } from './resolve-path.ts';

/** Fields whose path is the identity of the environment, the same on every type. */
const EVERYWHERE = ecsNames().filter((each) => each.seenFrom?.some((view) => view.role === undefined));

describe('ECS names', () => {
  it('occur once', () => {
    const names = ecsNames().map((each) => each.ecs);
    expect(names).toEqual([...new Set(names)]);
    expect(names.length).toBeGreaterThan(150);
  });

  it.each(ecsNames().map((each) => [each.ecs, each] as const))('%s leads to known attributes', (_, name) => {
    for (const { type, path } of [name, ...(name.seenFrom ?? [])]) {
      expect(entityType(type), type).toBeDefined();
      expect(resolvePath(type, path), `${type}: ${path}`).toMatchObject({ ok: true, known: true, type });
    }
  });

  it.each(ecsNames().map((each) => [each.ecs, each] as const))('%s has views from different types', (_, name) => {
    const types = (name.seenFrom ?? []).map((view) => view.type);
    expect(types).toEqual([...new Set(types)]);
    expect(types.length).toBeGreaterThan(0);
  });

  it.each([
    ['process.pid', 'process', 'process', 'pid'],
    ['process.parent.name', 'parent', 'process', 'parent_ref.name'],
    ['process.executable', 'binary', 'process', 'binary_ref.path'],
    ['process.parent.executable', 'parent-binary', 'process', 'parent_ref.binary_ref.path'],
    ['user.name', 'user', 'process', 'creator_user_ref.user_id'],
    ['tags', 'process', 'process', 'x_tags'],
    ['file.path', 'file', 'file', 'path'],
    ['file.directory', 'directory', 'file', 'parent_directory_ref.path'],
    ['source.ip', 'connection', 'network-traffic', 'src_ref.value'],
    ['destination.port', 'connection', 'network-traffic', 'dst_port'],
    ['destination.ip', 'connection', 'ipv6-addr', 'value'],
    ['event.action', 'event', 'x-oca-event', 'action'],
    ['process.name', 'process', 'x-oca-event', 'process_ref.name'],
    ['registry.path', 'registry', 'windows-registry-key', 'x_path'],
    ['dns.question.name', 'domain', 'domain-name', 'value'],
  ])('%s of the %s, seen from %s, is %s', (ecs, role, type, path) => {
    const name = ecsName(ecs);
    expect(name?.role).toBe(role);
    expect(name?.seenFrom?.find((view) => view.type === type)?.path).toBe(path);
  });

  it('of host and container are attributes of every type', () => {
    expect(EVERYWHERE.map((each) => each.ecs)).toEqual(
      expect.arrayContaining(['host.id', 'host.name', 'host.ip', 'container.id', 'container.image.name', 'pod.name']),
    );
    for (const name of EVERYWHERE) {
      expect(name.seenFrom).toEqual(entityTypes().map(({ type }) => ({ type, path: name.ecs })));
    }
  });

  it.each(ECS_ROLES.map((each) => [each.role, each] as const))(
    'of role %s start in a role of the right type',
    (_, role) => {
      for (const view of role.views) {
        const start = ECS_ROLES.find((each) => each.role === view.start);
        expect(start?.type).toBe(view.type);
        if (view.prefix === '') expect(start).toBe(role);
      }
    },
  );

  it('are exact', () => {
    expect(ecsName('Process.pid')).toBeUndefined();
    expect(ecsName('constructor')).toBeUndefined();
  });
});
