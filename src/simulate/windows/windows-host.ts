import type { Emitted, HostOptions, SimulatedHost, Stage, WindowsFormat } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { sysmonWriter, type SysmonWriter } from '../sysmon/sysmon-document.ts';
import {
  accessFields,
  connectionFields,
  creationFields,
  deletionFields,
  fileFields,
  imageFields,
  keyFields,
  queryFields,
  valueFields,
} from '../sysmon/sysmon-fields.ts';
import { WindowsEveryday } from './windows-everyday.ts';
import { WindowsProcess } from './windows-process.ts';
import { SYSTEM32, WindowsServices } from './windows-services.ts';

const USUAL_TRACE = JSON.stringify(
  'C:\\Windows\\SYSTEM32\\ntdll.dll+9c534|C:\\Windows\\System32\\KERNELBASE.dll+2730e',
);

/** An office desktop seen by Sysmon. What it can do is here, what it does every day in `WindowsEveryday`. */
export class WindowsHost implements SimulatedHost {
  readonly name: string;
  readonly address: string;
  readonly format: WindowsFormat;
  readonly skewMs: number;
  readonly weight = 2;
  /** DOMAIN\name of whoever works here. */
  readonly user: string;
  readonly services: WindowsServices;
  readonly #stage: Stage;
  readonly #writer: SysmonWriter;
  readonly #machine: string;
  readonly #everyday: WindowsEveryday;
  #record: number;
  #pid = 400;
  #token = 0x10000;

  constructor(
    { name, address, format, skewMs, user }: HostOptions<WindowsFormat> & { readonly user: string },
    now: SimulatedTime,
    stage: Stage,
  ) {
    this.name = name;
    this.address = address;
    this.format = format;
    this.skewMs = skewMs;
    this.user = user;
    this.#stage = stage;
    this.#machine = stage.random.hex(8);
    this.#writer = sysmonWriter(format, name, `${this.#machine}-0000-4000-8000-000000000000`);
    this.#record = stage.random.int(10_000, 4_000_000);
    this.services = new WindowsServices(this, now - stage.random.int(3_600_000, 80_000_000));
    this.#everyday = new WindowsEveryday(this, stage);
    // The log begins with the capture, but for one thing: the creation of the scheduler is in it.
    stage.plan(now, (at) => {
      this.#event(1, at, creationFields(this.services.scheduler, stage.random.hex(64)));
    });
  }

  act(now: SimulatedTime): void {
    this.#everyday.act(now);
  }

  /** A process whose creation is not in the log. */
  running(
    now: SimulatedTime,
    parent: WindowsProcess | undefined,
    image: string,
    commandLine: string,
    user: string,
  ): WindowsProcess {
    this.#pid += 4 * this.#stage.random.int(1, 12);
    if (this.#pid > 60_000) this.#pid = 800;
    const born = now + this.skewMs;
    const seconds = Math.floor(born / 1000)
      .toString(16)
      .padStart(8, '0');
    const token = (this.#token++).toString(16).padStart(12, '0');
    const guid = `{${this.#machine}-${seconds.slice(4)}-${seconds.slice(0, 4)}-${token.slice(8)}-${token.slice(0, 8)}0000}`;
    return new WindowsProcess(guid, this.#pid, image, commandLine, user, born, parent);
  }

  /** Creates a process and logs it. */
  start(
    parent: WindowsProcess,
    now: SimulatedTime,
    image: string,
    commandLine: string,
    user = parent.user,
  ): { readonly process: WindowsProcess; readonly record: Emitted } {
    const process = this.running(now, parent, image, commandLine, user);
    return { process, record: this.#event(1, now, creationFields(process, this.#stage.random.hex(64))) };
  }

  exit(process: WindowsProcess, now: SimulatedTime): Emitted {
    process.alive = false;
    return this.#event(5, now, process.actor);
  }

  connect(
    process: WindowsProcess,
    now: SimulatedTime,
    address: string,
    port: number,
    sourcePort = this.#stage.random.int(49_152, 65_535),
  ): Emitted {
    const connection = { source: this.address, sourcePort, destination: address, destinationPort: port };
    return this.#event(3, now, connectionFields(process, { ...connection, initiated: true }));
  }

  accept(process: WindowsProcess, now: SimulatedTime, client: string, clientPort: number, port: number): Emitted {
    const connection = { source: client, sourcePort: clientPort, destination: this.address, destinationPort: port };
    return this.#event(3, now, connectionFields(process, { ...connection, initiated: false }));
  }

  resolve(process: WindowsProcess, now: SimulatedTime, name: string, address: string): Emitted {
    return this.#event(22, now, queryFields(process, name, address));
  }

  load(process: WindowsProcess, now: SimulatedTime, library: string): Emitted {
    return this.#event(7, now, imageFields(process, library.includes('\\') ? library : SYSTEM32 + library));
  }

  writeFile(process: WindowsProcess, now: SimulatedTime, path: string): Emitted {
    return this.#event(11, now, fileFields(process, path));
  }

  deleteFile(process: WindowsProcess, now: SimulatedTime, path: string): Emitted {
    return this.#event(23, now, deletionFields(process, path, this.#stage.random.hex(64)));
  }

  createKey(process: WindowsProcess, now: SimulatedTime, key: string): Emitted {
    return this.#event(12, now, keyFields(process, key));
  }

  setValue(process: WindowsProcess, now: SimulatedTime, target: string, details: string): Emitted {
    return this.#event(13, now, valueFields(process, target, details));
  }

  /** One process opens another. `granted`: access rights as Sysmon writes them. */
  openProcess(
    process: WindowsProcess,
    now: SimulatedTime,
    target: WindowsProcess,
    granted: string,
    callTrace?: string,
  ): Emitted {
    const trace = callTrace === undefined ? USUAL_TRACE : JSON.stringify(callTrace);
    return this.#event(10, now, accessFields(process, target, granted, trace));
  }

  #event(id: number, now: SimulatedTime, fields: string): Emitted {
    const line = this.#writer.document(id, this.#record++, now + this.skewMs, now, fields);
    return this.#stage.emit(this.format, this.name, now, line);
  }
}
