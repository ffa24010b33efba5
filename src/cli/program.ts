import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { SinkError, WindhoverError } from '../errors/windhover-error.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';
import { addAlertsCommand } from './alerts/alerts-command.ts';
import { addBacktestCommand } from './backtest/backtest-command.ts';
import { addCheckCommand } from './check/check-command.ts';
import type { CommandContext } from './command-context.ts';
import { addConfigCommand } from './config/config-show-command.ts';
import { addCoverageCommand } from './coverage/coverage-command.ts';
import { addDemoCommand } from './demo/demo-command.ts';
import { addDoctorCommand } from './doctor/doctor-command.ts';
import { addExplainCommand } from './check/explain-command.ts';
import { addFmtCommand } from './check/fmt-command.ts';
import { addReplayCommand } from './replay/replay-command.ts';
import { addRunCommand } from './run/run-command.ts';
import { addSetupCommand } from './setup/setup-command.ts';
import { addShellCommand } from './shell/shell-command.ts';
import { addSimulateCommand } from './simulate/simulate-command.ts';
import { addTestCommand } from './hunt-tests/test-command.ts';
import { addWhyCommand } from './why/why-command.ts';
import { addWhyNotCommand } from './why/why-not-command.ts';
import { hasLostTerminal } from './lost-terminal.ts';
import { renderError } from './render-error.ts';
import { write, type StopReason, type TerminalIo } from './terminal-io.ts';

type Process = Pick<NodeJS.Process, 'stdout' | 'stderr' | 'stdin' | 'env' | 'cwd' | 'on' | 'off' | 'exit'>;

/** Runs the command line and answers with the exit code. */
export async function runProgram(args: readonly string[], process: Process): Promise<number> {
  const abort = new AbortController();
  const stop = watchSignals(process, abort);
  const io: TerminalIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: () => Date.now(),
    signal: abort.signal,
    onHangup: (listener) => {
      // A terminal that was closed is no wish to go on without one.
      const heard = (): void => (hasLostTerminal(process) ? stop('interrupted') : listener());
      process.on('SIGHUP', heard);
      return () => process.off('SIGHUP', heard);
    },
  };
  let exitCode = 0;
  const context: CommandContext = { io, stdin: process.stdin, exit: (code) => (exitCode = code) };
  try {
    await buildProgram(context).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof WindhoverError) {
      await write(io.stderr, renderError(error));
      return error.exitCode;
    }
    throw error;
  }
}

export function buildProgram(context: CommandContext): Command {
  const program = new Command('windhover')
    .description('Kestrel hunts as standing queries over SysFlow and Sysmon telemetry')
    .version(packageVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => void context.io.stdout.write(text),
      writeErr: (text) => void context.io.stderr.write(text),
      // What is wrong with a call is said with its words, and these may be names of files that somebody else chose.
      outputError: (text, writeText) =>
        writeText(
          text
            .split('\n')
            .map((line) => escapeTerminal(line))
            .join('\n'),
        ),
    });
  for (const add of [
    addCheckCommand,
    addFmtCommand,
    addExplainCommand,
    addRunCommand,
    addTestCommand,
    addBacktestCommand,
    addShellCommand,
    addAlertsCommand,
    addCoverageCommand,
    addWhyCommand,
    addWhyNotCommand,
    addSetupCommand,
    addDoctorCommand,
    addConfigCommand,
    addSimulateCommand,
    addReplayCommand,
    addDemoCommand,
  ]) {
    add(program, context);
  }
  return program;
}

/** First signal: stop after a commit. Second: at once. A closed stdout ends the run likewise (`| head`). */
function watchSignals(process: Process, abort: AbortController): (reason: StopReason) => void {
  const stop = (reason: StopReason): void => {
    if (abort.signal.aborted) process.exit(reason === 'output-closed' ? 0 : 130);
    abort.abort(reason);
  };
  process.on('SIGINT', () => stop('interrupted'));
  process.on('SIGTERM', () => stop('interrupted'));
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // EIO: the terminal was closed.
    if (error.code === 'EPIPE' || (error.code === 'EIO' && process.stdout.isTTY)) {
      if (!abort.signal.aborted) abort.abort('output-closed' satisfies StopReason);
      return;
    }
    // A full disk behind a redirection: nothing that was to be said can be.
    const unwritable = new SinkError('output-unwritable', `standard output cannot be written: ${error.message}`, {
      hint: 'What came before is there, the rest is not. Make room, or write somewhere else.',
      cause: error,
    });
    void write(process.stderr, renderError(unwritable)).then(() => process.exit(unwritable.exitCode));
  });
  process.stderr.on('error', () => {
    // Nobody reads the messages; the answer may still be wanted.
  });
  return stop;
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
