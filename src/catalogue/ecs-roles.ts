/**
 * Roles that decoders give to the entities a record mentions, with the type of the entity and the ways to it:
 * a path of ECS field `f` of role `r` seen from type `t` is the prefix of that view followed by the field's own path.
 * `start` is the role of the mention where such a path begins.
 *
 * Executables are not seen from files: `GET file … WHERE process.executable = … AND file.extension = …` speaks of two
 * files of one record, and a file in both roles is hardly ever there. Targets of an access are not seen from processes
 * for the same reason.
 */
export interface EcsRole {
  readonly role: string;
  readonly type: string;
  readonly description: string;
  readonly views: readonly { readonly type: string; readonly prefix: string; readonly start: string }[];
}

export const ECS_ROLES = [
  {
    role: 'process',
    type: 'process',
    description: 'the process that acted',
    views: [
      { type: 'process', prefix: '', start: 'process' },
      { type: 'x-oca-event', prefix: 'process_ref.', start: 'event' },
    ],
  },
  {
    role: 'parent',
    type: 'process',
    description: 'its parent',
    views: [
      { type: 'process', prefix: 'parent_ref.', start: 'process' },
      { type: 'x-oca-event', prefix: 'parent_process_ref.', start: 'event' },
    ],
  },
  {
    role: 'user',
    type: 'user-account',
    description: 'the account it ran as',
    views: [
      { type: 'user-account', prefix: '', start: 'user' },
      { type: 'process', prefix: 'creator_user_ref.', start: 'process' },
      { type: 'x-oca-event', prefix: 'user_ref.', start: 'event' },
    ],
  },
  {
    role: 'binary',
    type: 'file',
    description: 'the executable of the process',
    views: [
      { type: 'process', prefix: 'binary_ref.', start: 'process' },
      { type: 'x-oca-event', prefix: 'process_ref.binary_ref.', start: 'event' },
    ],
  },
  {
    role: 'parent-binary',
    type: 'file',
    description: 'the executable of the parent',
    views: [
      { type: 'process', prefix: 'parent_ref.binary_ref.', start: 'process' },
      { type: 'x-oca-event', prefix: 'parent_process_ref.binary_ref.', start: 'event' },
    ],
  },
  {
    role: 'file',
    type: 'file',
    description: 'the file acted upon, a loaded library included',
    views: [
      { type: 'file', prefix: '', start: 'file' },
      { type: 'x-oca-event', prefix: 'file_ref.', start: 'event' },
    ],
  },
  {
    role: 'target-process',
    type: 'process',
    description: 'the process that was accessed or given a thread (Sysmon 8 and 10)',
    views: [{ type: 'x-oca-event', prefix: 'x_target_process_ref.', start: 'event' }],
  },
  {
    role: 'target-binary',
    type: 'file',
    description: 'the executable of that process',
    views: [{ type: 'x-oca-event', prefix: 'x_target_process_ref.binary_ref.', start: 'event' }],
  },
  {
    role: 'directory',
    type: 'directory',
    description: 'the directory of the file, or one acted upon',
    views: [
      { type: 'directory', prefix: '', start: 'directory' },
      { type: 'file', prefix: 'parent_directory_ref.', start: 'file' },
      { type: 'x-oca-event', prefix: 'file_ref.parent_directory_ref.', start: 'event' },
    ],
  },
  {
    role: 'connection',
    type: 'network-traffic',
    description: 'the connection',
    views: [
      { type: 'network-traffic', prefix: '', start: 'connection' },
      { type: 'x-oca-event', prefix: 'network_ref.', start: 'event' },
    ],
  },
  {
    role: 'host',
    type: 'x-oca-asset',
    description: 'the host',
    views: [
      { type: 'x-oca-asset', prefix: '', start: 'host' },
      { type: 'x-oca-event', prefix: 'host_ref.', start: 'event' },
    ],
  },
  {
    role: 'container',
    type: 'x-oca-asset',
    description: 'the container',
    views: [{ type: 'x-oca-asset', prefix: '', start: 'container' }],
  },
  {
    role: 'event',
    type: 'x-oca-event',
    description: 'the event itself',
    views: [{ type: 'x-oca-event', prefix: '', start: 'event' }],
  },
  {
    role: 'registry',
    type: 'windows-registry-key',
    description: 'the registry key acted upon',
    views: [
      { type: 'windows-registry-key', prefix: '', start: 'registry' },
      { type: 'x-oca-event', prefix: 'registry_ref.', start: 'event' },
    ],
  },
  {
    role: 'domain',
    type: 'domain-name',
    description: 'the domain name asked for',
    views: [
      { type: 'domain-name', prefix: '', start: 'domain' },
      { type: 'x-oca-event', prefix: 'domain_ref.', start: 'event' },
    ],
  },
] as const satisfies readonly EcsRole[];

export type EcsRoleName = (typeof ECS_ROLES)[number]['role'];
