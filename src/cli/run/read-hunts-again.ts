import { UsageError } from '../../errors/windhover-error.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { huntFiles, loadRunHunt, rejectTwins, resolveSources } from './load-run-hunts.ts';
import { badHunts, type BadHunt } from './bad-hunts.ts';
import { logDiagnostics } from '../log/log-diagnostics.ts';
import type { RunLog } from '../log/run-log.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import type { RunOptions } from './run-options.ts';
import { withoutSaveTwins } from './run-saves.ts';
import type { SourceResolver } from '../sources/source-resolver.ts';
import type { TerminalIo } from '../terminal-io.ts';

/** The hunts of a run after they were read again. */
export interface ReadAgain {
  readonly hunts: readonly ResolvedHunt[];
  /** So many came, went, or are others than before. */
  readonly changed: number;
  /** So many are bad and stay in their old version. */
  readonly kept: number;
  /** Those that are bad and do not run. */
  readonly bad: readonly BadHunt[];
}

/** Throws `UsageError` where the hunts of a run cannot be exchanged while it goes on. */
export function checkReload({ state }: RunOptions, running: readonly ResolvedHunt[], isStanding: boolean): void {
  if (state === undefined) {
    throw new UsageError(
      'reload-state',
      'without a state folder all hunts would forget what they know',
      'Give the run --state DIR.',
    );
  }
  if (!isStanding) {
    throw new UsageError('reload-ends', 'the run ends by itself', 'Call it again when it has ended.');
  }
  const readsStdin = running.some(({ session }) => [...(session?.sources.values() ?? [])].some(({ id }) => id === '-'));
  if (readsStdin) {
    throw new UsageError('reload-stdin', 'standard input cannot be read again', 'End the run and call it again.');
  }
}

/**
 * Reads the hunts of a call again. One that is bad is told, and goes on as it runs, if it does. Throws `UsageError` where
 * an argument names nothing any more, or two hunts have one id.
 */
export async function readHuntsAgain(
  running: readonly ResolvedHunt[],
  options: RunOptions,
  { io, log, resolver }: { readonly io: TerminalIo; readonly log: RunLog; readonly resolver: SourceResolver },
): Promise<ReadAgain> {
  const before = new Map(running.map((each) => [each.loaded.file, each]));
  const files = await huntFiles(options, io);
  const now = new Map<string, ResolvedHunt>();
  const bad: BadHunt[] = [];
  let kept = 0;
  const keep = async (file: string, each: ResolvedHunt | undefined, problem?: UsageError): Promise<void> => {
    const old = before.get(file);
    if (old?.session === undefined) {
      bad.push(...(each === undefined ? [{ file, id: undefined }] : badHunts([each])));
      now.delete(file);
    } else {
      now.set(file, old);
      kept++;
    }
    const what = old?.session === undefined ? 'it does not run' : 'its old version runs on';
    const { message = 'it has errors', code, hint } = problem ?? {};
    const told = `${file}: ${message}; ${what}`;
    const text = hint === undefined ? undefined : `${escapeTerminal(told)}\n  ${escapeTerminal(hint)}\n`;
    await log.event('reload-hunt-kept', told, { hunt: old?.loaded.id, file, code, hint }, text);
  };
  const read: ResolvedHunt[] = [];
  for (const file of files) {
    try {
      const loaded = await loadRunHunt(file, options, io);
      if (loaded !== undefined) read.push(resolveSources(loaded, resolver));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await keep(file, undefined, error);
    }
  }
  for (const each of withoutSaveTwins(read, io)) {
    const { loaded, diagnostics, session } = each;
    now.set(loaded.file, each);
    if (diagnostics.length > 0) await logDiagnostics(log, loaded, diagnostics, io);
    if (session === undefined) await keep(loaded.file, each);
  }
  const hunts = files.flatMap((file) => now.get(file) ?? []);
  rejectTwins(hunts.map(({ loaded }) => loaded));
  rejectSaveTwins(hunts, io);
  return { hunts, changed: changes(running, hunts), kept, bad };
}

/** Old versions beside new ones. */
function rejectSaveTwins(hunts: readonly ResolvedHunt[], io: TerminalIo): void {
  const twin = withoutSaveTwins(hunts, io).find(({ session }) => session === undefined);
  const problem = twin?.diagnostics.find(({ code }) => code === 'save-twice');
  if (twin === undefined || problem === undefined) return;
  const { code, message, hint = '' } = problem;
  throw new UsageError(code, `${twin.loaded.file}: ${message}`, hint);
}

function changes(before: readonly ResolvedHunt[], after: readonly ResolvedHunt[]): number {
  const [old, now] = [before, after].map((hunts) => new Map(hunts.map((each) => [each.loaded.file, meaningOf(each)])));
  const files = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return [...files].filter((file) => old?.get(file) !== now?.get(file)).length;
}

/** Everything of a hunt that a run acts on; `undefined`: it does not run. */
function meaningOf({ session }: ResolvedHunt): string | undefined {
  if (session === undefined) return undefined;
  const { definition, fingerprint, plan } = session.hunt;
  return JSON.stringify([definition, fingerprint, plan.displays, plan.saves, [...session.sources]]);
}
