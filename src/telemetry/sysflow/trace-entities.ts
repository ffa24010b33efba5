import { BoundedTable, type TableLimits } from './bounded-table.ts';
import type { TraceContainer, TraceFile, TraceHeader, TracePod, TraceProcess, TraceProcessId } from './trace-entity.ts';
import { readContainer, readFile, readHeader, readPod, readProcess } from './read-trace-entity.ts';
import type { TraceEntityKind } from './trace-schema.ts';
import { FILE_ID_BYTES } from './trace-event-reader.ts';

/** A quarter of a million processes, and as many files, on one host within one segment: more than any trace has. */
const LIMITS: TableLimits = { maxEntries: 262_144, maxBytes: 128 * 1024 * 1024 };
/** Of the entities used last, by some bits of their id. */
const RECENT = 4096;
const NO_HEADER: TraceHeader = { exporter: '', ip: '' };

interface KeptFile {
  readonly id: Buffer;
  readonly file: TraceFile;
}

/**
 * What the entity records of a trace have said: they come before the events and flows that refer to them, and the newest
 * holds. A header begins a new segment, which states again all that it refers to.
 */
export class TraceEntities {
  readonly #containers: BoundedTable<TraceContainer>;
  readonly #pods: BoundedTable<TracePod>;
  readonly #processes: BoundedTable<TraceProcess>;
  readonly #files: BoundedTable<KeptFile>;
  readonly #recentProcesses: (TraceProcess | undefined)[] = Array.from({ length: RECENT }, () => undefined);
  readonly #recentFiles: (KeptFile | undefined)[] = Array.from({ length: RECENT }, () => undefined);
  #header = NO_HEADER;
  #surroundings = 0;
  #statements = 0;

  constructor(limits: TableLimits = LIMITS) {
    this.#containers = new BoundedTable(limits);
    this.#pods = new BoundedTable(limits);
    this.#processes = new BoundedTable(limits, (process) => {
      const at = processSlot(process);
      if (this.#recentProcesses[at] === process) this.#recentProcesses[at] = undefined;
    });
    this.#files = new BoundedTable(limits, (kept) => {
      const at = fileSlot(kept.id, 0);
      if (this.#recentFiles[at] === kept) this.#recentFiles[at] = undefined;
    });
  }

  get header(): TraceHeader {
    return this.#header;
  }

  /** Goes up when header, containers or pods change. */
  get surroundings(): number {
    return this.#surroundings;
  }

  /** Goes up when anything is said of a process: while it stays, look-ups of processes give what they gave. */
  get statements(): number {
    return this.#statements;
  }

  /** Takes in an entity record as its reader gave it. */
  apply(kind: TraceEntityKind, record: unknown): void {
    const fields = record as Readonly<Record<string, unknown>>;
    switch (kind) {
      case 'SFHeader':
        this.#begin(readHeader(fields));
        return;
      case 'Container': {
        const container = readContainer(fields);
        this.#containers.set(container.id, container, sizeOf(container));
        this.#surroundings++;
        return;
      }
      case 'Pod': {
        const pod = readPod(fields);
        this.#pods.set(pod.id, pod, sizeOf(pod));
        this.#surroundings++;
        return;
      }
      case 'Process': {
        const process = readProcess(fields);
        this.#statements++;
        this.#processes.set(processKey(process), process, sizeOf(process));
        this.#recentProcesses[processSlot(process)] = process;
        return;
      }
      default: {
        const { id, file } = readFile(fields);
        this.#files.set(id.toString('latin1'), { id, file }, sizeOf(file));
      }
    }
  }

  process(id: TraceProcessId): TraceProcess | undefined {
    const at = processSlot(id);
    const recent = this.#recentProcesses[at];
    if (recent?.createLow === id.createLow && recent.hpid === id.hpid && recent.createHigh === id.createHigh) {
      return recent;
    }
    const process = this.#processes.get(processKey(id));
    if (process !== undefined) this.#recentProcesses[at] = process;
    return process;
  }

  /** The file whose id lies in `bytes` at `at`. */
  file(bytes: Buffer, at: number): TraceFile | undefined {
    const slot = fileSlot(bytes, at);
    const recent = this.#recentFiles[slot];
    if (recent !== undefined && sameId(recent.id, bytes, at)) return recent.file;
    const kept = this.#files.get(bytes.toString('latin1', at, at + FILE_ID_BYTES));
    if (kept === undefined) return undefined;
    this.#recentFiles[slot] = kept;
    return kept.file;
  }

  container(id: string | undefined): TraceContainer | undefined {
    return id === undefined ? undefined : this.#containers.get(id);
  }

  pod(id: string | undefined): TracePod | undefined {
    return id === undefined ? undefined : this.#pods.get(id);
  }

  #begin(header: TraceHeader): void {
    for (const table of [this.#containers, this.#pods, this.#processes, this.#files]) table.clear();
    this.#recentProcesses.fill(undefined);
    this.#recentFiles.fill(undefined);
    this.#header = header;
    this.#surroundings++;
    this.#statements++;
  }
}

function processKey({ createHigh, createLow, hpid }: TraceProcessId): string {
  return `${String(createHigh)} ${String(createLow)} ${String(hpid)}`;
}

function processSlot({ createLow, hpid }: TraceProcessId): number {
  return (createLow ^ hpid) & (RECENT - 1);
}

function fileSlot(id: Buffer, at: number): number {
  return ((id[at + 2] as number) ^ ((id[at + 11] as number) << 2) ^ ((id[at + 19] as number) << 5)) & (RECENT - 1);
}

/** Byte by byte: for 20 bytes that is cheaper than a call out of JavaScript. */
function sameId(id: Buffer, bytes: Buffer, at: number): boolean {
  for (let i = 0; i < FILE_ID_BYTES; i++) if (id[i] !== bytes[at + i]) return false;
  return true;
}

/** Bytes of an entity's texts and some for the rest. */
function sizeOf(entity: object): number {
  let size = 200;
  for (const value of Object.values(entity)) if (typeof value === 'string') size += 2 * value.length;
  return size;
}
