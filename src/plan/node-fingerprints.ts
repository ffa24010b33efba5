import { createHash } from 'node:crypto';
import type { HuntPlan, PlanNode } from './hunt-plan.ts';

/** Where an operation names other nodes by their index. */
const INPUT_KEYS: ReadonlySet<string> = new Set(['input', 'inputs', 'left', 'right', 'witness', 'references']);

/**
 * What each node of a plan means, as a digest: its operation and those of everything it reads. Nodes of two versions of a
 * hunt with equal digests hold equal members over equal input, whatever else was written around them.
 */
export function nodeFingerprints({ nodes }: Pick<HuntPlan, 'nodes'>): string[] {
  const fingerprints: string[] = [];
  for (const node of nodes) {
    const meaning = JSON.stringify(withoutPlace(node), (key, value: unknown) => {
      if (!INPUT_KEYS.has(key)) return value;
      if (typeof value === 'number') return fingerprints[value];
      return Array.isArray(value) ? value.map((input: number) => fingerprints[input]) : value;
    });
    fingerprints.push(createHash('sha256').update(meaning).digest('hex').slice(0, 16));
  }
  return fingerprints;
}

/** Rows of NEW are named by their statement; of all others it only says where they stand. */
function withoutPlace(node: PlanNode): object {
  if (node.op === 'new') return node;
  const { statement: _statement, ...meaning } = node;
  return meaning;
}
