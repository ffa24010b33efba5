import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FollowProcess } from './follow-process.ts';

interface Alert {
  readonly kind: string;
  readonly message: string;
  readonly windhover: { readonly dry_run?: boolean };
}

/** A run of a folder of hunts over a log that grows, which is asked to read them again. */
export class StandingRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'windhover-reload-'));
  #process: FollowProcess | undefined;
  #stdout = '';
  #pid = 0;

  constructor() {
    mkdirSync(join(this.folder, 'hunts'));
    writeFileSync(join(this.folder, 'app.log'), '');
  }

  /** A hunt that alerts on processes of a name. */
  hunt(file: string, name: string, more = ''): void {
    const id = file.replace(/\..*/, '');
    const title = `${id} saw ${name} as {pid}`;
    this.write(
      file,
      `hunt: ${id}\n${more}huntflow: |\n  p = GET process FROM s WHERE name = '${name}'\nalerts:\n  - { on: p, title: '${title}', settle: 0s }\n`,
    );
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, 'hunts', file), text);
  }

  remove(file: string): void {
    rmSync(join(this.folder, 'hunts', file));
  }

  /** A process of this name starts; answers with its pid. */
  starts(name: string): number {
    const pid = ++this.#pid;
    const at = new Date().toISOString();
    const record = {
      '@timestamp': at,
      event: { sf_type: 'PE', action: 'process-start' },
      host: { id: 'h' },
      process: { pid, start: at, name, executable: `/bin/${name}`, thread: { id: pid } },
    };
    appendFileSync(join(this.folder, 'app.log'), `${JSON.stringify(record)}\n`);
    return pid;
  }

  /** What is no record. */
  junk(text: string): void {
    appendFileSync(join(this.folder, 'app.log'), `${text}\n`);
  }

  start(args: readonly string[] = ['--state', 'state']): void {
    const call = ['run', 'hunts', '--source', 's=app.log', '--follow', '--format', 'ndjson', '--log-format', 'json'];
    this.#process = new FollowProcess([...call, ...args], this.folder);
  }

  reload(): void {
    this.#process?.hangUp();
  }

  /** Waits for an alert with this title, in the order of their coming or not. */
  async alerted(title: string): Promise<void> {
    await this.#process?.said((stdout) => (this.#stdout = stdout).includes(`"message":"${title}"`));
  }

  /** Waits until an event has been logged so often; answers with the last. */
  async logged(event: string, times = 1): Promise<Record<string, unknown>> {
    await this.#process?.complained(() => this.events(event).length >= times);
    return this.events(event).at(-1) ?? {};
  }

  events(event: string): Record<string, unknown>[] {
    const text = this.#process?.stderr ?? '';
    return text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line['event.action'] === event);
  }

  /** Titles of the alerts so far. */
  get titles(): string[] {
    return this.#alerts.map(({ message }) => message);
  }

  /** Titles of those of hunts that are tried out. */
  get dryRuns(): string[] {
    return this.#alerts.filter(({ windhover }) => windhover.dry_run === true).map(({ message }) => message);
  }

  get #alerts(): Alert[] {
    return this.#stdout
      .slice(0, this.#stdout.lastIndexOf('\n') + 1)
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Alert)
      .filter(({ kind }) => kind === 'alert');
  }

  /** Ctrl-C; answers with the exit code, once all has been said. */
  async interrupt(): Promise<number | string | undefined> {
    const code = await this.#process?.kill('SIGINT');
    await this.#process?.said((stdout) => (this.#stdout = stdout) !== undefined);
    return code;
  }

  async end(): Promise<void> {
    await this.#process?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
