import { SourceError } from '../../errors/windhover-error.ts';

interface Known {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly retriable?: boolean;
}

/** What else an error says of itself; kafkajs wraps them in each other. */
interface Failure {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

const DEPTH = 8;
/** Longest part of somebody else's message that is repeated. */
const SHOWN = 300;
const TLS = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO/u;
const PERMISSIONS: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'READ and DESCRIBE on the topics',
  GROUP_AUTHORIZATION_FAILED:
    'READ and DESCRIBE on the consumer groups that begin with windhover- (or with the configured group)',
  CLUSTER_AUTHORIZATION_FAILED: 'DESCRIBE on the cluster',
};

/**
 * A failure of the Kafka client, or of what it is built on, as a `SourceError` that tells what to do. `retriable`: the
 * brokers may answer later.
 */
export function kafkaProblem(cause: unknown, brokers: readonly string[]): SourceError {
  const chain = chainOf(cause);
  // What our own code threw comes back wrapped.
  const own = chain.find((each) => each instanceof SourceError);
  if (own instanceof SourceError) return own;
  const known = recognise(chain, brokers.join(', '));
  const { code, message, hint, retriable = false } = known ?? other(chain);
  return new SourceError(code, message, { hint, retriable, cause });
}

/** What the brokers answered, as kafkajs names it (`MESSAGE_TOO_LARGE`), the outermost first. */
export function kafkaErrorTypes(cause: unknown): string[] {
  return chainOf(cause).flatMap(({ type }) => (typeof type === 'string' ? [type] : []));
}

function chainOf(error: unknown): Failure[] {
  const chain: Failure[] = [];
  for (let at = error; typeof at === 'object' && at !== null && chain.length < DEPTH;) {
    const failure = at as Failure;
    chain.push(failure);
    at = failure.cause ?? failure.originalError;
  }
  return chain;
}

function recognise(chain: readonly Failure[], brokers: string): Known | undefined {
  const names = chain.map(({ name }) => String(name));
  const codes = chain.flatMap(({ code, type }) => [code, type].map(String));
  const text = textOf(chain);
  const permission = codes.map((code) => PERMISSIONS[code]).find((each) => each !== undefined);
  if (permission !== undefined) {
    return {
      code: 'kafka-permission',
      message: 'the user lacks a permission',
      hint: `Grant ${permission}.`,
    };
  }
  if (names.includes('KafkaJSSASLAuthenticationError') || codes.includes('SASL_AUTHENTICATION_FAILED')) {
    return {
      code: 'kafka-credentials',
      message: `the brokers refuse the credentials: ${shown(text)}`,
      hint: 'Check user name, password and mechanism (WINDHOVER_KAFKA_USERNAME, _PASSWORD, _SASL, or sasl: in the configuration).',
    };
  }
  if (names.includes('KafkaJSNotImplemented') || /compression not implemented/iu.test(text)) {
    return {
      code: 'kafka-codec',
      message: `a topic is compressed in a way that cannot be read here: ${shown(text)}`,
      hint: 'zstd needs Node 22.15 or later. Or have the producers use gzip, snappy or lz4.',
    };
  }
  if (codes.some((code) => TLS.test(code)) || /certificate|SSL routines|wrong version number/iu.test(text)) {
    return {
      code: 'kafka-tls',
      message: `no TLS connection to ${brokers}: ${shown(text)}`,
      hint: 'Name the certificate of the CA (WINDHOVER_KAFKA_CA, or tls: {ca: PATH}), or leave TLS out where the listener has none.',
    };
  }
  if (codes.includes('ENOTFOUND') || /ENOTFOUND/u.test(text)) {
    return {
      code: 'kafka-address',
      message: `no host of this name: ${shown(text)}`,
      hint: 'Check the addresses of the brokers. The names that brokers give of themselves (advertised.listeners) have to be known here too.',
    };
  }
  // The client does not tell why: that the group may not be seen looks the same.
  if (names.includes('KafkaJSGroupCoordinatorNotFound')) {
    return {
      code: 'kafka-group-coordinator',
      message: 'the brokers name no coordinator for the consumer group',
      hint: `Grant ${PERMISSIONS['GROUP_AUTHORIZATION_FAILED']}; brokers that have just been started need a moment.`,
      retriable: true,
    };
  }
  if (names.some((name) => CONNECTION.has(name)) || codes.some((code) => NETWORK.has(code))) {
    return {
      code: 'kafka-unreachable',
      message: `no answer from ${brokers}: ${shown(text)}`,
      hint: 'Check address, port and firewall, and whether the listener wants TLS or credentials.',
      retriable: true,
    };
  }
  return undefined;
}

const CONNECTION = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
]);
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'EAI_AGAIN',
]);

function other(chain: readonly Failure[]): Known {
  const text = textOf(chain);
  return {
    code: 'kafka-failed',
    message: `Kafka: ${shown(text)}`,
    hint: 'The brokers or the client gave this reason.',
    retriable: true,
  };
}

/** What the errors say, each thing once: the outer ones repeat the inner ones. */
function textOf(chain: readonly Failure[]): string {
  return [...new Set(chain.map(({ message }) => String(message)))].join(' | ');
}

function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
