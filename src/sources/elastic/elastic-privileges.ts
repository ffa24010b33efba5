/** Where a privilege is granted: on indices, or on the cluster. */
interface Privilege {
  readonly grant: string;
  readonly cluster?: true;
}

/** Actions as the server names them, by their beginnings, the longest first → the least that grants them. */
const PRIVILEGES: readonly (readonly [string, Privilege])[] = [
  ['indices:data/read', { grant: 'read' }],
  ['indices:data/write/index', { grant: 'index' }],
  ['indices:data/write', { grant: 'index (create_doc is enough for what only adds documents)' }],
  ['indices:admin/auto_create', { grant: 'auto_configure (or create_index)' }],
  ['indices:admin/create', { grant: 'create_index' }],
  ['indices:admin/aliases/get', { grant: 'view_index_metadata' }],
  ['indices:admin/aliases', { grant: 'manage' }],
  ['indices:admin/mappings', { grant: 'view_index_metadata' }],
  ['indices:admin/mapping', { grant: 'manage' }],
  ['indices:admin/get', { grant: 'view_index_metadata' }],
  ['indices:admin/resolve', { grant: 'view_index_metadata' }],
  ['indices:admin/index_template/get', { grant: 'manage_index_templates', cluster: true }],
  ['indices:admin/index_template', { grant: 'manage_index_templates', cluster: true }],
  ['cluster:monitor', { grant: 'monitor', cluster: true }],
];
const NAMES = 200;

/**
 * Names what to grant, by the action that the server refused. `indices`: on what, where the server does not say;
 * `least`: what to grant where it does not name the action either.
 */
export function privilegeHint(reason: string, indices: string, least: string): string {
  const action = /action \[([^\]]+)\]/u.exec(reason)?.[1] ?? '';
  const known = PRIVILEGES.find(([prefix]) => action.startsWith(prefix))?.[1];
  if (known?.cluster === true) return `Grant the cluster privilege ${known.grant}.`;
  if (known !== undefined) return `Grant the index privilege ${known.grant} on ${indices}.`;
  const [, scope, granted] = /granted by the (cluster|index) privileges \[([^\]]+)\]/u.exec(reason) ?? [];
  if (granted === undefined) return `Grant ${least} on ${indices}.`;
  const names = granted.slice(0, NAMES).replaceAll(',', ', ');
  return `Grant one of the ${scope} privileges ${names}${scope === 'index' ? ` on ${indices}` : ''}.`;
}
