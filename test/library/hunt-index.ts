import type { HuntFile } from '../../src/hunts/hunt-file/hunt-file.ts';

const TACTICS: Readonly<Record<string, string>> = {
  reconnaissance: 'Reconnaissance',
  resource_development: 'Resource Development',
  initial_access: 'Initial Access',
  execution: 'Execution',
  persistence: 'Persistence',
  privilege_escalation: 'Privilege Escalation',
  defense_evasion: 'Defense Evasion',
  credential_access: 'Credential Access',
  discovery: 'Discovery',
  lateral_movement: 'Lateral Movement',
  collection: 'Collection',
  command_and_control: 'Command and Control',
  exfiltration: 'Exfiltration',
  impact: 'Impact',
};

/** A tag that is neither a technique nor a tactic of ATT&CK for Enterprise. */
export class UnknownTag extends Error {
  override readonly name = 'UnknownTag';
}

interface AttackTerms {
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
}

export function attackTerms({ id, tags }: Pick<HuntFile, 'id' | 'tags'>): AttackTerms {
  const tactics: string[] = [];
  const techniques: string[] = [];
  for (const tag of tags) {
    const term = tag.replace(/^attack\./, '');
    const tactic = TACTICS[term];
    if (tactic !== undefined) tactics.push(tactic);
    else if (/^t\d{4}(\.\d{3})?$/.test(term)) techniques.push(term.toUpperCase());
    else throw new UnknownTag(`${id} has the tag ${tag}, which is neither a technique nor a tactic`);
  }
  return { tactics, techniques };
}

function technique(id: string): string {
  return `[${id}](https://attack.mitre.org/techniques/${id.replace('.', '/')}/)`;
}

/** By the sensors that the hunt's own tests speak for. */
export function platforms({ tests }: Pick<HuntFile, 'tests'>): readonly string[] {
  const text = tests.map(({ records }) => (records.kind === 'inline' ? records.text : '')).join('\n');
  return [
    ...(text.includes('"sf_type"') ? ['Linux, containers (SysFlow)'] : []),
    ...(text.includes('"winlog"') ? ['Windows (Sysmon)'] : []),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** A table cell holds no cell border of its own. */
function cell(text: string): string {
  return oneLine(text).replaceAll('|', '\\|');
}

function huntSection(hunt: HuntFile): string {
  const { tactics, techniques } = attackTerms(hunt);
  return [
    `### ${hunt.id}`,
    `**${oneLine(hunt.title)}.** ${oneLine(hunt.description ?? '')}`,
    [
      `- Techniques: ${techniques.map(technique).join(', ')}`,
      `- Tactics: ${tactics.join(', ')}`,
      `- Platform: ${platforms(hunt).join('; ')}`,
      `- Severity: ${hunt.severity}, risk score ${hunt.riskScore}; ${hunt.tests.length} tests${hunt.relations === 'extended' ? '; extended relations' : ''}`,
    ].join('\n'),
    `Known false positives:`,
    hunt.falsePositives.map((each) => `- ${oneLine(each)}`).join('\n'),
  ].join('\n\n');
}

/** hunts/README.md, before it is laid out: a table of all hunts, and a section for each, in order of their ids. */
export function huntIndex(hunts: readonly HuntFile[]): string {
  const sorted = [...hunts].sort((a, b) => (a.id < b.id ? -1 : 1));
  const rows = sorted.map((hunt) => {
    const { tactics, techniques } = attackTerms(hunt);
    const platform = platforms(hunt)
      .map((each) => each.split(/[ ,]/)[0])
      .join(', ');
    return `| [\`${hunt.id}\`](#${hunt.id}) | ${cell(hunt.title)} | ${techniques.join(', ')} | ${tactics.join(', ')} | ${platform} | ${hunt.severity} |`;
  });
  return `# Bundled hunts

${sorted.length} hunts. This page is made from the hunt files by \`npm run hunts:index\`; change it there. How they are used is told in
[docs/bundled-hunts.md](../docs/bundled-hunts.md), what they raise over recordings in [docs/detection.md](../docs/detection.md).

| Hunt | Raises an alert when | Techniques | Tactics | Platform | Severity |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## What each finds

${sorted.map(huntSection).join('\n\n')}
`;
}
