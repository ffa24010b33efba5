import { checkHuntflow } from '../language/check/check-huntflow.ts';
import type { CompiledHunt } from '../hunts/compile-hunt.ts';

/** Lines of the statements of a hunt (from 0) in its file. `text`: of the file that the huntflow stands in. */
export function statementLines({ definition }: CompiledHunt, text: string): (statement: number) => number | undefined {
  const { huntflow } = definition;
  let lines: readonly number[] | undefined;
  return (statement) => {
    lines ??= checkHuntflow(huntflow.kind === 'inline' ? huntflow.text : text).statements.map(({ range: { start } }) =>
      huntflow.kind === 'inline' ? huntflow.mapPosition(start).line : start.line,
    );
    return lines[statement];
  };
}
