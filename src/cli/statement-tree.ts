import type { CompiledHunt } from '../hunts/compile-hunt.ts';
import { checkHuntflow } from '../language/check/check-huntflow.ts';
import { explainNodes } from '../plan/explain-plan.ts';
import type { NodeIndex } from '../plan/hunt-plan.ts';

/** A statement of a hunt, and those that it reads. */
export interface StatementNode {
  /** Counts from 1. */
  readonly statement: number;
  /** In the hunt's file. */
  readonly line: number;
  readonly text: string;
  readonly inputs: readonly StatementNode[];
}

/** Statements that a tree shows at most, repetitions included. */
const MOST_STATEMENTS = 500;

/** The statements of a hunt by number (from 1): text and line in its file. `text`: of the file the huntflow stands in. */
export function statementTexts(
  { definition }: CompiledHunt,
  text: string,
): readonly { readonly line: number; readonly text: string }[] {
  const { huntflow } = definition;
  const written = huntflow.kind === 'inline' ? huntflow.text : text;
  return checkHuntflow(written).statements.map(({ range: { start, end } }) => ({
    line: huntflow.kind === 'inline' ? huntflow.mapPosition(start).line : start.line,
    text: written.slice(start.offset, end.offset).replace(/\s+/gu, ' '),
  }));
}

/** The statement that fills a node, and what it rests on. */
export function statementTree(hunt: CompiledHunt, text: string, node: NodeIndex): StatementNode {
  const texts = statementTexts(hunt, text);
  const nodes = explainNodes(hunt.plan);
  let shown = 0;
  const build = (at: NodeIndex): StatementNode => {
    shown++;
    const { statement } = nodes[at] as (typeof nodes)[number];
    const { line = 0, text: written = '' } = texts[statement - 1] ?? {};
    const inputs = new Map<number, NodeIndex>();
    const visit = (inner: NodeIndex): void => {
      for (const input of nodes[inner]?.inputs ?? []) {
        const other = nodes[input]?.statement ?? statement;
        if (other === statement) visit(input);
        else if (!inputs.has(other)) inputs.set(other, input);
      }
    };
    visit(at);
    const read = shown > MOST_STATEMENTS ? [] : [...inputs.values()];
    return { statement, line, text: written, inputs: read.map(build) };
  };
  return build(node);
}
