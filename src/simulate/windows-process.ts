import { sysmonTime, type SimulatedTime } from './simulated-time.ts';

/** A process of a made-up Windows host, as Sysmon names it. */
export class WindowsProcess {
  /** With braces, as Sysmon writes it. */
  readonly guid: string;
  readonly pid: number;
  readonly image: string;
  readonly commandLine: string;
  /** DOMAIN\name. */
  readonly user: string;
  readonly created: SimulatedTime;
  readonly parent: WindowsProcess | undefined;
  alive = true;

  constructor(
    guid: string,
    pid: number,
    image: string,
    commandLine: string,
    user: string,
    created: SimulatedTime,
    parent: WindowsProcess | undefined,
  ) {
    this.guid = guid;
    this.pid = pid;
    this.image = image;
    this.commandLine = commandLine;
    this.user = user;
    this.created = created;
    this.parent = parent;
  }

  get utcTime(): string {
    return sysmonTime(this.created);
  }
}
