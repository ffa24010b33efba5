// Claim: an epoch costs what it changes, not what its variables hold: over a million members at most 1.5 times a thousand.
// The whole engine runs; graph, matching and operators are timed, decoding is not. Every measured epoch brings 500 new
// processes.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileHunts, openEngine } from './engine.mjs';
import { lines } from './process-lines.mjs';

const MEMBERS = Number(process.env.MEMBERS ?? 1_000_000);
const CHANGES = 500;
const EPOCHS = 60;
const WARM_UP = 60;
const EVERY = "p = GET process FROM a WHERE name = 'sh'";

/** Statements over every process `p`, by what the claim names. */
const STATEMENTS = {
  GET: EVERY,
  FIND: `${EVERY}\nc = FIND process CREATED BY p`,
  'anti-join': `b = GET process FROM a WHERE name = 'cron'\n${EVERY}\nq = p WHERE pid NOT IN b.pid`,
  GROUP: `${EVERY}\ng = GROUP p BY parent_ref.pid WITH COUNT(pid), MIN(pid), MAX(created), SUM(pid)`,
  'GROUP, one huge group': `${EVERY}\ng = GROUP p BY name WITH COUNT(pid), MIN(pid), MAX(created), SUM(pid)`,
  JOIN: `b = GET process FROM a WHERE pid = 7\n${EVERY}\nj = JOIN b, p BY pid, parent_ref.pid`,
  'LIMIT by SORT': `${EVERY}\nt = SORT p BY created DESC LIMIT 20`,
};

/** Median time of an epoch over `many` members divided by that over 1,000; the two run in turn. */
async function measure(statement) {
  const huntflow = compileHunts([STATEMENTS[statement]]);
  const sizes = { few: 1000, many: MEMBERS };
  const engines = {};
  for (const [name, size] of Object.entries(sizes)) {
    engines[name] = await openEngine(huntflow);
    for (let at = 0; at < size; at += 5000) await engines[name].read(lines(10_000 + at, Math.min(5000, size - at)));
  }
  const times = { few: [], many: [] };
  for (let epoch = 0; epoch < WARM_UP + EPOCHS; epoch++) {
    for (const [name, size] of Object.entries(sizes)) {
      const bytes = lines(10_000 + size + epoch * CHANGES, CHANGES);
      const { ms } = await engines[name].read(bytes);
      if (epoch >= WARM_UP) times[name].push(ms);
    }
  }
  return { ratio: median(times.many) / median(times.few), ms: median(times.many) };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

/** Each statement in a process of its own, with room for a million members. */
export function epochs() {
  const only = process.env.STATEMENT;
  return Object.keys(STATEMENTS)
    .filter((each) => only === undefined || each.startsWith(only))
    .map((statement) => {
      const child = spawnSync(
        process.execPath,
        ['--max-old-space-size=12000', fileURLToPath(import.meta.url), statement],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
      );
      if (child.status !== 0) throw new Error(`the benchmark of ${statement} ended with ${child.status}`);
      const { ratio, ms } = JSON.parse(child.stdout);
      const claim = `${statement}: an epoch of ${CHANGES} records, ${MEMBERS} members / 1000 (${ms.toFixed(2)} ms)`;
      return { claim, median: ratio, target: 1.5, atMost: true };
    });
}

const [, script, statement] = process.argv;
if (script === fileURLToPath(import.meta.url)) console.log(JSON.stringify(await measure(statement)));
