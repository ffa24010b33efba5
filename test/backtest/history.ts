import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expandRecords } from '../../src/hunts/hunt-tests/typed-records.ts';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';

type TypedRecords = Parameters<typeof expandRecords>[0];

/** One record of a host in which `node` starts a shell now and then, and that a child some records later. `i`: which one. */
export function shellRecord(i: number, timeMs: number, host: string): TypedRecords[number] {
  const time = new Date(timeMs).toISOString();
  const parent = i % 50 === 0 ? { pid: 3, name: 'node' } : { pid: 4, name: 'init' };
  if (i % 50 === 5) return { time, host, process: { pid: 1000 + i, name: 'cat', parent: 1000 + i - 5 } };
  return { time, host, process: { pid: 1000 + i, name: 'sh', command_line: `sh -c ${i}`, parent } };
}

/** A folder of its own with hunts and telemetry in it. */
export class HistoryFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'windhover-backtest-'));

  write(name: string, content: string): string {
    mkdirSync(dirname(join(this.path, name)), { recursive: true });
    writeFileSync(join(this.path, name), content);
    return name;
  }

  /** Records as a test of a hunt types them, as lines of a sensor. */
  records(name: string, records: TypedRecords): string {
    const { text, problems } = expandRecords(records);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    return this.write(name, text);
  }

  windhover(...args: string[]): Promise<ProgramResult> {
    return runWindhover(args, { cwd: this.path });
  }

  async backtest(...args: string[]): Promise<{ code: number; stderr: string; document: BacktestDocument }> {
    const { code, stdout, stderr } = await this.windhover('backtest', '--format', 'json', ...args);
    if (stdout === '') throw new Error(stderr);
    return { code, stderr, document: JSON.parse(stdout) as BacktestDocument };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface AlertLike {
  readonly '@timestamp': string;
  readonly message: string;
  readonly event: { readonly id: string };
  readonly windhover: {
    readonly variable: string;
    readonly suppressed: number;
    readonly entity: { readonly type: string; readonly id: string };
  };
  readonly responsible?: {
    readonly kind: string;
    readonly message: string;
    readonly variable?: string;
    readonly statement?: number;
    readonly line?: number;
  };
}

export interface CompareLike {
  readonly gained: readonly AlertLike[];
  readonly lost: readonly AlertLike[];
  readonly gained_count: number;
  readonly lost_count: number;
  readonly kept: number;
  readonly kept_examples: readonly AlertLike[];
}

export interface BacktestDocument {
  readonly ok?: boolean;
  readonly hunts: readonly {
    readonly hunt: string;
    readonly ok: boolean;
    readonly diagnostics: readonly { readonly code: string }[];
    readonly alerts: readonly AlertLike[];
    readonly alerts_omitted: number;
    readonly counts: { readonly opened: number; readonly retracted: number; readonly suppressed: number };
    readonly by_time: readonly (readonly [string, number])[];
    readonly by_host: Readonly<Record<string, number>>;
    readonly by_title: Readonly<Record<string, number>>;
    readonly by_technique: Readonly<Record<string, number>>;
    readonly first_alert_delay_ms: number | null;
    readonly alerts_per_day_and_host: number | null;
    readonly compare?: CompareLike & { readonly is_new?: boolean };
    readonly expectations?: readonly { readonly ok: boolean; readonly message: string }[];
    readonly expectations_left_out?: readonly { readonly message: string }[];
  }[];
  readonly compare?: CompareLike;
  readonly removed?: readonly { readonly hunt: string; readonly file: string; readonly alerts: number }[];
  readonly expectations?: readonly { readonly ok: boolean; readonly message: string }[];
  readonly input: { readonly records: number; readonly from?: string; readonly to?: string; readonly hosts: number };
  readonly holes: {
    readonly refused_by_host: readonly { host: string; records: number; retention_needed_ms: number }[];
  };
  readonly records_per_second: number;
}
