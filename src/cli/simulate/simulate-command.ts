import { Option, type Command } from 'commander';
import { SCENARIOS } from '../../simulate/simulation.ts';
import { COMPRESSION_NAMES } from '../replay/replay-command.ts';
import type { CommandContext } from '../command-context.ts';
import { simulate } from './simulate.ts';
import { simulateOptions, type SimulateFlags } from './simulate-options.ts';

export function addSimulateCommand(program: Command, context: CommandContext): void {
  program
    .command('simulate')
    .description('write telemetry of made-up hosts, benign and under attack, with its ground truth beside it')
    .option('--out <path>', 'file to write (default: stdout); with several files the start of their names')
    .option('--to <uri>', 'topic to send to instead: kafka://HOST:PORT/TOPIC')
    .addOption(
      new Option('--compression <codec>', 'with --to: how messages are packed')
        .choices(COMPRESSION_NAMES)
        .default('none'),
    )
    .option('--config <file>', 'with --to: configuration file (default: windhover.yaml where there is one)')
    .option('--truth <path>', 'file for the ground truth (default: PATH.truth.json beside --out)')
    .option(
      '--format <list>',
      'sysflow-ecs or sf (Linux hosts), winlogbeat or nxlog (Windows hosts), one of each, or mixed',
      'sysflow-ecs',
    )
    .option('--seed <n>', 'same seed, same telemetry', '1')
    .option('--hosts <n>', 'number of hosts; with two formats half of each kind (default: 4)')
    .option('--linux <n>', 'number of Linux hosts')
    .option('--windows <n>', 'number of Windows hosts')
    .option('--records <n>', 'stop after this many records (default: 100000, if nothing else ends it)')
    .option('--duration <duration>', 'stop after this much time of the hosts')
    .option('--endless', 'go on until interrupted, as fast as the output takes it')
    .option('--live', 'write each record when it happens, by the wall clock, until interrupted')
    .option('--rate <n>', 'records per second of the time of the hosts, all hosts together', '200')
    .option('--start <time>', 'time of the first record (default: 2026-05-01T08:00:00Z; with --live now)')
    .option(
      '--attacks <list>',
      `comma list of attacks at moments drawn at random, with counts as in node-exploit:3; or none (default: one of each that there are hosts and time for)`,
    )
    .option('--attack <name[@moment]>', 'an attack at a moment: after 90s, 5m, or at a time; repeatable', collected, [])
    .option('--attack-every <duration>', 'with --endless or --live: how often --attacks come again', '10m')
    .option('--duplicates <share>', 'share of records delivered twice, 0 to 1', '0')
    .option('--late <share>', 'share of records delivered late, 0 to 1', '0')
    .option('--lateness <duration>', 'how late at most', '30s')
    .option('--clock-skew <duration>', 'clocks of hosts are wrong by up to this much, either way')
    .addOption(new Option('--quiet', 'say nothing on stderr'))
    .addHelpText(
      'after',
      `
Attacks: ${SCENARIOS.join(', ')}

Examples:
  windhover simulate --format mixed --hosts 6 --records 50000 --out lab
  windhover run hunts/ --source container1=lab.sysflow.ndjson --source host101=lab.winlog.ndjson
  windhover simulate --format sf,nxlog --attack web-shell@2m --attack lateral-movement@90s --out lab
  windhover simulate --live --rate 50 --truth truth.json | windhover run hunts/ --source -

Exit codes: 0 done; 2 the call is wrong; 3 the output cannot be written; 130 interrupted`,
    )
    .action(async (flags: SimulateFlags) => {
      const { io } = context;
      context.exit(await simulate(simulateOptions(flags, io.now()), io));
    });
}

function collected(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}
