import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { AttributePath } from '../../language/ast.ts';
import type { HuntPlan, Listing } from '../../plan/hunt-plan.ts';
import { rowColumns } from '../../plan/row-columns.ts';

/** What an alert shows of its entity beside what title and suppression name: enough for its ECS fields. */
const SHOWN: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    process: [
      'pid',
      'name',
      'command_line',
      'created',
      'x_unique_id',
      'cwd',
      'x_tags',
      'binary_ref.path',
      'creator_user_ref.user_id',
      'parent_ref.pid',
      'parent_ref.name',
      'parent_ref.command_line',
      'parent_ref.x_unique_id',
      'parent_ref.parent_ref.name',
    ],
    'network-traffic': [
      'src_ref.value',
      'src_port',
      'dst_ref.value',
      'dst_port',
      'protocols',
      'start',
      'end',
      'x_community_id',
    ],
    file: ['name', 'path', 'size'],
    'windows-registry-key': ['key', 'x_path'],
    'user-account': ['user_id', 'account_login', 'display_name', 'x_domain'],
  }),
);

/** For types that are their value. */
const VALUE = ['value'];
/** By type: each hunt of a scope asks for them. */
const PATHS = new Map<string, readonly AttributePath[]>();
const ENVIRONMENT = ['host.id', 'host.name', 'container.id', 'container.name', 'container.image.name'];

/** Paths that alerts on members of `type` read; unknown ones are left out. */
export function alertPaths(type: string): readonly AttributePath[] {
  let paths = PATHS.get(type);
  if (paths === undefined) {
    paths = [...(SHOWN.get(type) ?? VALUE), ...ENVIRONMENT].flatMap((written) => alertPath(type, written) ?? []);
    PATHS.set(type, paths);
  }
  return paths;
}

/** A path as a hunt file writes it, seen from `type`; undefined where the catalogue knows no such attribute. */
export function alertPath(type: string, written: string): AttributePath | undefined {
  const resolved = resolvePath(type, written);
  if (!resolved.ok || resolved.type !== type) return undefined;
  const { text, steps, attribute } = resolved;
  return { text, written, steps, attribute };
}

/**
 * What alerts on members of a listing read: of rows all columns that they have of their own, unless GROUP chose them, and
 * of entities, or rows that stand for some, what is shown of their types.
 */
export function listingPaths(plan: HuntPlan, { node }: Listing): AttributePath[] {
  const { own, types } = rowColumns(plan.nodes, node);
  const columns = own.filter((each) => !each.isAutomatic).map(({ name }) => ownPath(name, name));
  return [...columns, ...types.flatMap(alertPaths)];
}

/** A path as a hunt file writes it, seen from members of a listing; undefined where they have no such attribute. */
export function listingPath(plan: HuntPlan, { node, type }: Listing, written: string): AttributePath | undefined {
  const { own, types } = rowColumns(plan.nodes, node);
  const resolved = alertPath(type, written);
  const column = own.find(({ name }) => name === written || name === resolved?.text);
  if (column !== undefined) return ownPath(column.name, written);
  return types.map((each) => alertPath(each, written)).find((path) => path !== undefined);
}

function ownPath(name: string, written: string): AttributePath {
  return { text: name, written, steps: [], attribute: name };
}

/** References from an entity to the process chain shown beneath an alert, nearest first. */
export const CHAIN_STEPS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    process: ['parent_ref'],
  }),
);

/** Longest chain shown. */
export const CHAIN_LENGTH = 8;
