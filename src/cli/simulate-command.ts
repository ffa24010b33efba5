import { Option, type Command } from 'commander';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SinkError, UsageError } from '../errors/windhover-error.ts';
import type { SimulatedFormat } from '../simulate/simulated-host.ts';
import { SCENARIOS, Simulation, type Scenario, type SimulationOptions } from '../simulate/simulation.ts';
import type { CommandContext } from './command-context.ts';
import { durationOption } from './run-options.ts';
import { write, type TerminalIo } from './terminal-io.ts';

interface SimulateFlags {
  readonly out?: string;
  readonly format: SimulatedFormat | 'mixed';
  readonly seed: string;
  readonly hosts?: string;
  readonly linux?: string;
  readonly windows?: string;
  readonly records: string;
  readonly duration?: string;
  readonly rate: string;
  readonly start: string;
  readonly attacks: string;
  readonly duplicates: string;
  readonly late: string;
  readonly lateness: string;
}

export function addSimulateCommand(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .description('write telemetry of made-up hosts, benign and under attack, with its ground truth beside it')
    .option('--out <path>', 'file to write (default: stdout); with mixed: PATH.sysflow.ndjson and PATH.winlog.ndjson')
    .addOption(
      new Option('--format <format>', 'shape of the records')
        .choices(['sysflow-ecs', 'winlogbeat', 'mixed'])
        .default('sysflow-ecs'),
    )
    .option('--seed <n>', 'same seed, same telemetry', '1')
    .option('--hosts <n>', 'number of hosts; with mixed half of each kind (default: 4)')
    .option('--linux <n>', 'number of Linux hosts')
    .option('--windows <n>', 'number of Windows hosts')
    .option('--records <n>', 'stop after this many records', '100000')
    .option('--duration <duration>', 'stop after this much event time')
    .option('--rate <n>', 'records per second of event time, all hosts together', '200')
    .option('--start <time>', 'event time of the first record', '2026-05-01T08:00:00Z')
    .option(
      '--attacks <list>',
      `comma list of ${SCENARIOS.join(', ')}, with counts as in node-exploit:3; or none`,
      SCENARIOS.join(','),
    )
    .option('--duplicates <share>', 'share of records delivered twice, 0 to 1', '0')
    .option('--late <share>', 'share of records delivered late, 0 to 1', '0')
    .option('--lateness <duration>', 'how late at most', '30s')
    .addHelpText(
      'after',
      `
Example:
  windhover simulate --format mixed --hosts 6 --records 50000 --out lab
  windhover run hunts/ --source container1=lab.sysflow.ndjson --source host101=lab.winlog.ndjson

Exit codes: 0 done; 2 the call is wrong; 3 the output cannot be written; 130 interrupted`,
    )
    .action(async (flags: SimulateFlags) => {
      context.exit(await simulate(flags, context.io));
    });
}

async function simulate(flags: SimulateFlags, io: TerminalIo): Promise<number> {
  if (flags.format === 'mixed' && flags.out === undefined) {
    throw new UsageError('option-out', '--format mixed writes two files', 'Name them with --out PATH.');
  }
  const records = flags.duration === undefined ? count('records', flags.records) : Infinity;
  const rate = count('rate', flags.rate);
  const durationMs = flags.duration === undefined ? Infinity : durationOption('duration', flags.duration);
  const start = Date.parse(flags.start);
  if (Number.isNaN(start))
    throw new UsageError('option-start', `--start ${flags.start} is no time`, 'Write 2026-05-01T08:00:00Z.');
  const simulation = new Simulation({
    seed: count('seed', flags.seed),
    ...hostCounts(flags),
    start,
    rate,
    attacks: attackCounts(flags.attacks),
    attackSpanMs: Math.min(durationMs, (records / rate) * 1000),
    duplicates: share('duplicates', flags.duplicates),
    late: { share: share('late', flags.late), maxMs: durationOption('lateness', flags.lateness) },
  });
  const outputs = new SimulationOutputs(flags, io);
  try {
    for (const { format, text } of simulation.chunks({ records, until: start + durationMs })) {
      await outputs.write(format, text);
      if (io.signal.aborted) break;
    }
    await outputs.writeTruth(`${JSON.stringify(simulation.truth, null, 2)}\n`);
  } finally {
    await outputs.close();
  }
  if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
  await write(io.stderr, `${simulation.records} records, ${simulation.truth.attacks.length} attacks\n`);
  return 0;
}

/** Bytes gathered before a write: small writes cost more than the records. */
const WRITE_BYTES = 256 * 1024;

class SimulationOutputs {
  readonly #flags: SimulateFlags;
  readonly #io: TerminalIo;
  readonly #files = new Map<string, FileHandle>();
  readonly #gathered = new Map<SimulatedFormat, string[]>();
  readonly #sizes = new Map<SimulatedFormat, number>();

  constructor(flags: SimulateFlags, io: TerminalIo) {
    this.#flags = flags;
    this.#io = io;
  }

  async write(format: SimulatedFormat, text: string): Promise<void> {
    const gathered = this.#gathered.get(format) ?? [];
    gathered.push(text);
    this.#gathered.set(format, gathered);
    const size = (this.#sizes.get(format) ?? 0) + text.length;
    this.#sizes.set(format, size);
    if (size >= WRITE_BYTES) await this.#flush(format);
  }

  /** Beside the data: `<out>.truth.json`; nowhere when the data goes to stdout. */
  async writeTruth(text: string): Promise<void> {
    for (const format of this.#gathered.keys()) await this.#flush(format);
    if (this.#flags.out === undefined) return;
    await this.#put(`${this.#flags.out}.truth.json`, text);
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }

  async #flush(format: SimulatedFormat): Promise<void> {
    const text = (this.#gathered.get(format) ?? []).join('');
    this.#gathered.set(format, []);
    this.#sizes.set(format, 0);
    const { out } = this.#flags;
    if (out === undefined) await write(this.#io.stdout, text);
    else if (this.#flags.format === 'mixed')
      await this.#put(`${out}.${format === 'winlogbeat' ? 'winlog' : 'sysflow'}.ndjson`, text);
    else await this.#put(out, text);
  }

  async #put(path: string, text: string): Promise<void> {
    try {
      let file = this.#files.get(path);
      if (file === undefined) {
        file = await open(resolve(this.#io.cwd, path), 'w', 0o644);
        this.#files.set(path, file);
      }
      await file.appendFile(text);
    } catch (cause) {
      throw new SinkError(
        'simulate-unwritable',
        `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
        {
          hint: 'Name a place with room that you may write to.',
          cause,
        },
      );
    }
  }
}

function hostCounts({
  format,
  hosts,
  linux,
  windows,
}: SimulateFlags): Pick<SimulationOptions, 'linuxHosts' | 'windowsHosts'> {
  const all = hosts === undefined ? 4 : count('hosts', hosts);
  const half = Math.ceil(all / 2);
  const counts = {
    linuxHosts:
      linux === undefined ? (format === 'winlogbeat' ? 0 : format === 'mixed' ? half : all) : count('linux', linux),
    windowsHosts:
      windows === undefined
        ? format === 'sysflow-ecs'
          ? 0
          : format === 'mixed'
            ? all - half
            : all
        : count('windows', windows),
  };
  if (counts.linuxHosts + counts.windowsHosts === 0) {
    throw new UsageError(
      'option-hosts',
      'There are no hosts',
      'Give at least one, with --hosts, --linux or --windows.',
    );
  }
  return counts;
}

function attackCounts(list: string): Partial<Record<Scenario, number>> {
  if (list === 'none') return {};
  const counts: Partial<Record<Scenario, number>> = {};
  for (const entry of list.split(',')) {
    const [name, times = '1'] = entry.split(':') as [string, string?];
    const scenario = SCENARIOS.find((each) => each === name.trim());
    if (scenario === undefined) {
      throw new UsageError(
        'option-attacks',
        `There is no attack ${name}`,
        `Attacks are ${SCENARIOS.join(', ')}; or none.`,
      );
    }
    counts[scenario] = count('attacks', times);
  }
  return counts;
}

function count(option: string, value: string): number {
  if (!/^\d{1,12}$/.test(value))
    throw new UsageError(`option-${option}`, `--${option} ${value} is no whole number`, 'Write digits only.');
  return Number(value);
}

function share(option: string, value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !(number >= 0 && number <= 1)) {
    throw new UsageError(`option-${option}`, `--${option} ${value} is no share`, 'Write a number from 0 to 1.');
  }
  return number;
}
