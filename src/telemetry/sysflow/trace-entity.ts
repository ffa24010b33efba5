import type { CellValues } from './cell-group.ts';

/** Exporter of a segment of a trace. */
export interface TraceHeader {
  readonly exporter: string;
  readonly ip: string;
}

export interface TraceContainer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  /** `DOCKER`, `CRI`, … */
  readonly runtime: string;
  readonly privileged: boolean;
  readonly podId: string | undefined;
}

export interface TracePod {
  readonly id: string;
  readonly name: string;
  readonly nodeName: string;
  readonly namespace: string;
}

/** Object id of a process: clone time in ns as halves of a long, and pid. */
export interface TraceProcessId {
  readonly createHigh: number;
  readonly createLow: number;
  readonly hpid: number;
}

/** What the newest Process record says. A later record of the same process is another object. */
export interface TraceProcess extends TraceProcessId {
  readonly parentId: TraceProcessId | undefined;
  readonly exe: string;
  readonly args: string;
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  readonly groupName: string;
  readonly tty: boolean;
  /** Schemas before 1001 do not say whether it is the entry point of its container. */
  readonly entry: boolean | undefined;
  readonly containerId: string | undefined;
  /** The cells that its records have in common, once worked out. */
  cells: ProcessCells | undefined;
}

/** Cells of a process, valid while all that they were worked out from is the same. */
export interface ProcessCells {
  readonly values: CellValues;
  /** Empty where it is in none that the trace speaks of. */
  readonly containerId: string;
  readonly parent: TraceProcess | undefined;
  /** Counts what was said of header, containers and pods. */
  readonly surroundings: number;
  /** Counts what was said of processes: where it is still the same, so is the parent. */
  statements: number;
}

export interface TraceFile {
  /** One character: f file, d directory, u socket, p pipe, ? unknown. */
  readonly type: string;
  readonly path: string;
  cells: CellValues | undefined;
}
