// Claim: half an hour at half of the highest rate, with a fault each minute, ends with flat memory, flat disk and exactly the
// alerts of a run that nothing happened to. Needs the build; with WINDHOVER_TEST_KAFKA one of its sources is a topic.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { feedUnderFaults } from './feed-under-faults.ts';
import { soakFindings } from './soak-findings.ts';
import { readOptions, type SoakOptions } from './soak-options.ts';
import { replaceSection, soakSection } from './soak-report.ts';
import { prepareSoak } from './soak-setting.ts';

const BENCHMARKS = fileURLToPath(new URL('../../BENCHMARKS.md', import.meta.url));
const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

/** True where nothing was violated. */
async function soak(options: SoakOptions, folder: string): Promise<boolean> {
  const setting = await prepareSoak(options, folder);
  const { run, sink, sources } = setting.world;
  try {
    say(`highest rate ${setting.highest} records/s, feeding ${setting.rate}, ${setting.places}; all is in ${folder}`);
    const { lag, violations } = await feedUnderFaults(setting, say);
    say('the run has ended; the same records once more, undisturbed');
    const report = { ...(await soakFindings(setting, violations)), lagAtEnd: lag };
    const section = soakSection(report);
    console.log(section);
    for (const violation of report.violations) console.error(`violation: ${violation}`);
    if (options.write) writeFileSync(BENCHMARKS, replaceSection(readFileSync(BENCHMARKS, 'utf8'), section));
    return report.violations.length === 0;
  } finally {
    await run.end('SIGKILL');
    sink.close();
    for (const { delivery } of sources) await delivery.close();
  }
}

const options = readOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(options);
  process.exitCode = 2;
} else {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-soak-'));
  let isClean = false;
  try {
    isClean = await soak(options, folder);
  } finally {
    if (isClean && !options.keep) rmSync(folder, { recursive: true, force: true });
    else say(`everything is kept in ${folder}`);
  }
  process.exitCode = isClean ? 0 : 1;
}
