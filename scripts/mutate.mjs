// Turns each comparison of the bundled hunts around, one at a time, and counts how many of these mutants make a test of the
// hunt fail. `node scripts/mutate.mjs [FILE or folder …]`; exit code 1 below the share that is asked for.
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { huntPaths, isHuntFile, loadHunt } from '../dist/cli/load-hunts.js';
import { compileTests } from '../dist/hunts/hunt-tests/compile-test.js';
import { InlineByteSource } from '../dist/hunts/hunt-tests/inline-byte-source.js';
import { runTest } from '../dist/hunts/hunt-tests/run-test.js';
import { patternText } from '../dist/plan/pattern-text.js';
import { FileByteSource } from '../dist/sources/file-byte-source.js';

const LEAST_SHARE = 0.9;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Every pattern that differs from this one by one comparison, with that comparison. */
function* turnedAround(pattern) {
  if (!('operands' in pattern)) {
    yield { leaf: pattern, mutant: { ...pattern, negated: !pattern.negated } };
    return;
  }
  for (const [i, operand] of pattern.operands.entries()) {
    for (const { leaf, mutant } of turnedAround(operand)) {
      yield { leaf, mutant: { ...pattern, operands: replaced(pattern.operands, i, mutant) } };
    }
  }
}

function replaced(list, at, value) {
  return list.map((each, i) => (i === at ? value : each));
}

function* mutantsOf(hunt) {
  for (const [index, node] of hunt.plan.nodes.entries()) {
    if ((node.op !== 'get' && node.op !== 'filter') || node.pattern === null) continue;
    for (const { leaf, mutant } of turnedAround(node.pattern)) {
      const nodes = replaced(hunt.plan.nodes, index, { ...node, pattern: mutant });
      yield { leaf, statement: node.statement + 1, hunt: { ...hunt, plan: { ...hunt.plan, nodes } } };
    }
  }
}

async function passes(hunt, file) {
  for (const test of compileTests(hunt).tests) {
    const { records } = test.test;
    const folder = dirname(resolve(file));
    const source =
      records.kind === 'inline' ? new InlineByteSource(records.text) : new FileByteSource('', records.path, folder);
    const { failures, problem } = await runTest(hunt, test, source);
    if (failures.length > 0 || problem !== undefined) return false;
  }
  return true;
}

let mutants = 0;
let found = 0;
const places = process.argv.length > 2 ? process.argv.slice(2) : [resolve(ROOT, 'hunts')];
for (const place of places) {
  for (const file of await huntPaths(place, process.cwd())) {
    if (!isHuntFile(file)) continue;
    const { hunt, id } = await loadHunt(file, { cwd: process.cwd(), env: process.env });
    if (hunt === undefined || !(await passes(hunt, file))) throw new Error(`${id} does not pass its own tests`);
    const survivors = [];
    let count = 0;
    for (const mutant of mutantsOf(hunt)) {
      count++;
      if (await passes(mutant.hunt, file))
        survivors.push(`    statement ${mutant.statement}: ${patternText(mutant.leaf)}`);
    }
    mutants += count;
    found += count - survivors.length;
    console.log(`${id}: ${count - survivors.length} of ${count} comparisons turned around make a test fail`);
    for (const survivor of survivors) console.log(survivor);
  }
}
const share = mutants === 0 ? 1 : found / mutants;
console.log(
  `${found} of ${mutants} (${(share * 100).toFixed(0)} %), at least ${LEAST_SHARE * 100} %: ${share >= LEAST_SHARE ? 'met' : 'NOT met'}`,
);
process.exitCode = share >= LEAST_SHARE ? 0 : 1;
