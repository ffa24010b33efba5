// Claim: asking again costs more the longer the history is; a standing query costs what is new. How long a history may be
// until one re-run by the naive reference evaluator takes longer than an epoch of the engine that brings the same answer.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileHunts, openEngine } from './engine.mjs';
import { lines } from './process-lines.mjs';

const HUNTFLOW = "p = GET process FROM a WHERE name = 'sh'\nc = FIND process CREATED BY p\nDISP c ATTR pid";
const HISTORIES = [1000, 10_000, 40_000];
const EPOCH = 100;

/** In a process of its own, as the evaluator is TypeScript that nothing builds. */
export function crossover() {
  const script = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, ['--import', 'tsx', script, 'run'], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`the crossover ended with ${child.status}: ${child.stderr.slice(-500)}`);
  return JSON.parse(child.stdout).map(({ history, rerun, epoch }) => ({
    claim: `history of ${history} records: re-run ${rerun.toFixed(1)} ms / epoch of ${EPOCH} records ${epoch.toFixed(1)} ms`,
    median: rerun / epoch,
    target: 1,
  }));
}

/** The records that `lines` writes, as the evaluator takes them. */
function plainRecords(from, count) {
  return Array.from({ length: count }, (_, i) => {
    const time = { ms: Date.UTC(2026, 4, 1) + from + i, ns: 0 };
    const mention = (key, pid, authority, name, references) => ({
      type: 'process',
      key,
      role: authority === 1 ? 'process' : 'parent',
      authority,
      caseFolded: false,
      attributes: { name, pid },
      references,
    });
    const entities = [mention(`w|${(from + i) % 1000}`, (from + i) % 1000, 0, 'node', {})];
    entities.push(mention(`w|${from + i}`, from + i, 1, 'sh', { parent_ref: 0 }));
    return { id: `r${from + i}`, source: 'stixshifter://a', host: 'w', first: time, last: time, entities };
  });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function run() {
  const { checkHuntflow } = await import('../src/language/check/check-huntflow.ts');
  const { evaluate } = await import('../test/reference/evaluate.ts');
  const checked = checkHuntflow(HUNTFLOW);
  const results = [];
  for (const history of HISTORIES) {
    const records = plainRecords(10_000, history);
    const rerun = median(
      [1, 2, 3].map(() => {
        const start = performance.now();
        evaluate(checked, records, { epochs: [records.length] });
        return performance.now() - start;
      }),
    );
    const engine = await openEngine(compileHunts([HUNTFLOW]));
    await engine.read(lines(10_000, history));
    const times = [];
    for (let epoch = 0; epoch < 60; epoch++) {
      const { ms } = await engine.read(lines(10_000 + history + epoch * EPOCH, EPOCH));
      if (epoch >= 30) times.push(ms);
    }
    results.push({ history, rerun, epoch: median(times) });
  }
  return results;
}

if (process.argv[2] === 'run') console.log(JSON.stringify(await run()));
