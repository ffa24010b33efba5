import { maskCredentials } from '../../errors/mask-credentials.ts';
import { SinkError } from '../../errors/windhover-error.ts';

const SHOWN = 500;

export interface ElasticError {
  readonly type: string;
  readonly reason: string;
}

/** Type and reason of an error as Elasticsearch tells it, bounded; what stands nearest to the cause comes last. */
export function elasticError(body: unknown): ElasticError {
  const error = member(body, 'error') ?? body;
  if (typeof error === 'string') return { type: '', reason: maskCredentials(error).slice(0, SHOWN) };
  const type = text(member(error, 'type'));
  const reason = text(member(error, 'reason'));
  const cause = text(member(member(error, 'caused_by'), 'reason'));
  const whole = cause === '' || reason.includes(cause) ? reason : `${reason}: ${cause}`;
  return { type: maskCredentials(type).slice(0, SHOWN), reason: maskCredentials(whole).slice(0, SHOWN) };
}

/** An answer that is none to what was asked, with the remedy. All of it may be tried again: what it names can be repaired. */
export function elasticProblem(status: number, { type, reason }: ElasticError, alias: string): SinkError {
  const told = reason === '' ? `status ${status}` : reason;
  const problem = (code: string, message: string, hint: string): SinkError =>
    new SinkError(code, message, { hint, retriable: true });
  if (status === 401) {
    return problem(
      'elastic-credentials',
      `Elasticsearch refuses the credentials: ${told}`,
      'Check api_key, or username and password. An API key may have expired or been invalidated.',
    );
  }
  if (type === 'cluster_block_exception') {
    return problem(
      'elastic-blocked',
      `the index is blocked: ${told}`,
      'Often the disk is full: make room, then the block is lifted.',
    );
  }
  if (status === 403) {
    return problem('elastic-permission', `a privilege is missing: ${told}`, privilegeHint(reason, alias));
  }
  if (status === 404 || type === 'index_closed_exception') {
    return problem('elastic-setup', `the alert index is not set up: ${told}`, setupHint(alias));
  }
  if (status === 429 || status === 503) {
    return problem(
      'elastic-busy',
      `Elasticsearch takes no more for now: ${told}`,
      'If this stays, the cluster is too small.',
    );
  }
  return problem(
    'elastic-answer',
    `Elasticsearch answers ${status}: ${told}`,
    'See its log; the alerts are tried again.',
  );
}

export function setupHint(alias: string): string {
  const option = alias === 'windhover-alerts' ? '' : ` --index ${alias}`;
  return `Run windhover setup elastic${option} once, with a user that may manage index templates and ${alias}-*.`;
}

/** Names what to grant, by the action that was refused. */
export function privilegeHint(reason: string, alias: string): string {
  const indices = `the indices ${alias}-*`;
  const action = /action \[([^\]]+)\]/u.exec(reason)?.[1] ?? '';
  const known = Object.entries(PRIVILEGES).find(([prefix]) => action.startsWith(prefix))?.[1];
  if (known !== undefined)
    return known.cluster ? `Grant the cluster privilege ${known.grant}.` : `Grant ${known.grant} on ${indices}.`;
  const granted = /granted by the (?:cluster|index) privileges \[([^\]]+)\]/u.exec(reason)?.[1];
  if (granted !== undefined) return `Grant one of the privileges ${granted} (${indices}).`;
  return `Grant create_index, index and view_index_metadata on ${indices} and ${alias}.`;
}

/** Actions as the server names them → the least that grants them. */
const PRIVILEGES: Readonly<Record<string, { readonly grant: string; readonly cluster?: true }>> = {
  'indices:admin/auto_create': { grant: 'auto_configure (or create_index)' },
  'indices:admin/create': { grant: 'create_index' },
  'indices:admin/aliases': { grant: 'manage' },
  'indices:admin/mapping': { grant: 'manage' },
  'indices:admin/get': { grant: 'view_index_metadata' },
  'indices:data/write': { grant: 'index' },
  'indices:data/read': { grant: 'read' },
  'indices:admin/index_template': { grant: 'manage_index_templates', cluster: true },
  'cluster:monitor': { grant: 'monitor', cluster: true },
};

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
