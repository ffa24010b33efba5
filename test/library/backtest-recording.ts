import { readdirSync } from 'node:fs';
import { bundledHunt } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';

/** What of a backtest's report the page is made from. */
export interface RecordedBacktest {
  readonly hunts: readonly {
    readonly hunt: string;
    readonly counts: { readonly standing: number; readonly suppressed: number; readonly retracted: number };
    readonly by_title: Readonly<Record<string, number>>;
    readonly by_host: Readonly<Record<string, number>>;
  }[];
  readonly input: {
    readonly records: number;
    readonly hosts: number;
    readonly from: string | null;
    readonly to: string | null;
  };
}

/** All bundled hunts that alert, over sources, `[NAME=]URI`, in one pass. */
export async function backtestRecording(sources: readonly string[]): Promise<RecordedBacktest> {
  const hunts = readdirSync(bundledHunt(''))
    .filter((name) => name.endsWith('.hunt.yaml'))
    .map(bundledHunt);
  const flags = sources.flatMap((source) => ['--source', source]);
  const { code, stdout, stderr } = await runWindhover(['backtest', ...hunts, ...flags, '--format', 'json']);
  if (code !== 0) throw new Error(`backtest over ${sources.join(', ')} answered ${code}: ${stderr}`);
  return JSON.parse(stdout) as RecordedBacktest;
}
