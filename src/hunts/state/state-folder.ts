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
import {
  earlierRevisions,
  earlierRevisionWrites,
  newestRevisions,
  pendingRevisions,
  type EarlierRevision,
} from '../upgrade/earlier-revisions.ts';
import type { HuntIdentity } from '../upgrade/hunt-identity.ts';
import type { HuntChange } from '../upgrade/hunt-change.ts';
import { ReleasedRevisions, type ReleasedChunk } from '../upgrade/released-revisions.ts';
import { cohortDeletes, copyCohort, huntDeletes, operatorDeletes } from './cohort-keys.ts';
import { loadDemand, storeDemand, type StoredDemand } from './stored-demand.ts';

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
  /** Revisions of hunts that gave their state back. Absent in states of a version that did not keep them. */
  readonly released?: readonly ReleasedChunk[];
}

interface StoredCohort {
  readonly id: string;
  readonly sources: readonly string[];
  readonly hunts: readonly HuntIdentity[];
  readonly demand: StoredDemand;
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

/** A hunt that is called for and cannot run: what the state holds for it waits. */
export type HoldsHunt = (hunt: HuntIdentity) => boolean;

const HOLDS_NONE: HoldsHunt = () => false;

/**
 * A state folder: which hunts it belongs to and where each of them stands.
 *
 * A hunt that is new starts from the beginning of its sources in a cohort of its own, and so does one whose text changed in
 * what only records can make again (`carryOver`); the others go on where they stopped, untouched by it. A hunt that is not
 * called for any more gives its state back, all but the revisions of its alerts; one that cannot run as it stands keeps it.
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
  readonly #released: ReleasedRevisions;
  /** Ids of the cohorts that this round goes on with or starts, or that wait. */
  readonly #inUse = new Set<string>();

  private constructor(store: StateStore, stored: StoredFolder) {
    this.#store = new FailStopStore(store);
    this.#outboxStore = store;
    this.#stored = stored;
    this.#released = new ReleasedRevisions(this.#store, stored.released ?? []);
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
    holds = HOLDS_NONE,
  ): Promise<Cohort[]> {
    const writes: StateWrite[] = [];
    const cohorts: Cohort[] = [];
    const kept: StoredCohort[] = [];
    const placed = new Set<string>();
    const earlier = new Map<string, EarlierRevision[]>();
    const leaves = async (cohort: string, hunt: HuntIdentity): Promise<void> => {
      earlier.set(hunt.id, [...(earlier.get(hunt.id) ?? []), ...(await this.#earlier(cohort, hunt))]);
    };
    for (const stored of this.#stored.cohorts) {
      if (!sameSources(stored.sources, sources)) {
        kept.push(stored);
        for (const old of stored.hunts) {
          if (hunts.some(({ id }) => id === old.id)) await leaves(stored.id, old);
        }
        continue;
      }
      const demand = loadDemand(stored.demand);
      const staying: HuntIdentity[] = [];
      const waiting: HuntIdentity[] = [];
      for (const old of stored.hunts) {
        const hunt = hunts.find(({ id }) => id === old.id && !placed.has(id));
        if (hunt === undefined && holds(old)) {
          waiting.push(old);
          changed({ hunt: old.id, outcome: 'kept' });
          continue;
        }
        const isSame = old.fingerprint === hunt?.fingerprint;
        const stays = hunt && carryOver(old, hunt, () => isSame || demandCovers(demand, demandOf([hunt])));
        if (hunt !== undefined && stays !== undefined) {
          placed.add(hunt.id);
          staying.push(stays.identity);
          if (isSame) continue;
          writes.push(...(await this.#carryWrites(stored.id, old, stays)));
          changed({ hunt: old.id, outcome: 'carried' });
          continue;
        }
        if (hunt === undefined) writes.push(...(await this.#release(stored.id, old)));
        else await leaves(stored.id, old);
        writes.push(...huntDeletes(stored.id, old.id));
        changed({ hunt: old.id, outcome: hunt === undefined ? 'removed' : 'restarted' });
      }
      kept.push(...(await this.#parted(stored, staying, waiting, writes)));
      if (staying.length > 0) cohorts.push(this.#cohort(stored.id, staying, demand, true));
    }
    const starting = hunts.filter((hunt) => !placed.has(hunt.id));
    if (starting.length > 0) {
      const demand = demandOf(starting);
      const id = this.#nextId();
      // A call that was killed may have left a copy under it.
      writes.push(...cohortDeletes(id));
      kept.push({ id, sources, hunts: starting, demand: storeDemand(demand) });
      for (const hunt of starting) writes.push(...(await this.#startWrites(id, hunt, earlier.get(hunt.id) ?? [])));
      cohorts.push(this.#cohort(id, starting, demand, false));
    }
    for (const { id } of cohorts.map(({ state }) => state)) this.#inUse.add(id);
    this.#stored = { ...this.#stored, cohorts: kept };
    await this.#save(writes);
    return cohorts;
  }

  /**
   * Gives back what hunts keep that no call of `cohorts` asked for since the last call of this: they are not run any more, or
   * over other sources.
   */
  async releaseOthers(changed: (change: HuntChange) => void, holds = HOLDS_NONE): Promise<void> {
    const writes: StateWrite[] = [];
    const kept: StoredCohort[] = [];
    const running = this.#stored.cohorts.filter(({ id }) => this.#inUse.has(id)).flatMap(({ hunts }) => hunts);
    for (const stored of this.#stored.cohorts) {
      if (this.#inUse.has(stored.id)) {
        kept.push(stored);
        continue;
      }
      const waiting = stored.hunts.filter(holds);
      for (const hunt of stored.hunts) {
        const isKept = waiting.includes(hunt);
        changed({ hunt: hunt.id, outcome: isKept ? 'kept' : 'removed' });
        if (isKept) continue;
        // One that reads other sources now has counted on from there.
        const isElsewhere = running.some(({ id }) => id === hunt.id);
        if (!isElsewhere) writes.push(...(await this.#release(stored.id, hunt)));
        writes.push(...huntDeletes(stored.id, hunt.id));
      }
      kept.push(...(await this.#parted(stored, [], waiting, writes)));
    }
    this.#inUse.clear();
    this.#stored = { ...this.#stored, cohorts: kept };
    if (writes.length > 0) await this.#save(writes);
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

  /** A cohort of which some hunts go on and others wait, adds what has to be written for it. */
  async #parted(
    stored: StoredCohort,
    staying: readonly HuntIdentity[],
    waiting: readonly HuntIdentity[],
    writes: StateWrite[],
  ): Promise<StoredCohort[]> {
    if (staying.length === 0 && waiting.length === 0) {
      writes.push(...cohortDeletes(stored.id));
      return [];
    }
    if (waiting.length === 0) return [{ ...stored, hunts: staying }];
    if (staying.length === 0) {
      this.#inUse.add(stored.id);
      return [{ ...stored, hunts: waiting }];
    }
    // Those that go on leave positions and graph behind that would no longer be those of the others.
    const id = this.#nextId();
    const ids = waiting.map((hunt) => hunt.id);
    await copyCohort(this.#store, stored.id, id, ids);
    writes.push(...ids.flatMap((hunt) => [...huntDeletes(stored.id, hunt)]));
    this.#inUse.add(id);
    return [
      { ...stored, hunts: staying },
      { ...stored, id, hunts: waiting },
    ];
  }

  #nextId(): string {
    const { nextCohort } = this.#stored;
    this.#stored = { ...this.#stored, nextCohort: nextCohort + 1 };
    return `c${nextCohort}`;
  }

  async #release(cohort: string, hunt: HuntIdentity): Promise<StateWrite[]> {
    return this.#released.add(hunt.id, await this.#earlier(cohort, hunt));
  }

  async #startWrites(
    cohort: string,
    { id, alerts }: HuntIdentity,
    earlier: readonly EarlierRevision[],
  ): Promise<StateWrite[]> {
    // Without an alert nothing counts on: they are kept until there is one.
    if (alerts.length === 0) return this.#released.add(id, earlier);
    const revisions = newestRevisions([...earlier, ...(await this.#released.of(id))]);
    return [
      ...this.#released.drop(id),
      ...alerts.flatMap(({ slot }) => [...earlierRevisionWrites(revisions, cohort, id, slot)]),
    ];
  }

  async #carryWrites(cohort: string, old: HuntIdentity, carried: CarryOver): Promise<StateWrite[]> {
    const { id } = carried.identity;
    const dropped = await earlierRevisions(this.#store, cohort, id, carried.droppedAlerts);
    const writes = [
      ...carried.droppedOperators.flatMap((slot) => [...operatorDeletes(cohort, id, slot)]),
      ...carried.droppedAlerts.map((slot): StateWrite => ({
        kind: 'delete-range',
        ...stateKeyRange('a', cohort, id, slot),
      })),
    ];
    if (carried.freshAlerts.length === 0) return [...writes, ...this.#released.add(id, dropped)];
    const known = [...dropped, ...(await this.#released.of(id))];
    // An alert that was there before may wait beside one that was not.
    for (const { slot } of old.alerts) known.push(...(await pendingRevisions(this.#store, cohort, id, slot)));
    const revisions = newestRevisions(known);
    return [
      ...writes,
      ...this.#released.drop(id),
      ...carried.freshAlerts.flatMap((slot) => [...earlierRevisionWrites(revisions, cohort, id, slot)]),
    ];
  }

  async #save(writes: readonly StateWrite[]): Promise<void> {
    this.#stored = { ...this.#stored, released: this.#released.chunks };
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
