import { spawn, type ChildProcess } from 'node:child_process';
import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TSX = import.meta.resolve('tsx');
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A `windhover` process of its own, which can be killed as the system kills one. */
export class FollowProcess {
  readonly #child: ChildProcess;
  /** Settles once the process is gone, with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  stdout = '';
  stderr = '';
  #told: () => void = () => {};

  constructor(args: readonly string[], cwd: string) {
    this.#child = spawn(process.execPath, ['--import', TSX, MAIN, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (bytes: Buffer) => {
      this.stdout += bytes.toString('utf8');
      this.#told();
    });
    this.#child.stderr?.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString('utf8');
      this.#told();
    });
    this.ended = new Promise((resolve) =>
      this.#child.on('close', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
        this.#told();
      }),
    );
  }

  /** Waits until all that was said on stdout fulfils the condition, or the process is gone. */
  async said(condition: (stdout: string) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#told = () => {
        if (condition(this.stdout) || this.#child.exitCode !== null || this.#child.signalCode !== null) resolve();
      };
      this.#told();
    });
  }

  /** As `said`, of stderr. */
  complained(condition: (stderr: string) => boolean): Promise<void> {
    return this.said(() => condition(this.stderr));
  }

  /** Waits until files of a folder have changed so often: the store writes at each commit. Answers with what ends it. */
  static changes(folder: string, count: number): { readonly done: Promise<void>; readonly stop: () => void } {
    let left = count;
    let stop = (): void => {};
    const done = new Promise<void>((resolve) => {
      const watcher = watch(folder, () => {
        if (--left <= 0) resolve();
      });
      stop = () => watcher.close();
    });
    return { done, stop };
  }

  kill(signal: 'SIGKILL' | 'SIGINT'): Promise<number | string> {
    this.#child.kill(signal);
    return this.ended;
  }
}
