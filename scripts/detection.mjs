// Writes docs/detection.md: what the bundled hunts raise over recordings and simulated everyday work.
// `npm run detection`; recordings lie in $WINDHOVER_DATA, else in ../shared/data. Exit code 1 where an alert is not judged.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backtestRecording } from '../test/library/backtest-recording.ts';
import { detectionPage } from '../test/library/detection-page.ts';
import { judgeBacktest } from '../test/library/judge-backtest.ts';
import { laidOut } from '../test/library/laid-out.ts';
import { RECORDED } from '../test/library/recordings.ts';
import { HAS_RECORDINGS, RECORDINGS, recording } from '../test/support/recordings.ts';
import { runWindhover } from '../test/support/run-windhover.ts';

const SEEDS = 10;
const MINUTES = 10;
const HOSTS = 6;
const CALL = [
  ...['simulate', '--format', 'mixed', '--duration', `${MINUTES}m`, '--rate', '60', '--hosts', String(HOSTS)],
  ...['--attacks', 'none', '--duplicates', '0.02', '--late', '0.02'],
];

if (!HAS_RECORDINGS) {
  console.error(`There are no recordings at ${RECORDINGS}. Set WINDHOVER_DATA to the folder that holds them.`);
  process.exit(3);
}

let unjudged = 0;
const judged = [];
for (const each of RECORDED) {
  const backtest = await backtestRecording([recording(each.path)]);
  const { alerts, missing } = judgeBacktest(each, backtest);
  for (const { hunt, title } of alerts.filter(({ verdict }) => verdict === null)) {
    unjudged++;
    console.error(`${each.name}: nobody has judged ${hunt}: ${title}`);
  }
  for (const { hunt, title } of missing) {
    unjudged++;
    console.error(`${each.name}: ${hunt} no longer raises: ${title}`);
  }
  console.log(`${each.name}: ${backtest.input.records} records, ${alerts.length} kinds of alerts`);
  judged.push({ recording: each, backtest });
}

const folder = mkdtempSync(join(tmpdir(), 'windhover-detection-'));
const simulated = {
  call: `windhover ${CALL.join(' ')}`,
  seeds: SEEDS,
  records: 0,
  hosts: HOSTS,
  seconds: SEEDS * MINUTES * 60,
  alerts: 0,
};
try {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const out = join(folder, 'work');
    const made = await runWindhover([...CALL, '--seed', String(seed), '--out', out, '--quiet']);
    if (made.code !== 0) throw new Error(made.stderr);
    const sources = [`container1=${out}.sysflow.ndjson`, `host101=${out}.winlog.ndjson`];
    const { hunts, input } = await backtestRecording(sources);
    simulated.records += input.records;
    for (const { hunt, counts } of hunts) {
      simulated.alerts += counts.standing;
      if (counts.standing > 0) console.error(`simulated, seed ${seed}: ${hunt} raises ${counts.standing}`);
    }
    console.log(`simulated, seed ${seed}: ${input.records} records`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const page = fileURLToPath(new URL('../docs/detection.md', import.meta.url));
writeFileSync(page, await laidOut(detectionPage(judged, simulated)));
process.exitCode = unjudged + simulated.alerts === 0 ? 0 : 1;
