import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { imageEnvironment } from '../image-environment.mjs';
import type { Sample } from './flatness.ts';
import { metricSum } from './metric-sum.ts';
import { runMetrics } from './run-metrics.ts';

const STARTED_MS = 60_000;

export interface RunCall {
  readonly main: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly state: string;
  readonly port: number;
}

/** The run under test: a process that is ended and started again, and looked at every two seconds. */
export class SoakedRun {
  readonly #call: RunCall;
  readonly #began: number;
  /** Seconds from the start of the feed to the start of each process. */
  readonly starts: number[] = [];
  readonly memory: Sample[] = [];
  readonly disk: Sample[] = [];
  readonly lag: Sample[] = [];
  readonly violations: string[] = [];
  #child: ChildProcess | undefined;
  #ended: Promise<number | string> = Promise.resolve(0);
  #isExpectedToEnd = false;

  /** `began`: when the feed starts, in milliseconds since 1970. */
  constructor(call: RunCall, began: number) {
    this.#call = call;
    this.#began = began;
  }

  /** Comes back when the run says that it is ready. */
  async start(): Promise<void> {
    const log = openSync(join(this.#call.folder, 'run.log'), 'a');
    this.starts.push(this.#now());
    this.#isExpectedToEnd = false;
    const { main, args, folder, port } = this.#call;
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      env: { ...imageEnvironment(), ...process.env },
      stdio: ['ignore', 'ignore', log],
    });
    this.#child = child;
    this.#ended = new Promise((ended) => child.on('exit', (code, signal) => ended(code ?? signal ?? 'unknown')));
    void this.#ended.then((code) => {
      if (!this.#isExpectedToEnd) this.violations.push(`the run ended by itself with ${code}, see run.log`);
    });
    for (const until = Date.now() + STARTED_MS; Date.now() < until && child.exitCode === null;) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1000) }).catch(
        () => {},
      );
      if (answer?.ok === true) return;
      await new Promise((next) => setTimeout(next, 200));
    }
    this.violations.push(`the run was not ready within ${STARTED_MS / 1000} s of its start`);
  }

  async end(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
    this.#isExpectedToEnd = true;
    this.#child?.kill(signal);
    const code = await this.#ended;
    const expected = signal === 'SIGINT' ? 130 : 'SIGKILL';
    if (code !== expected) this.violations.push(`after ${signal} the run ended with ${code}, not with ${expected}`);
  }

  signal(signal: 'SIGHUP' | 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(signal);
  }

  /** Notes memory, disk and lag once; nothing while the run does not answer. */
  async look(): Promise<void> {
    const at = this.#now();
    const value = diskUse(this.#call.state);
    this.disk.push({ at, value });
    const text = await runMetrics(this.#call.port);
    const rss = metricSum(text, 'process_resident_memory_bytes');
    if (rss !== undefined) this.memory.push({ at, value: rss });
    const lag = metricSum(text, 'windhover_source_lag_records');
    if (lag !== undefined) this.lag.push({ at, value: lag });
  }

  #now(): number {
    return (Date.now() - this.#began) / 1000;
  }
}

/** Bytes of the state folder without the alert log, which keeps every alert for good. */
function diskUse(folder: string): number {
  let bytes = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name === 'alerts.ndjson') continue;
    // Files go while they are counted.
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile() === true) bytes += stat.size;
  }
  return bytes;
}
