import { sysflowTime, type SimulatedTime } from './simulated-time.ts';

export interface LinuxUser {
  readonly name: string;
  readonly id: number;
}

export const ROOT: LinuxUser = { name: 'root', id: 0 };

/** A process of a made-up Linux host, with the JSON pieces that its records repeat. */
export class LinuxProcess {
  readonly pid: number;
  readonly parent: LinuxProcess | undefined;
  readonly user: LinuxUser;
  /** Text of process.start; 1970 where it ran before the capture began. */
  readonly start: string;
  executable: string;
  args: string;
  /** `"process":{…},"user":{…}` of its records. */
  json = '';
  alive = true;

  constructor(
    pid: number,
    parent: LinuxProcess | undefined,
    user: LinuxUser,
    created: SimulatedTime | undefined,
    executable: string,
    args: string,
  ) {
    this.pid = pid;
    this.parent = parent;
    this.user = user;
    this.start = created === undefined ? '1970-01-01T00:00:00Z' : sysflowTime(created);
    this.executable = executable;
    this.args = args;
    this.#write();
  }

  /** Another program in the same process: exec keeps pid and start. */
  exec(executable: string, args: string): void {
    this.executable = executable;
    this.args = args;
    this.#write();
  }

  get commandLine(): string {
    return `${this.executable} ${this.args}`;
  }

  get name(): string {
    return this.executable.slice(this.executable.lastIndexOf('/') + 1);
  }

  #write(): void {
    const { args, executable, name, pid, start, user } = this;
    const parent = this.parent?.asParent() ?? UNKNOWN_PARENT;
    this.json =
      `"process":{"args":${JSON.stringify(args)},"command_line":${JSON.stringify(this.commandLine)},` +
      `"executable":${JSON.stringify(executable)},"name":${JSON.stringify(name)},"parent":${parent},"pid":${pid},` +
      `"start":"${start}","thread":{"id":${pid}}},` +
      `"user":{"group":{"id":${user.id},"name":"${user.name}"},"id":${user.id},"name":"${user.name}"}`;
  }

  /** As a child's records repeat it; the command line of a parent has no trailing blank. */
  asParent(): string {
    const { args, executable, name, pid, start } = this;
    return (
      `{"args":${JSON.stringify(args)},"command_line":${JSON.stringify(this.commandLine.trimEnd())},` +
      `"executable":${JSON.stringify(executable)},"name":${JSON.stringify(name)},"pid":${pid},"start":"${start}"}`
    );
  }
}

const UNKNOWN_PARENT =
  '{"args":"","command_line":"","executable":"","name":".","pid":0,"start":"1970-01-01T00:00:00Z"}';
