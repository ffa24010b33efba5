import { UsageError } from '../../errors/windhover-error.ts';
import { parseElasticUri } from '../../sources/elastic/elastic-uri.ts';
import { parseKafkaUri } from '../../sources/kafka/kafka-uri.ts';

/** What `--to` names. */
export type ReplayTarget =
  | { readonly kind: 'kafka'; readonly brokers: readonly string[]; readonly topic: string }
  | { readonly kind: 'elastic'; readonly url: string; readonly index: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdout' };

const KNOWN = 'kafka://HOST:PORT/TOPIC, elastic+https://HOST:PORT/INDEX, a path, and - (standard output)';

/** Reads `--to`. Throws `UsageError`: `option-to`, and those of the parts. */
export function parseReplayTarget(to: string): ReplayTarget {
  if (to === '-') return { kind: 'stdout' };
  // One letter before a colon is a Windows drive.
  const scheme = /^([a-z][a-z0-9+.-]+):/iu.exec(to)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
    case 'file': {
      const path = scheme === undefined ? to : to.slice('file:'.length).replace(/^\/\//u, '');
      if (path === '') throw new UsageError('option-to', '--to names no place', `Targets are ${KNOWN}.`);
      return { kind: 'file', path };
    }
    case 'kafka': {
      const { brokers, topics } = parseKafkaUri(to.slice('kafka:'.length));
      const [topic, ...more] = topics;
      if (topic === undefined || more.length > 0) {
        throw new UsageError('option-to', '--to names several topics', 'Name one topic.');
      }
      return { kind: 'kafka', brokers, topic };
    }
    case 'elastic+http':
    case 'elastic+https': {
      const { node: url, index } = parseElasticUri(to);
      if (/[*?,]/u.test(index)) {
        throw new UsageError('option-to', '--to names several indices', 'Name one index, alias or data stream.');
      }
      return { kind: 'elastic', url, index };
    }
    default:
      throw new UsageError('option-to', `No kind of target is called ${scheme}`, `Targets are ${KNOWN}.`);
  }
}
