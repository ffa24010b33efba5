// Claims: a backtest of NDJSON keeps 0.9 of the throughput of a run; 100 hunts in one pass keep 0.7 of the throughput of one.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { backtestHunts } from '../dist/cli/backtest/backtest.js';
import { runHunts } from '../dist/cli/run/run.js';
import { ratio, telemetry } from './engine.mjs';

const RECORDS = Number(process.env.RECORDS ?? 150_000);

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

function hunt(i) {
  const ends = [3, 253, 503, 753].map((k) => `src_port LIKE '%${String((i * 37 + k) % 1000).padStart(3, '0')}'`);
  return [
    `hunt: h${i}`,
    'huntflow: |',
    `  c = GET network-traffic FROM a WHERE (${ends.join(' OR ')}) AND dst_port != 5432`,
    "  p = GET process FROM a WHERE parent_ref.name = 'node' AND command_line LIKE '%/tmp/%'",
    'alerts:',
    "  - { on: c, title: 'to {dst_ref.value}', suppress: { by: [dst_port], for: 1h } }",
    '  - on: p',
    '',
  ].join('\n');
}

async function backtestBenchmark() {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-backtest-'));
  const file = join(folder, 'telemetry.ndjson');
  writeFileSync(file, telemetry('sysflow-ecs', RECORDS));
  const hunts = Array.from({ length: 100 }, (_, i) => {
    writeFileSync(join(folder, `h${i}.hunt.yaml`), hunt(i));
    return join(folder, `h${i}.hunt.yaml`);
  });
  const io = () => ({
    stdout: nowhere(),
    stderr: nowhere(),
    env: {},
    cwd: folder,
    now: () => Date.now(),
    signal: new AbortController().signal,
  });
  const stdin = (async function* () {})();
  const common = {
    sources: new Map(),
    everyName: file,
    alertOn: [],
    latenessMs: 60_000,
    hostAliases: new Map(),
    maxLineBytes: 1 << 24,
    offsets: [],
    kafka: new Map(),
    historyOf: [],
    format: 'json',
  };
  const run = (files) =>
    runHunts({ ...common, hunts: files, rows: [], records: false, snapshots: false, last: 'sliding' }, io(), stdin);
  const backtest = (files) => backtestHunts({ ...common, hunts: files, maxAlerts: 10_000 }, io(), stdin);
  try {
    const n = Number(process.env.N ?? 100);
    for (let i = 0; i < 4; i++) { const t = performance.now(); const c = process.cpuUsage(); await backtest(hunts.slice(0, n)); const u = process.cpuUsage(c); console.log(n, Math.round(performance.now() - t), Math.round(u.user/1000)); }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await backtestBenchmark();
