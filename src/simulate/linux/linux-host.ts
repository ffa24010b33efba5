import type { Emitted, HostOptions, LinuxFormat, SimulatedHost, Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { sysflowDocument } from '../sysflow/sysflow-document.ts';
import { sysflowPlace, type SysflowPlace } from '../sysflow/sysflow-place.ts';
import {
  CLIENT_FLOW,
  FILE_ACCESS,
  FILE_DELETE,
  FILE_READ,
  FILE_RENAME,
  FILE_WRITE,
  PROCESS_CLONE,
  PROCESS_EXEC,
  PROCESS_EXIT,
  SERVER_FLOW,
  type SysflowAlert,
  type SysflowConnection,
  type SysflowRecord,
} from '../sysflow/sysflow-record.ts';
import { LinuxEveryday } from './linux-everyday.ts';
import { LinuxProcess, type LinuxUser } from './linux-process.ts';
import { LinuxServices } from './linux-services.ts';

/** A started process with the records of its start, and the moment from which it runs its program. */
export interface Started {
  readonly process: LinuxProcess;
  readonly records: readonly Emitted[];
  readonly ready: SimulatedTime;
}

/** A server with containers, seen by SysFlow. What it can do is here, what it does every day in `LinuxEveryday`. */
export class LinuxHost implements SimulatedHost {
  readonly name: string;
  readonly address: string;
  readonly format: LinuxFormat;
  readonly skewMs: number;
  readonly weight = 3;
  /** Outside of all containers. */
  readonly place: SysflowPlace;
  readonly services: LinuxServices;
  readonly #stage: Stage;
  readonly #everyday: LinuxEveryday;
  #pid = 900;

  constructor({ name, address, format, skewMs }: HostOptions<LinuxFormat>, now: SimulatedTime, stage: Stage) {
    this.name = name;
    this.address = address;
    this.format = format;
    this.skewMs = skewMs;
    this.#stage = stage;
    this.place = sysflowPlace(name);
    this.services = new LinuxServices(this, now, stage.random);
    this.#everyday = new LinuxEveryday(this, stage);
  }

  act(now: SimulatedTime): void {
    this.#everyday.act(now);
  }

  /** A process that runs already; `bornAt` undefined: since nobody knows when. */
  running(
    parent: LinuxProcess | undefined,
    place: SysflowPlace,
    user: LinuxUser,
    bornAt: SimulatedTime | undefined,
    executable: string,
    args: string,
  ): LinuxProcess {
    const created = bornAt === undefined ? undefined : bornAt + this.skewMs;
    const pid = parent === undefined ? 1 : this.#nextPid();
    return new LinuxProcess({ pid, parent, user, place, created, seenStarting: false }, executable, args);
  }

  /** A child of `parent`: clone in the parent, clone in the child (still the parent's program). */
  clone(
    parent: LinuxProcess,
    now: SimulatedTime,
    { user = parent.user, place = parent.place }: { readonly user?: LinuxUser; readonly place?: SysflowPlace } = {},
  ): Started {
    const { executable, args } = parent.image;
    const created = now + this.skewMs;
    const identity = { pid: this.#nextPid(), parent, user, place, created, seenStarting: true };
    const child = new LinuxProcess(identity, executable, args);
    const records = [
      this.#event(PROCESS_CLONE, child.pid % 10_000, parent, now),
      this.#event(PROCESS_CLONE, 0, child, now + 0.4),
    ];
    return { process: child, records, ready: now + 0.4 };
  }

  /** A child that runs a program of its own. What the sensor's rules match is written a second time. */
  start(
    parent: LinuxProcess,
    now: SimulatedTime,
    executable: string,
    args: string,
    { alert, place }: { readonly alert?: SysflowAlert; readonly place?: SysflowPlace } = {},
  ): Started {
    const { process, records } = this.clone(parent, now, place === undefined ? {} : { place });
    const ready = now + 1.1;
    return { process, records: [...records, ...this.exec(process, ready, executable, args, alert)], ready };
  }

  exec(
    process: LinuxProcess,
    now: SimulatedTime,
    executable: string,
    args: string,
    alert?: SysflowAlert,
  ): readonly Emitted[] {
    process.exec(executable, args);
    return this.#withAlert(this.#record({ kind: PROCESS_EXEC, ret: 0 }, process, now, now), now, alert);
  }

  exit(process: LinuxProcess, now: SimulatedTime, status = 0): Emitted {
    process.alive = false;
    return this.#event(PROCESS_EXIT, status, process, now);
  }

  read(process: LinuxProcess, now: SimulatedTime, path: string, bytes = 512): Emitted {
    const counters = { readBytes: bytes, writtenBytes: 0, reads: 1 + (bytes >> 12), writes: 0 };
    return this.#emit(this.#record({ kind: FILE_READ, path, counters }, process, now, now + 0.5), now);
  }

  /** Opened and closed, nothing read. */
  access(process: LinuxProcess, now: SimulatedTime, path: string): Emitted {
    return this.#emit(this.#record({ kind: FILE_ACCESS, path }, process, now, now + 0.1), now);
  }

  write(
    process: LinuxProcess,
    now: SimulatedTime,
    path: string,
    bytes = 1162,
    alert?: SysflowAlert,
  ): readonly Emitted[] {
    const counters = { readBytes: 0, writtenBytes: bytes, reads: 0, writes: 1 + (bytes >> 12) };
    return this.#withAlert(this.#record({ kind: FILE_WRITE, path, counters }, process, now, now + 3), now, alert);
  }

  remove(process: LinuxProcess, now: SimulatedTime, path: string): Emitted {
    return this.#emit(this.#record({ kind: FILE_DELETE, path, ret: 0 }, process, now, now), now);
  }

  rename(process: LinuxProcess, now: SimulatedTime, path: string, target: string): Emitted {
    return this.#emit(this.#record({ kind: FILE_RENAME, path, target, ret: 0 }, process, now, now), now);
  }

  /** The process is the client. */
  connect(process: LinuxProcess, now: SimulatedTime, address: string, port: number): Emitted {
    const sourcePort = this.#stage.random.int(32_768, 60_999);
    const connection = { source: this.address, sourcePort, destination: address, destinationPort: port };
    return this.#flow(connection, CLIENT_FLOW, process, now);
  }

  /** The process is the server. */
  accept(process: LinuxProcess, now: SimulatedTime, client: string, port: number): Emitted {
    const sourcePort = this.#stage.random.int(32_768, 60_999);
    const connection = { source: client, sourcePort, destination: this.address, destinationPort: port };
    return this.#flow(connection, SERVER_FLOW, process, now);
  }

  #flow(
    connection: SysflowConnection,
    kind: SysflowRecord['kind'],
    process: LinuxProcess,
    now: SimulatedTime,
  ): Emitted {
    const { random } = this.#stage;
    const counters = {
      writtenBytes: random.int(80, 4000),
      readBytes: random.int(80, 60_000),
      writes: random.int(1, 4),
      reads: random.int(1, 9),
    };
    const end = now + random.int(1, 400);
    return this.#emit(this.#record({ kind, connection, counters }, process, now, end), now);
  }

  #event(kind: SysflowRecord['kind'], ret: number, process: LinuxProcess, now: SimulatedTime): Emitted {
    return this.#emit(this.#record({ kind, ret }, process, now, now), now);
  }

  #record(
    own: Pick<SysflowRecord, 'kind'> & Partial<SysflowRecord>,
    process: LinuxProcess,
    now: SimulatedTime,
    end: SimulatedTime,
  ): SysflowRecord {
    const { kind, ret, path, target, counters, connection } = own;
    const [time, until] = [now + this.skewMs, end + this.skewMs];
    return { kind, time, end: until, image: process.image, ret, path, target, counters, connection };
  }

  #withAlert(record: SysflowRecord, now: SimulatedTime, alert: SysflowAlert | undefined): readonly Emitted[] {
    const emitted = this.#emit(record, now);
    // A trace holds what was seen; what rules say of it comes later, and only into documents.
    if (alert === undefined || this.format === 'sf') return [emitted];
    return [emitted, this.#stage.repeat(this.format, this.name, now, sysflowDocument(record, alert))];
  }

  #emit(record: SysflowRecord, now: SimulatedTime): Emitted {
    return this.#stage.emit(this.format, this.name, now, this.format === 'sf' ? record : sysflowDocument(record));
  }

  #nextPid(): number {
    this.#pid += this.#stage.random.int(1, 7);
    if (this.#pid > 4_000_000) this.#pid = 1000;
    return this.#pid;
  }
}
