import { UsageError } from '../../errors/windhover-error.ts';
import type { PlannedAttack } from '../../simulate/attack-plan.ts';
import { SCENARIO_TABLE } from '../../simulate/scenarios/scenarios.ts';
import type { LinuxFormat, WindowsFormat } from '../../simulate/simulated-host.ts';
import { SCENARIOS, type Scenario, type SimulationOptions } from '../../simulate/simulation.ts';
import type { Compression } from '../../sinks/kafka/kafkajs-producer.ts';
import { parseReplayTarget, type ReplayTarget } from '../replay/replay-target.ts';
import { durationOption } from '../run/run-options.ts';

/** What was written on the command line. */
export interface SimulateFlags {
  readonly out?: string;
  readonly truth?: string;
  readonly format: string;
  readonly seed: string;
  readonly hosts?: string;
  readonly linux?: string;
  readonly windows?: string;
  readonly records?: string;
  readonly duration?: string;
  readonly endless?: boolean;
  readonly live?: boolean;
  readonly rate: string;
  readonly start?: string;
  readonly attacks?: string;
  readonly attack: readonly string[];
  readonly attackEvery: string;
  readonly duplicates: string;
  readonly late: string;
  readonly lateness: string;
  readonly clockSkew?: string;
  readonly quiet?: boolean;
  readonly to?: string;
  readonly compression?: Compression;
  readonly config?: string;
}

/** What it means. */
export interface SimulateOptions {
  readonly simulation: SimulationOptions;
  readonly limit: { readonly records: number; readonly until: number };
  /** Each record when it happens. */
  readonly live: boolean;
  /** Undefined: standard output. */
  readonly out: string | undefined;
  /** A topic instead of a file. */
  readonly to?:
    | {
        readonly target: Extract<ReplayTarget, { kind: 'kafka' }>;
        readonly compression: Compression;
        readonly config: string | undefined;
      }
    | undefined;
  readonly truth: string | undefined;
  readonly quiet: boolean;
}

const DEFAULT_RECORDS = 100_000;
const DEFAULT_START = '2026-05-01T08:00:00Z';
const LINUX_FORMATS: readonly string[] = ['sysflow-ecs', 'sf'] satisfies LinuxFormat[];
const WINDOWS_FORMATS: readonly string[] = ['winlogbeat', 'nxlog'] satisfies WindowsFormat[];

/** Reads the flags. Throws `UsageError` for what they cannot mean. */
export function simulateOptions(flags: SimulateFlags, nowMs: number): SimulateOptions {
  const live = flags.live === true;
  const { linuxFormat, windowsFormat } = formats(flags.format);
  const hosts = hostCounts(flags, linuxFormat !== undefined, windowsFormat !== undefined);
  const rate = count('rate', flags.rate);
  if (rate === 0) throw new UsageError('option-rate', '--rate 0 makes nothing', 'Give at least 1 record per second.');
  const start = live ? liveStart(flags, nowMs) : time('start', flags.start ?? DEFAULT_START);
  const durationMs = flags.duration === undefined ? Infinity : durationOption('duration', flags.duration);
  const records = recordLimit(flags, live, durationMs);
  const spanMs = Math.min(durationMs, (records / rate) * 1000);
  const endless = spanMs === Infinity;
  const attackSpanMs = endless ? durationOption('attack-every', flags.attackEvery) : spanMs;
  const simulation: SimulationOptions = {
    seed: count('seed', flags.seed),
    ...hosts,
    linuxFormat: linuxFormat ?? 'sysflow-ecs',
    windowsFormat: windowsFormat ?? 'winlogbeat',
    start,
    rate,
    attacks: attackCounts(flags, hosts, attackSpanMs),
    attackSpanMs,
    attacksRecur: endless,
    plannedAttacks: flags.attack.map((text) => plannedAttack(text, start, hosts)),
    duplicates: share('duplicates', flags.duplicates),
    late: { share: share('late', flags.late), maxMs: durationOption('lateness', flags.lateness) },
    clockSkewMs: flags.clockSkew === undefined ? 0 : durationOption('clock-skew', flags.clockSkew),
  };
  const to = flags.to === undefined ? undefined : topicOption(flags.to, flags, linuxFormat);
  if (to === undefined) checkOutput(flags, hosts, linuxFormat, windowsFormat);
  const truth = flags.truth ?? (flags.out === undefined ? undefined : `${flags.out}.truth.json`);
  return {
    simulation,
    limit: { records, until: start + durationMs },
    live,
    out: flags.out,
    ...(to === undefined ? {} : { to }),
    truth,
    quiet: flags.quiet === true,
  };
}

interface HostCounts {
  readonly linuxHosts: number;
  readonly windowsHosts: number;
}

function formats(list: string): { linuxFormat: LinuxFormat | undefined; windowsFormat: WindowsFormat | undefined } {
  const names = list === 'mixed' ? ['sysflow-ecs', 'winlogbeat'] : list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !LINUX_FORMATS.includes(name) && !WINDOWS_FORMATS.includes(name));
  const linux = names.filter((name): name is LinuxFormat => LINUX_FORMATS.includes(name));
  const windows = names.filter((name): name is WindowsFormat => WINDOWS_FORMATS.includes(name));
  const hint = `Give ${LINUX_FORMATS.join(' or ')}, ${WINDOWS_FORMATS.join(' or ')}, one of each with a comma, or mixed.`;
  if (unknown !== undefined) throw new UsageError('option-format', `There is no format ${unknown}`, hint);
  if (linux.length > 1 || windows.length > 1) {
    throw new UsageError('option-format', `--format ${list} gives one kind of host two formats`, hint);
  }
  return { linuxFormat: linux[0], windowsFormat: windows[0] };
}

function hostCounts(flags: SimulateFlags, linux: boolean, windows: boolean): HostCounts {
  const all = flags.hosts === undefined ? 4 : count('hosts', flags.hosts);
  const half = Math.ceil(all / 2);
  const linuxHosts = flags.linux !== undefined ? count('linux', flags.linux) : linux ? (windows ? half : all) : 0;
  const windowsHosts =
    flags.windows !== undefined ? count('windows', flags.windows) : windows ? (linux ? all - half : all) : 0;
  if (linuxHosts + windowsHosts === 0) {
    throw new UsageError(
      'option-hosts',
      'There are no hosts',
      'Give at least one, with --hosts, --linux or --windows.',
    );
  }
  return { linuxHosts, windowsHosts };
}

/** `--to`: a topic of Kafka takes documents of any sensor. */
function topicOption(
  to: string,
  { out, compression = 'none', config }: SimulateFlags,
  linuxFormat: LinuxFormat | undefined,
): NonNullable<SimulateOptions['to']> {
  const target = parseReplayTarget(to);
  if (target.kind !== 'kafka') {
    throw new UsageError(
      'option-to',
      '--to names no topic',
      'Write kafka://HOST:PORT/TOPIC; files are named by --out.',
    );
  }
  if (out !== undefined) throw new UsageError('option-to', '--to and --out name two places', 'Give one of them.');
  if (linuxFormat === 'sf') {
    throw new UsageError('option-to', 'A trace is written to files', 'Use --out, or --format sysflow-ecs.');
  }
  return { target, compression, config };
}

/** A trace holds one host, and lines of two sensors do not belong into one file. */
function checkOutput(
  { out }: SimulateFlags,
  { linuxHosts, windowsHosts }: HostCounts,
  linuxFormat: LinuxFormat | undefined,
  windowsFormat: WindowsFormat | undefined,
): void {
  const files = (linuxHosts === 0 ? 0 : linuxFormat === 'sf' ? linuxHosts : 1) + (windowsHosts === 0 ? 0 : 1);
  const both = linuxFormat !== undefined && windowsFormat !== undefined;
  if (out === undefined && (files > 1 || both)) {
    const what =
      linuxFormat === 'sf' && linuxHosts > 1
        ? 'A trace holds one host'
        : 'Linux and Windows hosts go into files of their own';
    throw new UsageError('option-out', what, 'Name them with --out PATH.');
  }
}

function recordLimit({ records, endless }: SimulateFlags, live: boolean, durationMs: number): number {
  if (endless === true && (records !== undefined || durationMs !== Infinity)) {
    throw new UsageError('option-endless', '--endless has no end', 'Leave out --records and --duration, or --endless.');
  }
  if (records !== undefined) return count('records', records);
  return endless === true || live || durationMs !== Infinity ? Infinity : DEFAULT_RECORDS;
}

function liveStart({ start }: SimulateFlags, nowMs: number): number {
  if (start === undefined) return nowMs;
  throw new UsageError('option-start', '--live starts now', 'Leave out --start, or --live.');
}

function attackCounts(
  { attacks, attack }: SimulateFlags,
  hosts: HostCounts,
  spanMs: number,
): Partial<Record<Scenario, number>> {
  if (attacks === 'none' || (attacks === undefined && attack.length > 0)) return {};
  if (attacks === undefined) {
    const fitting = SCENARIOS.filter((name) => hasHosts(name, hosts) && SCENARIO_TABLE[name].longestMs <= spanMs);
    return Object.fromEntries(fitting.map((name) => [name, 1]));
  }
  const counts: Partial<Record<Scenario, number>> = {};
  for (const entry of attacks.split(',')) {
    const [name, times = '1'] = entry.split(':') as [string, string?];
    counts[scenario(name.trim(), hosts)] = count('attacks', times);
  }
  return counts;
}

function plannedAttack(text: string, start: number, hosts: HostCounts): PlannedAttack {
  const cut = text.indexOf('@');
  const name = scenario(cut < 0 ? text : text.slice(0, cut), hosts);
  if (cut < 0) return { scenario: name, at: start };
  const moment = text.slice(cut + 1);
  if (/^\+?\d+(ms|s|m|h|d)$/.test(moment)) {
    return { scenario: name, at: start + durationOption('attack', moment.replace('+', '')) };
  }
  const at = time('attack', moment);
  if (at < start) {
    throw new UsageError('option-attack', `--attack ${text} is before the first record`, 'Give a later moment.');
  }
  return { scenario: name, at };
}

function scenario(name: string, hosts: HostCounts): Scenario {
  const found = SCENARIOS.find((each) => each === name);
  if (found === undefined) {
    throw new UsageError(
      'option-attacks',
      `There is no attack ${name}`,
      `Attacks are ${SCENARIOS.join(', ')}; or none.`,
    );
  }
  if (!hasHosts(found, hosts)) {
    const { on } = SCENARIO_TABLE[found];
    const needs = { linux: 'a Linux host', windows: 'a Windows host', 'two-windows': 'two Windows hosts' }[on];
    throw new UsageError('option-attacks', `${found} needs ${needs}`, 'Add a --format or hosts of that kind.');
  }
  return found;
}

function hasHosts(name: Scenario, { linuxHosts, windowsHosts }: HostCounts): boolean {
  const { on } = SCENARIO_TABLE[name];
  return on === 'linux' ? linuxHosts > 0 : windowsHosts >= (on === 'windows' ? 1 : 2);
}

function time(option: string, value: string): number {
  const at = Date.parse(value);
  if (Number.isNaN(at)) {
    throw new UsageError(`option-${option}`, `--${option} ${value} is no time`, 'Write 2026-05-01T08:00:00Z.');
  }
  return at;
}

function count(option: string, value: string): number {
  if (!/^\d{1,12}$/.test(value)) {
    throw new UsageError(`option-${option}`, `--${option} ${value} is no whole number`, 'Write digits only.');
  }
  return Number(value);
}

function share(option: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0 && number <= 1)) {
    throw new UsageError(`option-${option}`, `--${option} ${value} is no share`, 'Write a number from 0 to 1.');
  }
  return number;
}
