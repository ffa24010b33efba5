// Claim: ten bundled hunts over recorded Sysmon events keep 0.4 of the speed of unpacking and JSON.parse of every line.
// Recordings lie in $WINDHOVER_DATA, else in ../shared/data; without them there is nothing to measure.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { backtestHunts } from '../dist/cli/backtest/backtest.js';
import { parseLines, ratio } from './engine.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(process.env.WINDHOVER_DATA ?? resolve(root, '../shared/data'), 'sysmon');
const HUNTS = [
  ...['bits-transfer', 'credential-dumping', 'discovery-burst', 'encoded-powershell', 'lateral-movement'],
  ...[
    'office-chain-calls-out',
    'remote-desktop-enabled',
    'run-key-implant',
    'scheduled-task-implant',
    'wmi-subscription',
  ],
].map((name) => join(root, 'hunts', `${name}.hunt.yaml`));

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });

export async function recordings() {
  if (!existsSync(FOLDER)) return [];
  const files = readdirSync(FOLDER).map((name) => join(FOLDER, name));
  const read = () => {
    let lines = 0;
    for (const file of files) lines += parseLines(gunzipSync(readFileSync(file)));
    return lines;
  };
  const io = () => ({
    stdout: nowhere(),
    stderr: nowhere(),
    env: {},
    cwd: root,
    now: () => Date.now(),
    signal: new AbortController().signal,
  });
  const options = {
    hunts: HUNTS,
    sources: new Map(),
    everyName: FOLDER,
    alertOn: [],
    latenessMs: 60_000,
    hostAliases: new Map(),
    maxLineBytes: 1 << 24,
    maxAlerts: 1000,
    format: 'json',
    offsets: [],
    historyOf: [],
  };
  const stdin = (async function* () {})();
  const backtest = async () => {
    const code = await backtestHunts(options, io(), stdin);
    if (code !== 0) throw new Error(`exit code ${code}`);
  };
  const measured = await ratio(read, backtest, 5);
  return [{ claim: `unpacking and JSON.parse of ${read()} recorded lines / ten hunts`, ...measured, target: 0.4 }];
}
