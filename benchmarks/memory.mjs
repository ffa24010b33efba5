// Claim, for each shape: 5 million records of 200 hosts over 20 hours of event time, bundled hunts, --retention 1h, stay
// under 600 MB.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const hunts = fileURLToPath(new URL('../hunts', import.meta.url));

const all = ['run', hunts, '--source', '-', '--retention', '1h', '--format', 'json'];
const some = ['node-exploit-shell', 'download-and-run'].map((name) => `${hunts}/${name}.hunt.yaml`);
const history = ['backtest', ...some, '--source', '-', '--retention', '1h', '--format', 'json'];

export async function memory(records = Number(process.env.MEMORY_RECORDS ?? 5_000_000)) {
  const rate = Math.round(records / (20 * 3600));
  const peaks = [];
  for (const format of ['sysflow-ecs', 'winlogbeat']) {
    peaks.push({ format, ...(await peakOf(all, format, records, Math.max(1, rate))) });
  }
  return peaks.map(({ format, mb, seconds }) => ({
    claim: `${format}: ${records} records, 200 hosts, 20 h, --retention 1h: peak RSS in MB (${seconds.toFixed(0)} s)`,
    median: mb,
    target: 600,
    atMost: true,
  }));
}

/** A backtest over ten times the history, at the same rate, against one over the history. */
export async function historyMemory(records = Number(process.env.HISTORY_RECORDS ?? 1_000_000)) {
  const rate = Math.max(1, Math.round(records / (2 * 3600)));
  const once = await peakOf(history, 'sysflow-ecs', records, rate);
  const tenTimes = await peakOf(history, 'sysflow-ecs', records * 10, rate);
  const told = `${once.mb.toFixed(0)} and ${tenTimes.mb.toFixed(0)} MB`;
  return [
    {
      claim: `backtest, --retention 1h: peak RSS over ${records * 10} records (20 h) / ${records} (2 h), ${told}`,
      median: tenTimes.mb / once.mb,
      target: 1.2,
      atMost: true,
    },
  ];
}

/** The simulator is one process, the run another; the run's peak is read from /proc while it lives. */
async function peakOf(call, format, records, rate) {
  const simulate = spawn(
    process.execPath,
    [main, 'simulate', '--format', format, '--hosts', '200', '--records', String(records), '--rate', String(rate)],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const run = spawn(
    process.execPath,
    ['--import', fileURLToPath(new URL('report-peak.mjs', import.meta.url)), main, ...call],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  simulate.stdout.pipe(run.stdin);
  const start = Date.now();
  let told = '';
  run.stderr.on('data', (chunk) => (told += chunk));
  const code = await new Promise((done) => run.on('exit', done));
  const peak = /peak RSS (\d+) kB/.exec(told)?.[1];
  if (code !== 0 || peak === undefined) throw new Error(`the run ended with ${code}: ${told.slice(-500)}`);
  return { mb: Number(peak) / 1024, seconds: (Date.now() - start) / 1000 };
}
