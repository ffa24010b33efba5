import { randomBytes, randomInt } from 'node:crypto';
import { StateError } from '../../errors/windhover-error.ts';
import { FailStopStore } from '../../store/fail-stop-store.ts';
import { decodeState, encodeState } from '../../store/state-codec.ts';
import { stateKey, stateKeyRange, stateKeys, type StateKeyRange } from '../../store/state-keys.ts';
import type { StateStore, StateWrite } from '../../store/state-store.ts';
import { demandCovers } from '../../telemetry/demand-covers.ts';
import type { Demand } from '../../telemetry/demand.ts';
import type { AlertDocument } from '../alerts/alert-document.ts';
import { AlertOutbox, type OutboxLimits, type OutboxObserver } from '../alerts/alert-outbox.ts';
import { SINK_OUTBOX } from '../alerts/pending-alerts.ts';
import { ScopeState } from './scope-state.ts';
import { carryOver, type CarryOver } from '../upgrade/carry-over.ts';
import { earlierRevisions, earlierRevisionWrites, type EarlierRevision } from '../upgrade/earlier-revisions.ts';
import type { HuntIdentity } from '../upgrade/hunt-identity.ts';
import type { HuntChange } from '../upgrade/hunt-change.ts';

/** Layout of what hunts keep in a state folder. Another number means: not readable by this version. */
const STATE_VERSION = 2;

interface StoredFolder {
  readonly version: number;
  /** Second of the folder's creation: the generation in Elasticsearch versions (decision 27). */
  readonly created: number;
  readonly seed: number;
  readonly cohorts: readonly StoredCohort[];
  readonly nextCohort: number;
  /** Names the folder where others see it (consumer groups). */
  readonly group: string;
}

interface StoredCohort {
  readonly id: string;
  readonly sources: readonly string[];
  readonly hunts: readonly HuntIdentity[];
  readonly demand: StoredDemand;
}

type StoredTypes = readonly (readonly [string, readonly string[]])[];

interface StoredDemand {
  readonly types: StoredTypes;
  readonly references: readonly string[];
  /** Absent in states of a version that did not tell them apart. */
  readonly readReferences?: readonly string[];
  readonly patternTypes: StoredTypes;
  readonly patternReferences: readonly string[];
  readonly linked: readonly (readonly [string, string])[];
  readonly observed: readonly string[];
  readonly recordIds: boolean;
}

/** Hunts that started together over one set of sources, and share a graph and positions since. */
export interface Cohort {
  readonly hunts: readonly HuntIdentity[];
  readonly demand: Demand;
  readonly state: ScopeState;
  readonly resumed: boolean;
  /** Names it among all readers of its sources, the same after a restart. */
  readonly group: string;
}

/**
 * A state folder: which hunts it belongs to and where each of them stands.
 *
 * A hunt that is new starts from the beginning of its sources in a cohort of its own, and so does one whose text changed in
 * what only records can make again (`carryOver`); the others go on where they stopped, untouched by it. A hunt that is not
 * called for any more gives its state back.
 */
export class StateFolder {
  /** Scopes commit to it: once one could not, none does. */
  readonly #store: StateStore;
  /** The same, for alerts that leave: they do so whatever becomes of commits. */
  readonly #outboxStore: StateStore;
  /** Outbox keys that the next commit of any scope removes. */
  readonly #delivered: Uint8Array[] = [];
  #stored: StoredFolder;
  #outbox: AlertOutbox | undefined;
  /** Ids of the cohorts that this run goes on with or starts. */
  readonly #inUse = new Set<string>();

  private constructor(store: StateStore, stored: StoredFolder) {
    this.#store = new FailStopStore(store);
    this.#outboxStore = store;
    this.#stored = stored;
  }

  /** Throws `StateError` `state-version` where another version wrote the folder. `now`: wall clock, ms. */
  static async open(store: StateStore, now: number): Promise<StateFolder> {
    const bytes = await store.get(stateKeys.meta('folder'));
    if (bytes !== null) {
      const stored = decodeState(bytes) as StoredFolder;
      if (stored.version !== STATE_VERSION) throw otherVersion(stored.version);
      return new StateFolder(store, stored);
    }
    const fresh: StoredFolder = {
      version: STATE_VERSION,
      created: Math.floor(now / 1000),
      seed: randomInt(1, 2 ** 31),
      cohorts: [],
      nextCohort: 1,
      group: randomGroup(),
    };
    const folder = new StateFolder(store, fresh);
    await folder.#save([]);
    return folder;
  }

  /** Seed of the text hashes: fingerprints outlive the process. */
  get seed(): number {
    return this.#stored.seed;
  }

  /** Second of the folder's creation. */
  get created(): number {
    return this.#stored.created;
  }

  /** Alerts wait here for these sinks, too: those of every cohort that is assigned after this. */
  async openOutbox(sinks: readonly string[], limits?: OutboxLimits, observer?: OutboxObserver): Promise<AlertOutbox> {
    this.#outbox = await AlertOutbox.open(this.#outboxStore, sinks, limits, observer);
    return this.#outbox;
  }

  /**
   * Assigns hunts that read `sources` to cohorts. `changed` is told of hunts that are not what they were. `demandOf` gives
   * the demand of hunts that start together.
   */
  async cohorts(
    sources: readonly string[],
    hunts: readonly HuntIdentity[],
    demandOf: (hunts: readonly HuntIdentity[]) => Demand,
    changed: (change: HuntChange) => void,
  ): Promise<Cohort[]> {
    const writes: StateWrite[] = [];
    const cohorts: Cohort[] = [];
    const kept: StoredCohort[] = [];
    const placed = new Set<string>();
    const earlier = new Map<string, EarlierRevision[]>();
    for (const stored of this.#stored.cohorts) {
      if (!sameSources(stored.sources, sources)) {
        kept.push(stored);
        continue;
      }
      const demand = loadDemand(stored.demand);
      const staying: HuntIdentity[] = [];
      for (const old of stored.hunts) {
        const hunt = hunts.find(({ id }) => id === old.id && !placed.has(id));
        const isSame = old.fingerprint === hunt?.fingerprint;
        const stays = hunt && carryOver(old, hunt, () => isSame || demandCovers(demand, demandOf([hunt])));
        if (hunt !== undefined && stays !== undefined) {
          placed.add(hunt.id);
          staying.push(stays.identity);
          if (isSame) continue;
          writes.push(...(await this.#carryWrites(stored.id, stays)));
          changed({ hunt: old.id, outcome: 'carried' });
          continue;
        }
        if (hunt !== undefined) earlier.set(old.id, await this.#earlier(stored.id, old));
        writes.push(...huntDeletes(stored.id, old.id));
        changed({ hunt: old.id, outcome: hunt === undefined ? 'removed' : 'restarted' });
      }
      if (staying.length === 0) {
        writes.push(...cohortDeletes(stored.id));
        continue;
      }
      kept.push({ ...stored, hunts: staying });
      cohorts.push(this.#cohort(stored.id, staying, demand, true));
    }
    const starting = hunts.filter((hunt) => !placed.has(hunt.id));
    if (starting.length > 0) {
      const demand = demandOf(starting);
      const id = `c${this.#stored.nextCohort}`;
      kept.push({ id, sources, hunts: starting, demand: storeDemand(demand) });
      for (const hunt of starting) {
        const revisions = earlier.get(hunt.id) ?? [];
        for (const { slot } of hunt.alerts) writes.push(...earlierRevisionWrites(revisions, id, hunt.id, slot));
      }
      cohorts.push(this.#cohort(id, starting, demand, false));
      this.#stored = { ...this.#stored, nextCohort: this.#stored.nextCohort + 1 };
    }
    for (const { id } of cohorts.map(({ state }) => state)) this.#inUse.add(id);
    this.#stored = { ...this.#stored, cohorts: kept };
    await this.#save(writes);
    return cohorts;
  }

  /** Gives back what hunts keep that no call of `cohorts` asked for: they are not run any more, or over other sources. */
  async releaseOthers(changed: (change: HuntChange) => void): Promise<void> {
    const others = this.#stored.cohorts.filter(({ id }) => !this.#inUse.has(id));
    if (others.length === 0) return;
    for (const { id } of others.flatMap(({ hunts }) => hunts)) changed({ hunt: id, outcome: 'removed' });
    const writes = others.flatMap(({ id }) => [...cohortDeletes(id)]);
    this.#stored = { ...this.#stored, cohorts: this.#stored.cohorts.filter(({ id }) => this.#inUse.has(id)) };
    await this.#save(writes);
  }

  /** Cohorts as the last run left them. */
  get known(): readonly { readonly id: string; readonly sources: readonly string[]; readonly demand: Demand }[] {
    return this.#stored.cohorts.map(({ id, sources, demand }) => ({ id, sources, demand: loadDemand(demand) }));
  }

  /** How far the sink had come at the last commit. */
  async sinkMark(): Promise<unknown> {
    const mark = await this.#store.get(stateKeys.meta('sink'));
    return mark === null ? undefined : (decodeState(mark) ?? undefined);
  }

  /** Alerts that were committed and perhaps not in the local log when the process ended, in order. */
  async undelivered(): Promise<AlertDocument[]> {
    const alerts: AlertDocument[] = [];
    const range = logOutbox();
    for await (const { value } of this.#store.range(range.from, range.to))
      alerts.push(decodeState(value) as AlertDocument);
    return alerts;
  }

  /** The local log has all alerts: empties its outbox and notes how far it has come. */
  async delivered(sinkMark: unknown): Promise<void> {
    const range = logOutbox();
    await this.#store.write([
      { kind: 'delete-range', from: range.from, to: range.to },
      { kind: 'put', key: stateKeys.meta('sink'), value: encodeState(sinkMark ?? null) },
    ]);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #cohort(id: string, hunts: readonly HuntIdentity[], demand: Demand, resumed: boolean): Cohort {
    const state = new ScopeState(this.#store, id, hunts, this.#delivered, this.#outbox);
    return { hunts, demand, state, resumed, group: `${this.#stored.group}-${id}` };
  }

  #earlier(cohort: string, { id, alerts }: HuntIdentity): Promise<EarlierRevision[]> {
    return earlierRevisions(
      this.#store,
      cohort,
      id,
      alerts.map(({ slot }) => slot),
    );
  }

  async #carryWrites(cohort: string, carried: CarryOver): Promise<StateWrite[]> {
    const { id } = carried.identity;
    const revisions = await earlierRevisions(this.#store, cohort, id, carried.droppedAlerts);
    return [
      ...carried.droppedOperators.flatMap((slot) => [...operatorDeletes(cohort, id, slot)]),
      ...carried.droppedAlerts.map((slot): StateWrite => ({
        kind: 'delete-range',
        ...stateKeyRange('a', cohort, id, slot),
      })),
      ...carried.freshAlerts.flatMap((slot) => [...earlierRevisionWrites(revisions, cohort, id, slot)]),
    ];
  }

  async #save(writes: readonly StateWrite[]): Promise<void> {
    await this.#store.write([
      ...writes,
      { kind: 'put', key: stateKeys.meta('folder'), value: encodeState(this.#stored) },
    ]);
  }
}

/** What waits for the local log, under the ids of cohorts (`c1`); what waits for other sinks lies behind it. */
function logOutbox(): StateKeyRange {
  return { from: stateKeyRange('o').from, to: stateKey('o', SINK_OUTBOX) };
}

function randomGroup(): string {
  return randomBytes(5).toString('hex');
}

function otherVersion(version: number): StateError {
  return new StateError(
    'state-version',
    `The state folder has layout ${version}; this version reads ${STATE_VERSION}`,
    {
      hint: 'Use the version of Windhover that wrote it, or name another folder; the sources are then read from the start.',
    },
  );
}

function sameSources(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n');
}

function* huntDeletes(cohort: string, hunt: string): Generator<StateWrite> {
  for (const prefix of ['w', 's', 'a'] as const) {
    yield { kind: 'delete-range', ...stateKeyRange(prefix, cohort, hunt) };
  }
}

function* operatorDeletes(cohort: string, hunt: string, slot: number): Generator<StateWrite> {
  for (const prefix of ['w', 's'] as const) {
    yield { kind: 'delete-range', ...stateKeyRange(prefix, cohort, hunt, slot) };
  }
}

function* cohortDeletes(cohort: string): Generator<StateWrite> {
  for (const prefix of ['e', 'l', 'r', 'w', 's', 'a', 'o', 'c'] as const) {
    yield { kind: 'delete-range', ...stateKeyRange(prefix, cohort) };
  }
  for (const part of ['position', 'journal', 'notes'])
    yield { kind: 'delete-range', ...stateKeyRange('p', part, cohort) };
  for (const name of ['scope', 'graph', 'shapes', 'places'])
    yield { kind: 'delete', key: stateKey('m', `${cohort}/${name}`) };
}

function storeDemand(demand: Demand): StoredDemand {
  const types = (map: Demand['types']): StoredTypes => [...map].map(([type, { onRequest }]) => [type, [...onRequest]]);
  return {
    types: types(demand.types),
    references: [...demand.references],
    ...(demand.readReferences && { readReferences: [...demand.readReferences] }),
    patternTypes: types(demand.patternTypes),
    patternReferences: [...demand.patternReferences],
    linked: demand.linked,
    observed: [...(demand.observed ?? [])],
    recordIds: demand.recordIds,
  };
}

function loadDemand(stored: StoredDemand): Demand {
  const types = (list: StoredTypes): Demand['types'] =>
    new Map(list.map(([type, names]) => [type, { onRequest: new Set(names) }]));
  return {
    types: types(stored.types),
    references: new Set(stored.references),
    ...(stored.readReferences && { readReferences: new Set(stored.readReferences) }),
    patternTypes: types(stored.patternTypes),
    patternReferences: new Set(stored.patternReferences),
    linked: stored.linked,
    observed: new Set(stored.observed),
    recordIds: stored.recordIds,
  };
}

/** Hunts that share a graph and positions, and so what they have seen. */
export type CohortEntry = Pick<StoredCohort, 'id' | 'sources' | 'hunts'>;

/** What a state folder holds, for those who only look; undefined: nothing yet. Throws `StateError`. */
export async function readCohorts(store: StateStore): Promise<readonly CohortEntry[] | undefined> {
  const bytes = await store.get(stateKeys.meta('folder'));
  if (bytes === null) return undefined;
  const { version, cohorts } = decodeState(bytes) as StoredFolder;
  if (version !== STATE_VERSION) throw otherVersion(version);
  return cohorts;
}
