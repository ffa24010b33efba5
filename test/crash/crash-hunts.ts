import { compileHunt, type CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import { parseHuntFile } from '../../src/hunts/hunt-file/hunt-file-parse.ts';

/** What ends members because time passes belongs to input whose order is the same in every run. */
export const SLIDING = `
hunt: sliding
title: sliding
severity: low
huntflow: |
  recent = GET process FROM stixshifter://a WHERE command_line LIKE '%evil%' LAST 6 SECONDS
  kids = FIND process CREATED recent
alerts:
  - on: recent
    title: "{name} {pid}"
    settle: 3s
  - on: kids
    title: "{name} {pid}"
`;

export const SHELLS = `
hunt: shells
title: shells
severity: low
huntflow: |
  shells = GET process FROM stixshifter://a WHERE name IN ('sh', 'bash')
  kids = FIND process CREATED BY shells
  odd = kids WHERE command_line LIKE '%evil%'
  few = kids SORT BY pid DESC LIMIT 5
  names = GROUP kids BY name WITH COUNT(pid) AS n
  DISP few ATTR pid, name
  DISP names
  SAVE kids TO 'kids.csv'
alerts:
  - on: odd
    title: "{name} {pid}: {command_line}"
  - on: shells
    title: "{name}"
    suppress: { by: [name], for: 1m }
  - on: few
    title: "{pid}"
    settle: 0s
  - on: names
    title: "{name} {n}"
`;

/** The other statements, and the other ways in which alerts come and go. */
export const WIDE = `
hunt: wide
title: wide
severity: low
huntflow: |
  shells = GET process FROM stixshifter://a WHERE name IN ('sh', 'bash') LAST 30 SECONDS
  evil = GET process FROM stixshifter://a WHERE command_line LIKE '%evil%'
  some = GET process FROM stixshifter://a WHERE name = 'node' LIMIT 3
  both = JOIN some, evil BY name, name
  sliding = GROUP shells BY name WITH COUNT(pid) AS n
  known = NEW process ['node', 'curl']
  twins = evil WHERE name = known.name
  seen = TIMESTAMPED(evil)
  rare = evil
  APPLY rarity ON rare WITH by=[name]
alerts:
  - on: evil
    title: "{name} {pid}"
    latch: true
  - on: some
    title: "{name} {pid}"
  - on: both
    title: "{name}"
    settle: 0s
  - on: sliding
    title: "{name} {n}"
    settle: 0s
  - on: shells
    title: "{name}"
    suppress: { by: [name, host.id], for: 20s }
    settle: 4s
  - on: twins
    title: "{name} {pid}"
`;

/** Reads another source too: a scope of its own. */
export const OTHER = `
hunt: other
title: other
severity: high
huntflow: |
  evil = GET process FROM stixshifter://b WHERE command_line LIKE '%evil%'
alerts:
  - on: evil
    title: "{name} {pid}"
    settle: 0s
`;

export const SLIDING_HUNT = compiled('sliding', SLIDING);
export const SHELLS_HUNT = compiled('shells', SHELLS);
export const WIDE_HUNT = compiled('wide', WIDE);
export const OTHER_HUNT = compiled('other', OTHER);

function compiled(name: string, text: string): CompiledHunt {
  const { hunt: definition, diagnostics } = parseHuntFile(`${name}.hunt.yaml`, text);
  if (definition?.huntflow.kind !== 'inline') throw new Error(`no hunt: ${JSON.stringify(diagnostics)}`);
  const { hunt, diagnostics: unchecked } = compileHunt(definition, definition.huntflow.text);
  if (hunt === undefined) throw new Error(`the hunt does not check: ${JSON.stringify(unchecked)}`);
  return hunt;
}
