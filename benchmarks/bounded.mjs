// Claim: what EXPLAIN calls bounded stays flat. Ten million records of new processes through windows, what derives from
// them, and a LIMIT, under a retention of a minute: memory in use after all of them against after the first tenth.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileHunts, openEngine } from './engine.mjs';
import { lines } from './process-lines.mjs';

const RECORDS = Number(process.env.RECORDS ?? 10_000_000);
const HUNTFLOW = `p = GET process FROM a WHERE name = 'sh' LAST 10 SECONDS
c = FIND process CREATED p
g = GROUP p BY parent_ref.pid WITH COUNT(pid), MAX(created)
t = SORT p BY pid DESC LIMIT 20
q = GET process FROM a WHERE pid = t.pid LAST 10 SECONDS
r = TIMESTAMPED(t)
APPLY rarity ON t WITH by=parent_ref.pid`;
const CHUNK = 5000;

export function bounded() {
  const args = ['--expose-gc', fileURLToPath(import.meta.url), 'run'];
  const child = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.status !== 0) throw new Error(`the benchmark ended with ${child.status}`);
  const { first, last } = JSON.parse(child.stdout);
  const claim = `${RECORDS} records: MB in use at the end ${last.toFixed(0)} / after a tenth ${first.toFixed(0)}`;
  return [{ claim, median: last / first, target: 1.2, atMost: true }];
}

async function run() {
  const engine = await openEngine(compileHunts([HUNTFLOW]), 60_000);
  const used = () => {
    globalThis.gc();
    return process.memoryUsage().heapUsed / 1e6;
  };
  let first = 0;
  for (let at = 0; at < RECORDS; at += CHUNK) {
    await engine.read(lines(10_000 + at, CHUNK));
    if (first === 0 && at >= RECORDS / 10) first = used();
  }
  return { first, last: used() };
}

if (process.argv[2] === 'run') console.log(JSON.stringify(await run()));
