import type { Analytic } from './analytic.ts';
import { beaconing } from './beaconing.ts';
import { classifyIp } from './classify-ip.ts';
import { firstSeen } from './first-seen.ts';
import { iocMatch } from './ioc-match.ts';
import { rarity } from './rarity.ts';
import { suspiciousProcessScoring } from './suspicious-process-scoring.ts';

/** What each analytic of the catalogue does, by its name. */
export const IMPLEMENTATIONS: Readonly<Record<string, Analytic>> = {
  rarity,
  'first-seen': firstSeen,
  beaconing,
  'classify-ip': classifyIp,
  'suspicious-process-scoring': suspiciousProcessScoring,
  'ioc-match': iocMatch,
};
