import type { ThreatFields } from './alert-document.ts';

/** Tactics of ATT&CK for enterprise: name in tags, id, name. */
const TACTICS: Readonly<Record<string, readonly [id: string, name: string]>> = {
  reconnaissance: ['TA0043', 'Reconnaissance'],
  'resource-development': ['TA0042', 'Resource Development'],
  'initial-access': ['TA0001', 'Initial Access'],
  execution: ['TA0002', 'Execution'],
  persistence: ['TA0003', 'Persistence'],
  'privilege-escalation': ['TA0004', 'Privilege Escalation'],
  'defense-evasion': ['TA0005', 'Defense Evasion'],
  'credential-access': ['TA0006', 'Credential Access'],
  discovery: ['TA0007', 'Discovery'],
  'lateral-movement': ['TA0008', 'Lateral Movement'],
  collection: ['TA0009', 'Collection'],
  exfiltration: ['TA0010', 'Exfiltration'],
  'command-and-control': ['TA0011', 'Command and Control'],
  impact: ['TA0040', 'Impact'],
};

/**
 * `threat.*` from tags as Sigma rules write them: `attack.t1059`, `attack.t1059.004`, `attack.execution`,
 * `attack.lateral_movement`. Other tags say nothing here.
 */
export function threatFields(tags: readonly string[]): ThreatFields | undefined {
  const tactics = new Map<string, string>();
  const techniques = new Set<string>();
  const subtechniques = new Set<string>();
  for (const tag of tags) {
    const word = /^attack\.(.+)$/i.exec(tag.trim())?.[1]?.toLowerCase().replaceAll('_', '-');
    if (word === undefined) continue;
    const tactic = Object.hasOwn(TACTICS, word) ? TACTICS[word] : undefined;
    if (tactic) tactics.set(...tactic);
    const technique = /^(t\d{4})(\.\d{3})?$/.exec(word);
    if (!technique) continue;
    techniques.add(technique[1]!.toUpperCase());
    if (technique[2]) subtechniques.add(word.toUpperCase());
  }
  if (tactics.size === 0 && techniques.size === 0) return undefined;
  return {
    framework: 'MITRE ATT&CK',
    ...(tactics.size > 0 && { tactic: { id: [...tactics.keys()], name: [...tactics.values()] } }),
    ...(techniques.size > 0 && {
      technique: {
        id: [...techniques],
        ...(subtechniques.size > 0 && { subtechnique: { id: [...subtechniques] } }),
      },
    }),
  };
}
