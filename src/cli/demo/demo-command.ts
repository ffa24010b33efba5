import type { Command } from 'commander';
import { UsageError } from '../../errors/windhover-error.ts';
import type { ScreenInput } from '../../sinks/terminal/full-screen.ts';
import type { CommandContext } from '../command-context.ts';

export function addDemoCommand(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('live simulated telemetry under attack through the bundled hunts, in one command')
    .option('--seconds <n>', 'how long it takes', '60')
    .option('--rate <n>', 'records a second', '3000')
    .option('--seed <n>', 'same seed, same telemetry', '7')
    .addHelpText(
      'after',
      `
Example:
  windhover demo --seconds 30

On a terminal a live view (q ends it, arrows choose an alert), otherwise plain lines.

Exit codes: 0 every planted attack alerted, and nothing else; 1 not so; 2 the call is wrong; 130 interrupted`,
    )
    .action(async ({ seconds, seed, rate }: { seconds: string; seed: string; rate: string }) => {
      const options = {
        seconds: number('seconds', seconds),
        seed: number('seed', seed),
        rate: number('rate', rate),
      };
      const { demo } = await import('./demo.ts');
      context.exit(await demo(options, context.io, keyboard(context.stdin)));
    });
}

/** Standard input as a keyboard, where it is one. */
function keyboard(stdin: CommandContext['stdin']): ScreenInput | undefined {
  const input = stdin as CommandContext['stdin'] & Partial<ScreenInput> & { readonly isTTY?: boolean };
  return input.isTTY === true && typeof input.setRawMode === 'function' ? (input as unknown as ScreenInput) : undefined;
}

function number(option: string, value: string): number {
  if (!/^\d{1,9}$/.test(value) || Number(value) === 0) {
    throw new UsageError(`option-${option}`, `--${option} ${value} is no number`, 'Write a whole number above 0.');
  }
  return Number(value);
}
