import { join } from 'node:path';
import { expect } from 'vitest';
import { runWindhover, type ProgramResult } from './run-windhover.ts';
import { standingIn } from './standing-alerts.ts';

export interface LiveRun {
  readonly hunts: readonly string[];
  /** URI or path. */
  readonly source: string;
  /** Folder, new or of an earlier run. */
  readonly state: string;
  readonly flags?: readonly string[];
}

/** Runs hunts over input without an end until so many alerts stand in the log of their state, or more; gives those that stand. */
export async function runUntil(
  { hunts, source, state, flags = [] }: LiveRun,
  isEnough: (standing: ReadonlyMap<string, string>) => boolean,
): Promise<Map<string, string>> {
  const log = join(state, 'alerts.ndjson');
  let interrupt = (): void => {};
  let ended: ProgramResult | undefined;
  const call = ['run', ...hunts, '--source', source, '--state', state, ...flags];
  const running = runWindhover(call, { interrupt: (now) => (interrupt = now) }).then((result) => (ended = result));
  try {
    await expect.poll(() => ended !== undefined || isEnough(standingIn(log)), { timeout: 90_000 }).toBe(true);
  } finally {
    interrupt();
  }
  const { code, stderr } = await running;
  expect(code, stderr).toBe(130);
  return standingIn(log);
}

/** Lines of the alert log as `replay --journal` makes them again. */
export async function replayed({ hunts, source, state }: LiveRun): Promise<string> {
  const call = ['replay', '--journal', state, ...hunts, '--source', source, '--format', 'ndjson'];
  const { code, stdout, stderr } = await runWindhover(call);
  expect(code, stderr).toBe(0);
  return stdout;
}
