import { flatText } from '../flat-text.ts';
import { sysmonTime, type SimulatedTime } from '../simulated-time.ts';

/** A process of a made-up Windows host, as Sysmon names it. */
export class WindowsProcess {
  /** With braces, as Sysmon writes it. */
  readonly guid: string;
  readonly pid: number;
  readonly image: string;
  readonly commandLine: string;
  /** DOMAIN\name. */
  readonly user: string;
  /** By the clock of its host. */
  readonly created: SimulatedTime;
  readonly parent: WindowsProcess | undefined;
  readonly imageJson: string;
  readonly userJson: string;
  /** Fields by which every event names the process that did it. */
  readonly actor: string;
  readonly utcTime: string;
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
    this.imageJson = JSON.stringify(image);
    this.userJson = JSON.stringify(user);
    this.actor = flatText(
      `"ProcessGuid":"${guid}","ProcessId":"${pid}","Image":${this.imageJson},"User":${this.userJson}`,
    );
    this.utcTime = sysmonTime(created);
  }

  get name(): string {
    return this.image.slice(this.image.lastIndexOf('\\') + 1);
  }
}
