import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OTHER, SHELLS, SLIDING } from './crash-hunts.ts';
import { lastLine, START, telemetryLines } from './telemetry.ts';

/** The call over what `writeInput` wrote into the folder of the call, without the state. */
export const CALL = ['run', 'hunts', '--source', 'a=a.ndjson', '--source', 'b=b.ndjson', '--format', 'json'];

/** Hunts and telemetry for runs of the program itself. */
export function writeInput(folder: string, records: number): void {
  mkdirSync(join(folder, 'hunts'));
  for (const [name, text] of Object.entries({ shells: SHELLS, sliding: SLIDING, other: OTHER })) {
    writeFileSync(join(folder, 'hunts', `${name}.hunt.yaml`), text);
  }
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  write('a.ndjson', [...telemetryLines(records, 1), lastLine(START + records * 1000)]);
  write('b.ndjson', telemetryLines(records, 2));
}

/** The alerts of a log, hunt by hunt, without what tells one run from another. */
export function alertsIn(path: string): unknown[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const alert = JSON.parse(line) as { windhover: { hunt: string; times: { event: string } } };
      return { ...alert, windhover: { ...alert.windhover, times: alert.windhover.times.event } };
    })
    .sort((a, b) => a.windhover.hunt.localeCompare(b.windhover.hunt));
}

/** What a run that came to its end says of its hunts. */
export function answerOf(stdout: string): unknown {
  const { hunts } = JSON.parse(stdout) as { hunts: readonly { hunt: string; variables: unknown; displays: unknown }[] };
  return hunts.map(({ hunt, variables, displays }) => ({ hunt, variables, displays }));
}
