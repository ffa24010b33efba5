import { UsageError } from '../../errors/windhover-error.ts';

/** The topics that a `kafka://` URI names, and brokers that lead to them. */
export interface KafkaAddress {
  /** `host:port`, sorted, each once. */
  readonly brokers: readonly string[];
  /** Sorted, each once. */
  readonly topics: readonly string[];
}

const DEFAULT_PORT = 9092;
const BROKER = /^(\[[0-9a-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/iu;
const TOPIC = /^[A-Za-z0-9._-]{1,249}$/u;
const FORM = 'Write kafka://HOST:PORT,…/TOPIC,….';

/** Reads what stands behind `kafka:`. Throws `UsageError` (`source-kafka`), without repeating what stands before an @. */
export function parseKafkaUri(rest: string): KafkaAddress {
  const [place = '', ...more] = rest.replace(/^\/\//u, '').split('/');
  if (place.includes('@')) {
    throw new UsageError(
      'source-credentials',
      'A kafka:// URI holds credentials',
      'Leave them out: set WINDHOVER_KAFKA_USERNAME and WINDHOVER_KAFKA_PASSWORD, or write them into the configuration.',
    );
  }
  const brokers = list(place).map((broker) => {
    const match = BROKER.exec(broker);
    const port = match?.[2] === undefined ? DEFAULT_PORT : Number(match[2]);
    if (match === null || port < 1 || port > 65_535) throw refused(`${broker} is no address of a broker`);
    return `${(match[1] as string).toLowerCase()}:${port}`;
  });
  const topics = list(more.join('/').replace(/\/+$/u, ''));
  for (const topic of topics) {
    if (!TOPIC.test(topic) || topic === '.' || topic === '..') throw refused(`${topic} is no name of a topic`);
  }
  if (brokers.length === 0) throw refused('The source names no broker');
  if (topics.length === 0) throw refused('The source names no topic');
  return { brokers: sorted(brokers), topics: sorted(topics) };
}

/** The same for the same brokers and topics, however they are written. */
export function kafkaUri({ brokers, topics }: KafkaAddress): string {
  return `kafka://${sorted(brokers).join(',')}/${sorted(topics).join(',')}`;
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function refused(message: string): UsageError {
  return new UsageError('source-kafka', message, FORM);
}
