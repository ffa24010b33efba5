import { privilegeHint } from './elastic-privileges.ts';
import { NO_ANSWER_OF_ELASTIC, type ElasticTrouble } from './elastic-trouble.ts';
import { tlsReason, tlsWords } from './tls-words.ts';

/** Every code that a failed call to Elasticsearch is told with. */
export const ELASTIC_CODES = [
  'elastic-address',
  'elastic-answer',
  'elastic-blocked',
  'elastic-busy',
  'elastic-credentials',
  'elastic-index',
  'elastic-permission',
  'elastic-product',
  'elastic-refused',
  'elastic-timeout',
  'elastic-tls',
  'elastic-unreachable',
] as const;

export type ElasticCode = (typeof ELASTIC_CODES)[number];

/** A failed call for people: what happened, where, and what to do about it. */
export interface ElasticWords {
  readonly code: ElasticCode;
  /** Without the place, to be written behind it. */
  readonly what: string;
  readonly hint: string;
  /** The same call may succeed later without anybody doing anything. */
  readonly retriable: boolean;
}

export interface ElasticGrant {
  /** `the indices a-*`: what privileges are granted on. */
  readonly indices?: string | undefined;
  /** What to grant where the server does not name the action. Default: what reading needs. */
  readonly least?: string | undefined;
}

/** The point in time is gone, again and again: nodes come and go. */
const LOST = /^search_(?:context_missing|phase_execution)_exception$/u;
/** Type of an answer that covers only some shards. */
export const PARTIAL = 'partial';
const READING = 'read and view_index_metadata';

/** The one place where failures of Elasticsearch are put into words; sources, sinks and commands share it. */
export function elasticWords(trouble: ElasticTrouble, at: ElasticGrant = {}): ElasticWords {
  const { status } = trouble;
  if (status === 0) return unanswered(trouble);
  // Proxies refuse credentials and hold back too much as the server itself does.
  if (trouble.isPage && status !== 401 && status !== 429) {
    return {
      code: 'elastic-answer',
      what: `answers ${status} with a page that is none of Elasticsearch: ${trouble.reason}`,
      hint: PROXY,
      retriable: true,
    };
  }
  return answered(trouble, at);
}

function answered({ status, type, reason }: ElasticTrouble, at: ElasticGrant): ElasticWords {
  const told = reason === '' ? `status ${status}` : reason;
  const say = (code: ElasticCode, what: string, hint: string, retriable = false): ElasticWords => {
    return { code, what, hint, retriable };
  };
  if (status === 401) {
    const what = /missing authentication/iu.test(reason)
      ? 'the server wants credentials, and there are none'
      : 'the server refuses the credentials';
    return say('elastic-credentials', what, CREDENTIALS);
  }
  if (type === 'cluster_block_exception') {
    const hint = 'Often the disk of the server is full: make room, then the block is lifted.';
    return say('elastic-blocked', `the index is blocked: ${told}`, hint, true);
  }
  if (status === 403) {
    const hint = privilegeHint(reason, at.indices ?? 'its indices', at.least ?? READING);
    return say('elastic-permission', `a privilege is missing: ${told}`, hint);
  }
  if ((status === 404 && LOST.test(type)) || type === PARTIAL)
    return say('elastic-busy', told, 'Look at the health of the cluster.', true);
  if (status === 404) return say('elastic-index', `there is no such index: ${told}`, 'Check the name of the index.');
  if (type === 'index_closed_exception') return say('elastic-index', told, 'Open the index, or name another.');
  if (status === 408 || status === 429 || status >= 500) {
    return say('elastic-busy', `answers ${status}: ${told}`, 'Look at the health and the load of the cluster.', true);
  }
  if (status < 300) {
    const hint = 'Look at what stands between here and the server, and at the log of the server.';
    return say('elastic-answer', `the answer is not what Elasticsearch writes: ${told}`, hint, true);
  }
  return say('elastic-refused', `answers ${status}: ${told}`, 'The server gave this reason.');
}

/** The server was not reached, or what came is none of its answers. */
function unanswered({ type, reason }: ElasticTrouble): ElasticWords {
  const say = (code: ElasticCode, what: string, hint: string, retriable = false): ElasticWords => {
    return { code, what, hint, retriable };
  };
  if (type === 'ProductNotSupportedError') {
    const hint = 'Check address and port, and what proxies in between do. OpenSearch is not supported.';
    return say('elastic-product', 'what answers is not Elasticsearch', hint);
  }
  if (type === NO_ANSWER_OF_ELASTIC) {
    return say('elastic-answer', `the answer is no JSON: ${reason}`, PROXY, true);
  }
  if (type === 'TimeoutError') {
    return say(
      'elastic-timeout',
      'no answer in time',
      'See whether the cluster is overloaded, or a firewall drops.',
      true,
    );
  }
  const host = /ENOTFOUND|EAI_AGAIN/u.exec(reason)?.[0];
  if (host !== undefined) {
    const hint = 'Check the address, and the name service of this machine.';
    return say('elastic-address', `no host of this name: ${reason}`, hint, host === 'EAI_AGAIN');
  }
  const tls = tlsWords(reason);
  if (tls !== undefined)
    return say('elastic-tls', `no TLS connection: ${tls.what}: ${tlsReason(reason).trim()}`, tls.hint);
  const hint = /ECONNREFUSED/u.test(reason)
    ? 'Check address and port, and whether the server runs.'
    : 'Check address, port and firewall, whether the server runs, and whether it wants https.';
  return say('elastic-unreachable', `no answer: ${reason}`, hint, true);
}

const PROXY = 'Often a proxy or load balancer answers: look at it, and at the server behind it.';
const CREDENTIALS =
  'Check api_key, or username and password, in the configuration (WINDHOVER_ELASTIC_API_KEY, _USERNAME, _PASSWORD; auth in STIXSHIFTER_…_CONFIG). An API key may have expired or been invalidated.';
