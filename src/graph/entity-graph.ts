import { referencesRead, type Demand } from '../telemetry/demand.ts';
import { RecordPlaces } from './record-places.ts';
import type { RecordBatch } from '../telemetry/record-batch.ts';
import { attributeValues } from './attribute-values.ts';
import { BatchMentions } from './batch-mentions.ts';
import { EdgeTable, type Edge } from './edge-table.ts';
import type { ContentContext, EntityContent } from './entity-content.ts';
import { EntityContents } from './entity-contents.ts';
import { Fingerprint } from './fingerprint.ts';
import type { GraphChange } from './graph-change.ts';
import { planKind, type KindPlan, type SlotPlan } from './kind-plan.ts';
import { MentionRows, type MentionTime } from './mention-rows.ts';
import { MentionViews } from './mention-view.ts';
import { ObservationTable, type ObservationChange } from './observation-table.ts';
import { EntityRegistry } from './entity-registry.ts';
import { RecordIndex } from './record-index.ts';
import type { RetentionHorizons } from './retention-horizons.ts';
import { spreadToReferrers } from './spread-to-referrers.ts';

/** A mention that may change content: handled in `apply` once the contents it needs are in memory. */
interface PendingMention {
  readonly plan: SlotPlan;
  readonly row: number;
  readonly handle: number;
  readonly fingerprint: number;
}

/**
 * The entity graph of a set of sources: every demanded entity, its merged content and its edges, as known now.
 *
 * Contract, once per epoch and in this order: `scan(batch)` → load what it asks for → `apply(batch)` → operators read
 * `content` (after `load` of what is missing) → `release`. Handles are stable integers from 1 for the life of an entity.
 * Most records say nothing new: that path compares integers in typed arrays and touches no text, map or store.
 */
export class EntityGraph implements ContentContext {
  readonly demand: Demand;
  readonly views = new MentionViews();
  readonly rows = new MentionRows();
  readonly registry = new EntityRegistry();
  readonly edges = new Map<string, EdgeTable>();
  readonly contents = new EntityContents();
  readonly observations = new ObservationTable();
  /** Where the records lie that first asserted edges. */
  readonly places = new RecordPlaces();
  readonly #keepsEdgeTimes: boolean;
  #contentHits = 0;
  /** Name of the source of the batch. */
  #source = '';
  readonly #records: RecordIndex | undefined;
  readonly #mentions = new BatchMentions(
    (kind) => planKind(kind, this.demand, this.views, (name) => this.edgeTable(name)),
    (type, key) => this.intern(type, key),
  );
  #pending: PendingMention[] = [];
  /** Edges that are new, or rested, and that a mention asserts which says nothing else new. */
  #woken: { readonly name: string; readonly edge: Edge; readonly isRead: boolean }[] = [];
  #observed: ObservationChange[] = [];
  #unobserved: ObservationChange[] = [];
  readonly #fingerprint = new Fingerprint();
  /**
   * `retains`: old entities and edges are forgotten, so edges keep track of when they were last asserted.
   * `countsRecords`: the ids of the records that mention an entity are kept (`--records`).
   */
  constructor(demand: Demand, options: { retains: boolean; countsRecords?: boolean }) {
    this.demand = demand;
    this.#keepsEdgeTimes = options.retains;
    if (options.countsRecords === true) this.#records = new RecordIndex();
  }

  /** Entities known now. */
  get size(): number {
    return this.registry.size;
  }

  typeOf(handle: number): string {
    return this.registry.typeOf(handle);
  }

  keyOf(handle: number): string {
    return this.registry.keyOf(handle);
  }

  /** Order of entities by identity. */
  compareKeys(a: number, b: number): number {
    return this.registry.compareKeys(a, b);
  }

  referredKey(reference: number): string {
    return this.registry.keyOf(this.registry.follow(reference));
  }

  edgeTable(name: string): EdgeTable {
    let table = this.edges.get(name);
    if (table === undefined) this.edges.set(name, (table = new EdgeTable(name)));
    return table;
  }

  /** Handle of an entity by identity, made where it is not known (NEW). */
  intern(type: string, key: string): number {
    const known = this.registry.find(type, key);
    if (known !== undefined) return known;
    const handle = this.registry.add(type, key);
    this.contents.reset(handle);
    return handle;
  }

  /** Handle of the entity that record `row` mentions in slot `slot`, or 0. Valid between `scan` and the next one. */
  mention(slot: number, row: number): number {
    return this.#mentions.at(slot, row);
  }

  /**
   * First look at a batch: finds the entities and which mentions may say something new.
   * `refused` marks rows that are too old, `source` names where the batch comes from. Returns handles whose content `apply`
   * needs and that are not in memory.
   */
  scan(batch: RecordBatch, refused?: Uint8Array, source = ''): number[] {
    this.#mentions.begin(batch);
    this.#source = source;
    this.#pending = [];
    this.#woken = [];
    this.#observed = [];
    this.#unobserved = [];
    const missing: number[] = [];
    for (let row = 0; row < batch.size; row++) {
      if (refused !== undefined && refused[row] === 1) continue;
      const plan = this.#mentions.planOf(batch, row);
      const kept = plan.kept;
      for (let s = 0; s < kept.length; s++) this.#mentions.resolve(kept[s] as SlotPlan, row);
      for (let s = 0; s < kept.length; s++) this.#compare(kept[s] as SlotPlan, batch, row, missing);
      if (this.#records !== undefined) this.#indexRecord(this.#records, kept, batch, row);
      if (plan.observed.length > 0) this.#observe(plan, batch, row);
    }
    return missing;
  }

  /** Merges what `scan` found new, and reports it. */
  apply(batch: RecordBatch, refused?: Uint8Array): GraphChange {
    const touched = new Set<number>();
    const added = new Map<string, Edge[]>();
    for (const { name, edge, isRead } of this.#woken) {
      push(added, name, edge);
      if (isRead) touched.add(edge.from);
    }
    this.#woken = [];
    for (const pending of this.#pending) this.#mergeMention(pending, batch, touched, added);
    this.#pending = [];
    if (this.demand.linked.length > 0) this.#link(batch, refused, added);
    spreadToReferrers(touched, this.edges, referencesRead(this.demand));
    const { observed, unobserved } = { observed: this.#observed, unobserved: this.#unobserved };
    return { touched: [...touched], edgesAdded: added, edgesRemoved: NO_EDGES, forgotten: [], observed, unobserved };
  }

  /**
   * Forgets entities last mentioned before the horizon of their type (of those `pinned`, rows of NEW, only what records said of them)
   * and ends edges last asserted before that of all. Handles stay valid for operators until `release`.
   */
  expire(horizons: RetentionHorizons, pinned: (handle: number) => boolean): GraphChange {
    const forgotten: number[] = [];
    const gone = new Set<number>();
    const { registry } = this;
    const types = registry.arrays.column('type');
    const horizonOf = registry.typeNames().map((type) => horizons.of(type));
    for (let handle = 1; handle < registry.end; handle++) {
      const last = registry.lastMs[handle] as number;
      const horizonMs = horizonOf[types[handle] as number] as number;
      if (last === -Infinity || last >= horizonMs || !registry.isUsed(handle)) continue;
      gone.add(handle);
      registry.retire(handle);
      if (pinned(handle)) this.#empty(handle);
      else forgotten.push(handle);
    }
    const touched = new Set(gone);
    spreadToReferrers(touched, this.edges, referencesRead(this.demand));
    for (const handle of forgotten) touched.delete(handle);
    const edgesRemoved = new Map<string, Edge[]>();
    for (const [name, table] of this.edges) {
      const ended = table.expire(horizons.ms, (handle) => gone.has(handle));
      if (ended.length > 0) edgesRemoved.set(name, ended);
    }
    const unobserved = this.observations.expire(horizons.ms, (handle) => gone.has(handle));
    return { touched: [...touched], edgesAdded: NO_EDGES, edgesRemoved, forgotten, observed: [], unobserved };
  }

  /** Gives back the handles of forgotten entities, once every operator has let go of them. */
  release(forgotten: readonly number[]): void {
    for (const handle of forgotten) {
      this.#empty(handle);
      this.registry.release(handle);
      this.contents.drop(handle);
      this.#records?.forget(handle);
    }
    if (forgotten.length > 0) this.#mentions.released();
  }

  /** Distinct records that mention any of the entities; 0 unless the graph counts records. */
  countRecords(handles: Iterable<number>): number {
    return this.#records?.count(handles) ?? 0;
  }

  /** Mentions that said something new of an entity whose content was in memory; the others had to be loaded. */
  get contentHits(): number {
    return this.#contentHits;
  }

  isResident(handle: number): boolean {
    return this.contents.isResident(handle);
  }

  /** Content of an entity; throws where it is not in memory: the caller must have asked for it by `keysNeeded`. */
  content(handle: number): EntityContent {
    return this.contents.read(handle);
  }

  /** Ends a restore: type names as they were numbered, free handles found, linked lists rebuilt. */
  finishRestore(typeNames: readonly string[]): void {
    this.contents.leaveInStore();
    this.registry.finishRestore(typeNames);
    this.rows.relink();
    for (const table of this.edges.values()) table.relink();
  }

  #compare(plan: SlotPlan, batch: RecordBatch, row: number, missing: number[]): void {
    const handle = this.#mentions.at(plan.slot.index, row);
    if (handle === 0) return;
    const fingerprint = this.#fingerprint;
    fingerprint.reset();
    const columns = plan.columns;
    for (let c = 0; c < columns.length; c++)
      fingerprint.cell(columns[c] as SlotPlan['columns'][number], batch.lists, row);
    // What lists lead to is in no content: it makes edges alone.
    for (let r = 0; r < plan.singles; r++) {
      for (const slot of (plan.references[r] as SlotPlan['references'][number]).slots) {
        const target = this.#mentions.targetOf(slot, row, batch);
        fingerprint.number(target);
        if (target !== 0) fingerprint.number(this.registry.generations[target] as number);
      }
    }
    const value = fingerprint.value();
    const lastMs = batch.lastMs[row] as number;
    if (lastMs > (this.registry.lastMs[handle] as number)) {
      this.registry.lastMs[handle] = lastMs;
      this.registry.arrays.touch(handle);
    }
    const rows = this.rows;
    const known = rows.find(this.registry.heads[handle] as number, plan.view.id);
    if (known !== 0 && rows.fingerprint[known] === value) {
      const newer =
        lastMs - (rows.lastMs[known] as number) ||
        (batch.lastNs[row] as number) - (rows.lastNs[known] as number) ||
        (batch.firstMs[row] as number) - (rows.firstMs[known] as number) ||
        (batch.firstNs[row] as number) - (rows.firstNs[known] as number);
      if (plan.references.length > 0) {
        const firstMs = batch.firstMs[row] as number;
        const earlier =
          firstMs < (rows.leastMs[known] as number) ||
          (firstMs === rows.leastMs[known] && (batch.firstNs[row] as number) < (rows.leastNs[known] as number));
        if (earlier) rows.setLeast(known, firstMs, batch.firstNs[row] as number);
        const all = earlier || newer < 0 || this.#keepsEdgeTimes;
        this.#assertEdges(plan, all ? 0 : plan.singles, batch, row, handle);
      }
      if (newer <= 0) return;
      if (rows.agrees[known] === 1) {
        rows.lastMs[known] = lastMs;
        rows.lastNs[known] = batch.lastNs[row] as number;
        rows.firstMs[known] = batch.firstMs[row] as number;
        rows.firstNs[known] = batch.firstNs[row] as number;
        rows.arrays.touch(known);
        return;
      }
    }
    if (this.contents.isResident(handle)) this.#contentHits++;
    else missing.push(handle);
    this.#pending.push({ plan, row, handle, fingerprint: value });
  }

  #indexRecord(records: RecordIndex, kept: readonly SlotPlan[], batch: RecordBatch, row: number): void {
    for (const plan of kept) {
      const handle = this.mention(plan.slot.index, row);
      if (handle !== 0) records.add(handle, batch.recordId(row));
    }
  }

  #observe({ observed, countOf }: KindPlan, batch: RecordBatch, row: number): void {
    const observation = {
      recordId: batch.recordId(row),
      first: { ms: batch.firstMs[row] as number, ns: batch.firstNs[row] as number },
      last: { ms: batch.lastMs[row] as number, ns: batch.lastNs[row] as number },
      count: countOf(row),
    };
    for (const { slot } of observed) {
      const entity = this.mention(slot.index, row);
      if (entity === 0) continue;
      const change = this.observations.add(entity, observation);
      if (change === undefined) continue;
      if (change.replaced !== undefined) this.#unobserved.push({ entity, observation: change.replaced });
      this.#observed.push({ entity, observation });
    }
  }

  /** Of the references from the given one on. */
  #assertEdges(plan: SlotPlan, from: number, batch: RecordBatch, row: number, handle: number): void {
    if (from === plan.references.length) return;
    const first = { ms: batch.firstMs[row] as number, ns: batch.firstNs[row] as number };
    for (let r = from; r < plan.references.length; r++) {
      const reference = plan.references[r] as SlotPlan['references'][number];
      for (const slot of reference.slots) {
        const target = this.#mentions.targetOf(slot, row, batch);
        if (target === 0) continue;
        if (reference.edges.assert(handle, target, first, batch.lastMs[row] as number)) {
          const { edges, isRead } = reference;
          this.#woken.push({ name: edges.name, edge: { from: handle, to: target }, isRead });
        }
        this.#witness(reference.edges, batch, row);
        if (!reference.list) break;
      }
    }
  }

  #mergeMention(pending: PendingMention, batch: RecordBatch, touched: Set<number>, added: Map<string, Edge[]>): void {
    const { plan, row, handle, fingerprint } = pending;
    const { view } = plan;
    const time: MentionTime = {
      lastMs: batch.lastMs[row] as number,
      lastNs: batch.lastNs[row] as number,
      firstMs: batch.firstMs[row] as number,
      firstNs: batch.firstNs[row] as number,
    };
    const values = attributeValues(plan, batch, row);
    let isLonger = false;
    for (const reference of plan.references) {
      let single: number | undefined;
      for (const slot of reference.slots) {
        const target = this.#mentions.targetOf(slot, row, batch);
        if (target === 0) continue;
        if (reference.edges.assert(handle, target, { ms: time.firstMs, ns: time.firstNs }, time.lastMs)) {
          isLonger ||= reference.isRead;
          push(added, reference.edges.name, { from: handle, to: target });
        }
        this.#witness(reference.edges, batch, row);
        if (reference.list) continue;
        single = target;
        break;
      }
      if (!reference.list) values.push(single === undefined ? undefined : this.registry.referenceTo(single));
    }
    const content = this.content(handle);
    let mentionRow = this.rows.find(this.registry.heads[handle] as number, view.id);
    if (mentionRow === 0) {
      mentionRow = this.rows.add(handle, view.id, this.registry.heads[handle] as number, fingerprint, time);
      this.registry.heads[handle] = mentionRow;
      this.registry.arrays.touch(handle);
    }
    const changed = content.merge(this, view, mentionRow, fingerprint, time, values);
    this.contents.touch(handle);
    if (changed.length > 0 || isLonger) touched.add(handle);
  }

  #link(batch: RecordBatch, refused: Uint8Array | undefined, added: Map<string, Edge[]>): void {
    for (let row = 0; row < batch.size; row++) {
      if (refused !== undefined && refused[row] === 1) continue;
      const plan = this.#mentions.planOf(batch, row);
      for (const { from, to, edges } of plan.linked) {
        const a = this.mention(from.slot.index, row);
        const b = this.mention(to.slot.index, row);
        if (a === 0 || b === 0) continue;
        const first = { ms: batch.firstMs[row] as number, ns: batch.firstNs[row] as number };
        if (edges.assert(a, b, first, batch.lastMs[row] as number)) push(added, edges.name, { from: a, to: b });
        this.#witness(edges, batch, row);
      }
    }
  }

  /**
   * After an assertion: where the record lies, if it is the first one. A document has a name of its own and no offset: a name
   * for each edge would take more than the edge itself.
   */
  #witness(edges: EdgeTable, batch: RecordBatch, row: number): void {
    if (!edges.wantsWitness) return;
    const { place, offset } = batch.locator(row);
    edges.witness({ place: offset < 0 ? 0 : this.places.numberOf(this.#source, place), offset });
  }

  /** Takes from an entity all that records said of it. */
  #empty(handle: number): void {
    this.rows.release(this.registry.heads[handle] as number);
    this.registry.heads[handle] = 0;
    this.registry.lastMs[handle] = -Infinity;
    this.registry.arrays.touch(handle);
    this.contents.reset(handle);
  }
}

const NO_EDGES: ReadonlyMap<string, readonly Edge[]> = new Map();

function push(map: Map<string, Edge[]>, name: string, edge: Edge): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [edge]);
  else list.push(edge);
}
