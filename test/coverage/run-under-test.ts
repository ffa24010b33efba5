import { compileHunt, type CompiledHunt } from '../../src/hunts/compile-hunt.ts';
import { demandOf } from '../../src/hunts/demand-of.ts';
import { parseHuntFile } from '../../src/hunts/hunt-file/hunt-file-parse.ts';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { InlineByteSource } from '../../src/hunts/hunt-tests/inline-byte-source.ts';
import { readCoverage } from '../../src/hunts/coverage/coverage-state.ts';
import type { StoredCoverage } from '../../src/hunts/coverage/partition-coverage.ts';
import { ScopeRun } from '../../src/hunts/run/scope-run.ts';
import { emptyObserver } from '../../src/hunts/testing/empty-observer.ts';
import { readCohorts, StateFolder } from '../../src/hunts/state/state-folder.ts';
import { huntIdentity } from '../../src/hunts/upgrade/hunt-identity.ts';
import type { StateStore } from '../../src/store/state-store.ts';

/** Every process raises an alert; `last`: within a window. */
export function processHunt(last?: string): CompiledHunt {
  const { hunt: definition } = parseHuntFile(
    'every-process.hunt.yaml',
    [
      'hunt: every-process',
      'title: every process',
      'severity: low',
      'huntflow: |',
      `  p = GET process FROM file://telemetry WHERE pid >= 0${last === undefined ? '' : ` LAST ${last}`}`,
      'alerts:',
      '  - on: p',
      '    title: "{name} {pid}"',
      '    settle: 0s',
    ].join('\n'),
  );
  if (definition?.huntflow.kind !== 'inline') throw new Error('no huntflow');
  const { hunt } = compileHunt(definition, definition.huntflow.text);
  if (hunt === undefined) throw new Error('the hunt does not check');
  return hunt;
}

export interface RunOnce {
  readonly store: StateStore;
  readonly text: string;
  readonly hunt?: CompiledHunt;
  readonly retentionMs?: number;
}

/** One run over what the state has not seen of the text. Every epoch is a commit of its own. */
export async function runOnce({
  store,
  text,
  hunt = processHunt(),
  retentionMs = Infinity,
}: RunOnce): Promise<AlertDocument[]> {
  const folder = await StateFolder.open(store, 0);
  await folder.delivered(undefined);
  const demand = demandOf([hunt], { rowsOf: () => false, countRecords: false });
  const [cohort] = await folder.cohorts(
    ['s'],
    [huntIdentity(hunt)],
    () => demand,
    () => {},
  );
  const told: AlertDocument[] = [];
  let now = 0;
  const scope = await ScopeRun.open({
    hunts: [hunt],
    sources: [{ name: 's', places: [new InlineByteSource(text)] }],
    resolveSource: () => 's',
    demand,
    retentionMs,
    latenessMs: 60_000,
    hostAliases: new Map(),
    maxLineBytes: 1 << 20,
    seed: folder.seed,
    snapshots: false,
    countRecords: false,
    observer: {
      ...emptyObserver,
      huntFailed: (_hunt, error) => {
        throw error;
      },
    },
    state: cohort?.state,
    emit: async (alerts) => {
      told.push(...alerts);
    },
    sinkMark: () => undefined,
    wallClock: () => (now += 100),
  });
  await scope.run(new AbortController().signal);
  return told;
}

/** What the state says of the only cohort. */
export async function storedLedger(store: StateStore): Promise<StoredCoverage[]> {
  const [cohort] = (await readCohorts(store)) ?? [];
  return cohort === undefined ? [] : readCoverage(store, cohort.id);
}
