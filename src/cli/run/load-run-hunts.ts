import { UsageError, WindhoverError } from '../../errors/windhover-error.ts';
import type { HuntFile } from '../../hunts/hunt-file/hunt-file.ts';
import { DEFAULT_MAX_BACKFILL, DEFAULT_SETTLE_MS } from '../../hunts/hunt-file/hunt-file.ts';
import { parseTitle } from '../../hunts/alerts/title-template.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { freezeWindows } from '../../plan/freeze-windows.ts';
import { huntFilesOf } from '../hunt-files-of.ts';
import { loadHunt, loadHunts, type LoadedHunt } from '../load-hunts.ts';
import type { ResolvedHunt } from '../why/resolved-hunt.ts';
import type { RunOptions } from './run-options.ts';
import type { ResolvedSource, SourceResolver } from '../sources/source-resolver.ts';
import type { TerminalIo } from '../terminal-io.ts';
import { NOWHERE } from '../nowhere.ts';

/** The hunts of a call, those that are not enabled left out. Throws `UsageError` where there is none to read. */
export async function loadAll(options: RunOptions, io: TerminalIo): Promise<LoadedHunt[]> {
  const adapt = (definition: HuntFile): HuntFile => withAlerts(definition, options.alertOn);
  const hunts = await loadHunts(await huntFiles(options, io), io, adapt);
  const loaded = hunts.flatMap((hunt) => asRun(hunt, options, io) ?? []);
  rejectTwins(loaded);
  return loaded;
}

/** The files that the arguments of a call name. Throws `UsageError` where one names nothing. */
export async function huntFiles({ hunts }: RunOptions, { cwd }: TerminalIo): Promise<string[]> {
  if (hunts.length === 0) {
    throw new UsageError(
      'hunt-missing',
      'There is no hunt to run',
      'Name a .hf or .hunt.yaml file, or a folder of them.',
    );
  }
  return huntFilesOf(hunts, cwd);
}

/** A hunt as a call runs it; `undefined`: it is not enabled. Throws `UsageError` where it cannot be read. */
export async function loadRunHunt(file: string, options: RunOptions, io: TerminalIo): Promise<LoadedHunt | undefined> {
  const hunt = await loadHunt(file, io, (definition) => withAlerts(definition, options.alertOn));
  return asRun(hunt, options, io);
}

function asRun(hunt: LoadedHunt, options: RunOptions, io: TerminalIo): LoadedHunt | undefined {
  if (hunt.hunt !== undefined && !hunt.hunt.definition.enabled) return undefined;
  return options.last === 'frozen' ? withFrozenWindows(hunt, io.now()) : hunt;
}

function withFrozenWindows(loaded: LoadedHunt, nowMs: number): LoadedHunt {
  const { hunt } = loaded;
  return hunt === undefined ? loaded : { ...loaded, hunt: { ...hunt, plan: freezeWindows(hunt.plan, nowMs) } };
}

/** Alerts and state are kept by id. */
export function rejectTwins(loaded: readonly LoadedHunt[]): void {
  const byId = new Map<string, string>();
  for (const { id, file, hunt } of loaded) {
    if (hunt === undefined) continue;
    const other = byId.get(id);
    if (other !== undefined) {
      throw new UsageError(
        'hunt-twice',
        `${other} and ${file} are both the hunt ${id}`,
        'Give one of them another id.',
      );
    }
    byId.set(id, file);
  }
}

/** `--alert VARIABLE`: an alert without a title of its own. */
export function withAlerts(definition: HuntFile, variables: readonly string[]): HuntFile {
  if (variables.length === 0) return definition;
  return {
    ...definition,
    alerts: [
      ...definition.alerts,
      ...variables.map((on) => ({
        on,
        onRange: NOWHERE,
        title: parseTitle(`${on} of ${definition.title}`.replaceAll('{', '{{').replaceAll('}', '}}'))
          .template as NonNullable<ReturnType<typeof parseTitle>['template']>,
        severity: definition.severity,
        riskScore: definition.riskScore,
        latch: false,
        settleMs: DEFAULT_SETTLE_MS,
        maxBackfill: DEFAULT_MAX_BACKFILL,
        attributes: [],
      })),
    ],
  };
}

/** A hunt with the places of its sources; one that is not known is a diagnostic. */
export function resolveSources(loaded: LoadedHunt, resolver: SourceResolver): ResolvedHunt {
  const { hunt } = loaded;
  if (hunt === undefined) return { loaded, diagnostics: loaded.diagnostics, session: undefined };
  const sources = new Map<string, ResolvedSource>();
  const problems: Diagnostic[] = [];
  for (const uri of hunt.plan.sources) {
    try {
      sources.set(uri, resolver.resolve(uri));
    } catch (error) {
      if (!(error instanceof WindhoverError)) throw error;
      problems.push({ code: error.code, severity: 'error', range: NOWHERE, message: error.message, hint: error.hint });
    }
  }
  const diagnostics = [...loaded.diagnostics, ...problems];
  return { loaded, diagnostics, session: problems.length > 0 ? undefined : { hunt, sources } };
}
