import { nearest } from '../../catalogue/nearest.ts';
import type { ScopeHistory } from '../../hunts/run/scope-run-options.ts';
import { parseElasticUri } from '../../sources/elastic/elastic-uri.ts';
import type { Timer } from '../../telemetry/timer.ts';
import { elasticEnvironment } from '../config/elastic-config.ts';
import type { RunOptions } from '../run/run-options.ts';
import { caCertificate } from './ca-certificate.ts';
import type { ResolvedSource } from './source-resolver.ts';
import type { TerminalIo } from '../terminal-io.ts';

export type OpenHistory = (source: ResolvedSource, timer: Timer) => Promise<ScopeHistory>;

/**
 * Elasticsearch sources as the configuration, or else the environment, says they are reached. `forHuntsOnly`: of the records
 * nothing is asked but the answers of the hunts.
 */
export function elasticHistories(
  { elastic, range = {} }: Pick<RunOptions, 'elastic' | 'range'>,
  { env, cwd }: Pick<TerminalIo, 'env' | 'cwd'>,
  forHuntsOnly = false,
): OpenHistory {
  return async ({ id }, timer) => {
    const { caPath, ...settings } = elastic?.get(id) ?? elasticEnvironment(env, cwd);
    const ca = caPath === undefined ? settings.ca : await caCertificate(caPath);
    const { node, index } = parseElasticUri(id);
    // The library is loaded only where an index is read.
    const { openElastic } = await import('../../sources/elastic/elastic-client.ts');
    const { ElasticHistory } = await import('../../sources/elastic/elastic-history.ts');
    const gateway = await openElastic(node, { ...settings, ca });
    return { history: new ElasticHistory({ place: id, index, gateway, timer, nearest }), range, forHuntsOnly };
  };
}
