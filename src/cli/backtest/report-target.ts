import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { LoadedHunt } from '../load-hunts.ts';
import { checkReport } from '../write-report.ts';

/** What a backtest reads, files with their paths from the working folder. */
export interface BacktestFiles {
  readonly hunts: readonly LoadedHunt[];
  readonly expect: string | undefined;
  readonly sources: readonly string[];
}

/**
 * Looks at the place of the report before anything is read: what it replaces must not be what the call reads, and a report that
 * cannot be written is better known before the run than after it. `output`: absolute. Throws `UsageError`, `SinkError`.
 */
export async function checkReportTarget(
  output: string,
  { hunts, expect, sources }: BacktestFiles,
  cwd: string,
): Promise<void> {
  const target = await stat(output).catch(() => undefined);
  if (target?.isFile() === true) {
    const read: (readonly [string, string])[] = [
      ...sources.map((path) => [path, 'a source'] as const),
      ...hunts.flatMap(filesOfHunt).map((path) => [path, 'a hunt'] as const),
      ...(expect === undefined ? [] : [[expect, 'the gate'] as const]),
    ];
    for (const [path, what] of read) {
      const found = await stat(resolve(cwd, path)).catch(() => undefined);
      if (found?.dev !== target.dev || found.ino !== target.ino) continue;
      throw new UsageError(
        'output-read',
        `--output ${output} is ${what} of this call, and would be replaced by the report`,
        'Name another file.',
      );
    }
  }
  await checkReport(output);
}

/** With the file of its huntflow, where that is one of its own. */
function filesOfHunt({ file, hunt }: LoadedHunt): string[] {
  const huntflow = hunt?.definition.huntflow;
  return huntflow?.kind === 'file' ? [file, join(dirname(file), huntflow.path)] : [file];
}
