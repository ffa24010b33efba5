import type { Command } from 'commander';
import { UsageError } from '../errors/windhover-error.ts';
import type { CommandContext } from './command-context.ts';

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('simulated telemetry under attack through the bundled hunts, in one command')
    .option('--seconds <n>', 'how long it takes', '15')
    .option('--seed <n>', 'same seed, same telemetry', '7')
    .addHelpText(
      'after',
      `
Example:
  windhover demo --seconds 30

Exit codes: 0 every planted attack alerted, and nothing else; 1 not so; 2 the call is wrong; 130 interrupted`,
    )
    .action(async ({ seconds, seed }: { seconds: string; seed: string }) => {
      const { demo } = await import('./demo.ts');
      context.exit(await demo(number('seconds', seconds), number('seed', seed), context.io));
    });
}

function number(option: string, value: string): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) === 0) {
    throw new UsageError(`option-${option}`, `--${option} ${value} is no number`, 'Write a whole number above 0.');
  }
  return Number(value);
}
