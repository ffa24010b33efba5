import type { BatchBuilder } from '../batch-builder.ts';
import type { BatchColumn } from '../batch-column.ts';
import { DemandFilter } from '../demand-filter.ts';
import type { Demand } from '../demand.ts';
import { timeKeyPart } from '../identity-key.ts';
import { markPresent } from '../mark-present.ts';
import { NormalisedTextsPool } from '../normalised-texts-pool.ts';
import type { CellDefinition } from '../path-table.ts';
import { BATCH_CAPACITY, CELL } from '../record-batch.ts';
import { recordHash, recordHashText } from '../record-hash.ts';
import { TableLayout, type KindLayout } from '../table-layout.ts';
import { CellGroup } from './cell-group.ts';
import { SYSFLOW_TABLE } from './sysflow-table.ts';
import { addressText, cellWriter, protocolName, type CellWriter } from './trace-cells.ts';
import { fileDocument, pathOf, processDocument } from './trace-documents.ts';
import type { TraceEntities } from './trace-entities.ts';
import type { ProcessCells, TraceFile, TraceHeader, TraceProcess, TraceProcessId } from './trace-entity.ts';
import type { TraceEvent } from './trace-event.ts';
import { SYMLINK_FLAG, TraceOperations, type TraceOperation } from './trace-operations.ts';
import type { TraceRecordKind } from './trace-schema.ts';

const KINDS: readonly TraceRecordKind[] = ['PE', 'FE', 'FF', 'NF'];
/** Cells that speak of the record's process and what is around it. */
const PROCESS_CELLS =
  /^(?:hostIpv?[46]?$|container|orchestrator|pod|pid$|created$|name$|commandLine$|args$|tty$|entry$|binary|parent|user|group)/u;
const FILE_CELLS = /^(?:file|target)/u;
/** Cells that the operation flags feed. */
const CLASSIFIED_CELLS = new Set(['eventAction', 'eventCategory', 'eventType', 'operationFlags']);
const NO_OPERATION: TraceOperation = { flags: [], action: undefined };
const NOTHING_TO_READ = {};
const NO_FILE: TraceFile = { type: '?', path: '', cells: undefined };
const NAMELESS = { exe: '', args: '', uid: -1, gid: -1, userName: '', groupName: '', tty: false, entry: undefined };

interface KindPlan {
  readonly layout: KindLayout;
  readonly writers: readonly CellWriter[];
  /** Some writer wants to know what the operation flags mean. */
  readonly classified: boolean;
  /** Cells worked out from others of the row, constants, and times. */
  readonly computed: CellGroup;
}

/** What a record id is made of, kept until the batch ends; an object a row, used again and again. */
class IdParts {
  kind: TraceRecordKind = 'PE';
  container = '';
  thread = 0;
  pid = 0;
  createMs = 0;
  createNs = 0;
  opFlags = 0;
  read = false;
  written = false;
  /** Where the id of the file lies: its path is looked up when the record id is asked for. */
  bytes: Buffer | undefined;
  fileAt = -1;
  fd = 0;
  sip = 0;
  sport = 0;
  dip = 0;
  dport = 0;
  proto = 0;
}

/** Writes events and flows of a trace as rows of a batch, joined with the entities that they refer to. */
export class TraceRowWriter {
  readonly #builder: BatchBuilder;
  readonly #entities: TraceEntities;
  readonly #texts: NormalisedTextsPool;
  readonly #operations = new TraceOperations();
  readonly #plans: Readonly<Record<TraceRecordKind, KindPlan>>;
  readonly #processCells: CellGroup;
  readonly #fileCells: CellGroup;
  readonly #idColumn: BatchColumn | undefined;
  #header: TraceHeader | undefined;
  #host = 0;
  readonly #ids: readonly IdParts[] = Array.from({ length: BATCH_CAPACITY }, () => new IdParts());

  constructor(builder: BatchBuilder, demand: Demand, entities: TraceEntities) {
    this.#builder = builder;
    this.#entities = entities;
    this.#texts = new NormalisedTextsPool(builder);
    const layout = new TableLayout(SYSFLOW_TABLE, builder, new DemandFilter(demand));
    const kinds = KINDS.map((kind) => layout.kind(`sysflow.${kind}`) as KindLayout);
    const [first] = kinds as [KindLayout, ...KindLayout[]];
    const all = [...new Set(kinds.flatMap((kind) => kind.cells))];
    const group = (cells: readonly string[], of = first): CellGroup =>
      new CellGroup(layout, of, cells, builder, this.#texts);
    this.#processCells = group(all.filter((cell) => PROCESS_CELLS.test(cell)));
    this.#fileCells = group(all.filter((cell) => FILE_CELLS.test(cell)));
    this.#idColumn = all.includes('recordId') ? layout.column('recordId') : undefined;
    const planOf = (kind: TraceRecordKind, at: number): KindPlan => {
      const own = (kinds[at] as KindLayout).cells.filter((cell) => !PROCESS_CELLS.test(cell) && !FILE_CELLS.test(cell));
      return {
        layout: kinds[at] as KindLayout,
        writers: own.flatMap((cell) => cellWriter(kind, cell, layout, builder, this.#texts) ?? []),
        classified: own.some((cell) => CLASSIFIED_CELLS.has(cell)),
        computed: group(
          own.filter((cell) => isComputed(SYSFLOW_TABLE.cells[cell])),
          kinds[at],
        ),
      };
    };
    this.#plans = { PE: planOf('PE', 0), FE: planOf('FE', 1), FF: planOf('FF', 2), NF: planOf('NF', 3) };
  }

  /** At every batch border, after the builder's `begin`. */
  begin(): void {
    this.#texts.begin();
    // Codes of hosts hold for a batch.
    this.#header = undefined;
    this.#processCells.begin();
    this.#fileCells.begin();
  }

  /** Writes the record in the registers; `bytes` are those that it was read from. */
  write(kind: TraceRecordKind, event: TraceEvent, bytes: Buffer, offset: number, length: number): void {
    const builder = this.#builder;
    const plan = this.#plans[kind];
    const row = builder.addRow(plan.layout.kind.index, offset, length);
    if (endsLater(event)) builder.setTimes(row, event.startMs, event.startNs, event.endMs, event.endNs);
    else builder.setTimes(row, event.startMs, event.startNs, event.startMs, event.startNs);
    this.#writeHost(row);
    const { containerId } = this.#writeProcess(this.#entities.process(event) ?? unknownProcess(event), row);
    this.#keepId(row, kind, event, containerId, bytes);
    if (event.fileAt >= 0 && !this.#fileCells.empty) this.#writeFile(kind, event, bytes, row);
    if (this.#idColumn !== undefined) {
      const { high, low } = recordHash(this.#idText(row));
      this.#idColumn.setTime(row, high, low | 0);
    }
    const { writers } = plan;
    if (writers.length > 0) {
      const operation = plan.classified ? this.#operationOf(this.#ids[row] as IdParts) : NO_OPERATION;
      for (let i = 0; i < writers.length; i++) (writers[i] as CellWriter)(row, event, operation);
    }
    if (!plan.computed.empty) plan.computed.read(NOTHING_TO_READ, row);
    markPresent(plan.layout, row);
  }

  /** The record id (decision 4) of a row of the batch. */
  recordId(row: number): string {
    return recordHashText(recordHash(this.#idText(row)));
  }

  /** One host for all records of a segment: the builder is asked once a batch. */
  #writeHost(row: number): void {
    const builder = this.#builder;
    const { header } = this.#entities;
    if (header !== this.#header) {
      const { exporter } = header;
      builder.setHost(row, exporter === 'NA' || exporter === '<NA>' ? '' : exporter, false);
      this.#header = header;
      this.#host = builder.host[row] as number;
      return;
    }
    builder.host[row] = this.#host;
    if (this.#host !== 0) builder.hostColumn.kind[row] = CELL.text;
  }

  #operationOf({ kind, opFlags, thread, pid, read, written }: IdParts): TraceOperation {
    return this.#operations.of(kind, opFlags, thread !== pid, read, written);
  }

  #writeProcess(process: TraceProcess, row: number): ProcessCells {
    const group = this.#processCells;
    const entities = this.#entities;
    const { parentId, cells: kept } = process;
    const { surroundings, statements } = entities;
    const current =
      kept !== undefined && kept.surroundings === surroundings && kept.values.generation === group.generation;
    if (current && kept.statements === statements) {
      group.copy(kept.values, row);
      return kept;
    }
    const parent = parentId === undefined ? undefined : entities.process(parentId);
    if (current && kept.parent === parent) {
      kept.statements = statements;
      group.copy(kept.values, row);
      return kept;
    }
    const container = entities.container(process.containerId);
    if (!group.empty) {
      const pod = entities.pod(container?.podId);
      // A parent that ended before the trace began is known by its id alone.
      const known = parent ?? (parentId === undefined ? undefined : unknownProcess(parentId));
      group.read(processDocument(process, known, container, pod, entities.header), row);
    }
    process.cells = { values: group.keep(row), containerId: container?.id ?? '', parent, surroundings, statements };
    return process.cells;
  }

  #writeFile(kind: TraceRecordKind, event: TraceEvent, bytes: Buffer, row: number): void {
    const group = this.#fileCells;
    const file = this.#entities.file(bytes, event.fileAt) ?? NO_FILE;
    const symlink = (event.opFlags & SYMLINK_FLAG) !== 0;
    // Whatever else its cells depend on, the file has them for itself.
    const plain = kind === 'FF' && file.path !== '' && !symlink;
    const { cells } = file;
    if (plain && cells !== undefined && cells.generation === group.generation) {
      group.copy(cells, row);
      return;
    }
    const target = event.newFileAt < 0 ? undefined : this.#entities.file(bytes, event.newFileAt)?.path;
    group.read(fileDocument(file, symlink, openAs(event.hpid, event.fd), target), row);
    if (plain) file.cells = group.keep(row);
  }

  #keepId(row: number, kind: TraceRecordKind, event: TraceEvent, containerId: string, bytes: Buffer): void {
    const parts = this.#ids[row] as IdParts;
    parts.kind = kind;
    parts.container = containerId;
    parts.thread = event.tid;
    parts.pid = event.hpid;
    parts.createMs = event.createMs;
    parts.createNs = event.createNs;
    parts.opFlags = event.opFlags;
    parts.read = Number(event.readOps) > 0 || Number(event.readBytes) > 0;
    parts.written = Number(event.writeOps) > 0 || Number(event.writeBytes) > 0;
    parts.bytes = bytes;
    parts.fileAt = event.fileAt;
    parts.fd = event.fd;
    parts.sip = event.sip;
    parts.sport = event.sport;
    parts.dip = event.dip;
    parts.dport = event.dport;
    parts.proto = event.proto;
  }

  #pathOf({ bytes, fileAt, pid, fd }: IdParts): string {
    if (fileAt < 0 || bytes === undefined) return '';
    return pathOf(this.#entities.file(bytes, fileAt) ?? NO_FILE, openAs(pid, fd));
  }

  /** The same text that the record gives as an ECS document. */
  #idText(row: number): string {
    const parts = this.#ids[row];
    const builder = this.#builder;
    if (parts === undefined || row >= builder.size) throw new RangeError(`the batch has no row ${String(row)}`);
    const host = builder.host[row] as number;
    const network = parts.kind === 'NF';
    return [
      host === 0 ? '' : builder.hosts.text(host),
      parts.container,
      timeKeyPart(builder.firstMs[row] as number, builder.firstNs[row] as number),
      String(parts.thread),
      timeKeyPart(parts.createMs, parts.createNs),
      `sysflow.${parts.kind}`,
      this.#operationOf(parts).action?.action ?? '',
      this.#pathOf(parts),
      network ? addressText(parts.sip) : '',
      network ? String(parts.sport) : '',
      network ? addressText(parts.dip) : '',
      network ? String(parts.dport) : '',
      network ? protocolName(parts.proto) : '',
    ].join('\u001f');
  }
}

/** Neither read from a record nor known of every one without a word. */
function isComputed(cell: CellDefinition | undefined): boolean {
  return cell !== undefined && !('read' in cell) && !('given' in cell && /^(?:host|record-id)$/u.test(cell.given));
}

function openAs(pid: number, descriptor: number): string {
  return `/proc/${String(pid)}/fd/${String(descriptor)}`;
}

function endsLater({ startMs, startNs, endMs, endNs }: TraceEvent): boolean {
  return endMs > startMs || (endMs === startMs && endNs > startNs);
}

/** A process that no entity record has spoken of: only its id is known. */
function unknownProcess({ createHigh, createLow, hpid }: TraceProcessId): TraceProcess {
  const id = { createHigh, createLow, hpid };
  return { ...id, ...NAMELESS, parentId: undefined, containerId: undefined, cells: undefined };
}
