import { flatText } from '../flat-text.ts';
import { sysflowTime, type SimulatedTime } from '../simulated-time.ts';
import type { SysflowPlace } from '../sysflow/sysflow-place.ts';

export interface LinuxUser {
  readonly name: string;
  readonly id: number;
}

export const ROOT: LinuxUser = { name: 'root', id: 0 };

/** What a process runs from one exec to the next, with the JSON that its records repeat. */
export interface ProcessImage {
  readonly process: LinuxProcess;
  readonly executable: string;
  readonly args: string;
  /** `"process":{…},"user":{…}` of its records. */
  readonly json: string;
}

/** A process of a made-up Linux host. */
export class LinuxProcess {
  readonly pid: number;
  readonly parent: LinuxProcess | undefined;
  readonly user: LinuxUser;
  /** By the clock of its host; `undefined`: it ran before the capture began, nobody knows since when. */
  readonly created: SimulatedTime | undefined;
  /** Text of process.start. */
  readonly start: string;
  image: ProcessImage;
  /** Its host, and the container it is in. */
  readonly place: SysflowPlace;
  /** It was cloned while the capture ran. */
  readonly seenStarting: boolean;
  alive = true;

  constructor(
    identity: Pick<LinuxProcess, 'pid' | 'parent' | 'user' | 'place' | 'created' | 'seenStarting'>,
    executable: string,
    args: string,
  ) {
    this.pid = identity.pid;
    this.parent = identity.parent;
    this.user = identity.user;
    this.place = identity.place;
    this.created = identity.created;
    this.seenStarting = identity.seenStarting;
    this.start = this.created === undefined ? '1970-01-01T00:00:00Z' : sysflowTime(this.created);
    this.image = this.#imageOf(executable, args);
  }

  /** Another program in the same process: exec keeps pid and start. */
  exec(executable: string, args: string): void {
    this.image = this.#imageOf(executable, args);
  }

  get commandLine(): string {
    return `${this.image.executable} ${this.image.args}`;
  }

  get name(): string {
    const { executable } = this.image;
    return executable.slice(executable.lastIndexOf('/') + 1);
  }

  #imageOf(executable: string, args: string): ProcessImage {
    const { pid, start, user } = this;
    const program = programJson(executable, args, `${executable} ${args}`);
    const json =
      `"process":{${program},"parent":${this.parent?.asParent() ?? UNKNOWN_PARENT},"pid":${pid},` +
      `"start":"${start}","thread":{"id":${pid}}},` +
      `"user":{"group":{"id":${user.id},"name":"${user.name}"},"id":${user.id},"name":"${user.name}"}`;
    return { process: this, executable, args, json: flatText(json) };
  }

  /** As a child's records repeat it; the command line of a parent has no trailing blank. */
  asParent(): string {
    const { executable, args } = this.image;
    return `{${programJson(executable, args, `${executable} ${args}`.trimEnd())},"pid":${this.pid},"start":"${this.start}"}`;
  }
}

function programJson(executable: string, args: string, commandLine: string): string {
  const name = executable.slice(executable.lastIndexOf('/') + 1);
  return (
    `"args":${JSON.stringify(args)},"command_line":${JSON.stringify(commandLine)},` +
    `"executable":${JSON.stringify(executable)},"name":${JSON.stringify(name)}`
  );
}

const UNKNOWN_PARENT =
  '{"args":"","command_line":"","executable":"","name":".","pid":0,"start":"1970-01-01T00:00:00Z"}';
