import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { compileHunt, type CompiledHunt } from '../src/hunts/compile-hunt.ts';
import { parseHuntFile } from '../src/hunts/hunt-file/hunt-file-parse.ts';
import { compileTests } from '../src/hunts/hunt-tests/compile-test.ts';
import { InlineByteSource } from '../src/hunts/hunt-tests/inline-byte-source.ts';
import { runTest } from '../src/hunts/hunt-tests/run-test.ts';
import type { PlanNode, PlanPattern } from '../src/plan/hunt-plan.ts';
import { bundledHunt } from './support/recordings.ts';

/** A comparison that nobody would miss is one that nobody knows the need of. */
const LEAST_SHARE = 0.9;

const FILES = readdirSync(bundledHunt('')).filter((name) => name.endsWith('.hunt.yaml'));

function compiled(file: string): CompiledHunt {
  const { hunt } = parseHuntFile(file, readFileSync(bundledHunt(file), 'utf8'));
  if (hunt?.huntflow.kind !== 'inline') throw new Error(`${file} has no huntflow of its own`);
  const { hunt: result, diagnostics } = compileHunt(hunt, hunt.huntflow.text);
  if (result === undefined) throw new Error(`${file}: ${diagnostics.map((each) => each.message).join('; ')}`);
  return result;
}

type Decision = Exclude<PlanPattern, { operands: unknown }>;

function patternsOf(node: PlanNode): PlanPattern[] {
  if (node.op === 'filter') return [node.pattern];
  return node.op === 'get' && node.pattern !== null ? [node.pattern] : [];
}

function decisionsOf(pattern: PlanPattern): Decision[] {
  return 'operands' in pattern ? pattern.operands.flatMap(decisionsOf) : [pattern];
}

function decisions({ plan }: CompiledHunt): Decision[] {
  return plan.nodes.flatMap((node) => patternsOf(node).flatMap(decisionsOf));
}

/** The hunt with its nth comparison negated, or made positive where it was negated. */
function flipped(hunt: CompiledHunt, nth: number): CompiledHunt {
  const changed = { ...hunt, plan: structuredClone(hunt.plan) };
  const decision = decisions(changed)[nth] as { negated: boolean };
  decision.negated = !decision.negated;
  return changed;
}

async function passes(hunt: CompiledHunt): Promise<boolean> {
  for (const each of compileTests(hunt).tests) {
    const { records } = each.test;
    if (records.kind !== 'inline') throw new Error(`${hunt.id}: records outside the file`);
    const { failures, problem } = await runTest(hunt, each, new InlineByteSource(records.text));
    if (failures.length > 0 || problem !== undefined) return false;
  }
  return true;
}

function describeDecision(decision: Decision): string {
  const { type, path } = decision;
  if (decision.kind === 'null') return `${type}:${path.text} IS ${decision.negated ? 'NOT ' : ''}NULL`;
  const operator = `${decision.negated ? 'NOT ' : ''}${decision.operator}`;
  return `${type}:${path.text} ${operator} ${JSON.stringify(decision.literals).slice(0, 80)}`;
}

const caught: string[] = [];
const missed: string[] = [];

describe('a comparison of a bundled hunt that is turned round fails one of its tests', () => {
  afterAll(() => {
    const share = caught.length / (caught.length + missed.length);
    // oxlint-disable-next-line no-console -- whoever reads the run wants to know what is left to be tested
    console.log(`${caught.length} of ${caught.length + missed.length} comparisons (${(share * 100).toFixed(1)} %)`);
  });

  test.each(FILES)('%s', { timeout: 120_000 }, async (file) => {
    const hunt = compiled(file);
    expect(await passes(hunt)).toBe(true);
    const unnoticed: string[] = [];
    const all = decisions(hunt);
    for (const [nth, decision] of all.entries()) {
      if (await passes(flipped(hunt, nth))) unnoticed.push(describeDecision(decision));
      else caught.push(`${file} ${nth}`);
    }
    missed.push(...unnoticed);
    expect(1 - unnoticed.length / all.length, unnoticed.join('\n')).toBeGreaterThanOrEqual(LEAST_SHARE);
  });
});
