// Claims of a state: commits keep 0.7 of the throughput; a run goes on from a million entities within 10 s; entities for four times the
// cache keep half of the throughput of a cache that holds them all, below 512 MB.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { telemetry } from './engine.mjs';
import { changedLines, lines } from './process-lines.mjs';
import { TEN_HUNTS } from './ten-hunts.mjs';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const peak = fileURLToPath(new URL('report-peak.mjs', import.meta.url));
const CACHE = 32_768;
const ROUNDS = 3;
const HUNTFLOW = "p = GET process FROM a WHERE command_line LIKE '%777'\nc = FIND process CREATED p\n";

export function largeState(entities = Number(process.env.ENTITIES ?? 1_000_000)) {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-bench-'));
  try {
    return [...durable(folder), ...restart(folder, entities), ...beyondCache(folder)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function durable(folder) {
  const hunts = join(folder, 'hunts');
  mkdirSync(hunts);
  for (const [i, text] of TEN_HUNTS.entries()) writeFileSync(join(hunts, `hunt-${i}.hf`), text);
  const file = join(folder, 'telemetry.ndjson');
  writeFileSync(file, telemetry('sysflow-ecs', 100_000));
  const ratios = rounds((round) => {
    const plain = run(hunts, file, []).seconds;
    return plain / run(hunts, file, ['--state', join(folder, `durable-${round}`)]).seconds;
  });
  return [{ claim: 'in memory / with a state, ten hunts, the command as it is called', ...ratios, target: 0.7 }];
}

function restart(folder, entities) {
  const [hunt, file, state] = [join(folder, 'restart.hf'), join(folder, 'restart.ndjson'), join(folder, 'restart')];
  writeFileSync(hunt, HUNTFLOW);
  for (let at = 0; at < entities; at += 50_000)
    appendFileSync(file, lines(10_000 + at, Math.min(50_000, entities - at)));
  run(hunt, file, ['--state', state]);
  const { median, least, greatest } = rounds((round) => {
    appendFileSync(file, lines(10_000 + entities + round, 1));
    return run(hunt, file, ['--state', state]).seconds;
  });
  const claim = `seconds of a call that goes on from ${entities} entities with one record more, start and end included`;
  return [{ claim, median, least, greatest, target: 10, atMost: true }];
}

/** Each process is mentioned a second time long after its content has left memory. */
function beyondCache(folder) {
  const [hunt, file] = [join(folder, 'cache.hf'), join(folder, 'cache.ndjson')];
  writeFileSync(hunt, HUNTFLOW);
  const entities = 4 * CACHE;
  writeFileSync(file, Buffer.concat([lines(10_000, entities), changedLines(10_000, entities)]));
  let mb = 0;
  const timed = (round, cache) => {
    const config = join(folder, 'cache.yaml');
    writeFileSync(config, `limits: {entity_cache: ${cache}}\n`);
    const { seconds, peakMb } = run(hunt, file, [
      '--config',
      config,
      '--state',
      join(folder, `cache-${cache}-${round}`),
    ]);
    if (cache === CACHE) mb = Math.max(mb, peakMb);
    return seconds;
  };
  const ratios = rounds((round) => timed(round, 10 * CACHE) / timed(round, CACHE));
  return [
    { claim: `${entities} entities, each mentioned twice: a cache of all / of a quarter`, ...ratios, target: 0.5 },
    { claim: 'the same, a cache of a quarter: peak RSS in MB', median: mb, target: 512, atMost: true },
  ];
}

/** A call of the command; `--retention` so long that everything stays. */
function run(hunts, file, flags) {
  const started = performance.now();
  const args = ['--import', peak, main, 'run', hunts, '--source', file, '--retention', '365d', '--format', 'json'];
  const { status, stderr } = spawnSync(process.execPath, [...args, ...flags], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`the run ended with ${status}: ${stderr.slice(-500)}`);
  return {
    seconds: (performance.now() - started) / 1000,
    peakMb: Number(/peak RSS (\d+) kB/.exec(stderr)?.[1]) / 1024,
  };
}

function rounds(measure) {
  const figures = Array.from({ length: ROUNDS }, (_, round) => measure(round)).sort((a, b) => a - b);
  return { median: figures[Math.floor(ROUNDS / 2)], least: figures[0], greatest: figures[ROUNDS - 1] };
}
