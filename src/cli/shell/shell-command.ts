import type { Command } from 'commander';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandContext } from '../command-context.ts';
import { confined, readConfig } from '../config/read-config.ts';
import { DEFAULT_LATENESS_MS, DEFAULT_MAX_LINE_BYTES } from '../run/run-options.ts';
import { historyPath } from './shell-history.ts';
import { tableSink } from '../table-sink.ts';
import { isConfined } from '../terminal-io.ts';
import { parseSourceOptions, SourceResolver } from '../sources/source-resolver.ts';

interface ShellFlags {
  readonly source: readonly string[];
  readonly config?: string;
  /** A path; false: none; absent: the default one. */
  readonly history?: string | false;
}

const collect = (value: string, before: readonly string[]): string[] => [...before, value];

export function addShellCommand(program: Command, context: CommandContext): void {
  program
    .command('shell')
    .description('enter a huntflow statement by statement and see what each finds')
    .option('--source <[name=]uri>', 'place of a source: file, folder or glob (repeatable)', collect, [])
    .option(
      '--history <path>',
      "where entered lines are kept (default: windhover/shell-history in the user's state folder)",
    )
    .option('--no-history', 'keep no entered lines')
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addHelpText(
      'after',
      `
Example:
  windhover shell --source container1=./telemetry/

Exit codes: 0 done; 1 a statement from a pipe or a file has errors; 2 the call or the configuration is wrong;
130 interrupted`,
    )
    .action(async (flags: ShellFlags) => {
      const { stdin } = context;
      const io = await confined(context.io, flags.config);
      const config = await readConfig(flags.config, io);
      const { named, everyName } = parseSourceOptions(flags.source);
      const sources = everyName === undefined ? new Map([...config.sources, ...named]) : named;
      // The engine is loaded only where it is used: other commands start faster without it.
      const [{ runShell }, { ShellSession }] = await Promise.all([import('./shell.ts'), import('./shell-session.ts')]);
      const session = new ShellSession({
        resolver: new SourceResolver(sources, everyName, io.cwd, undefined, isConfined(io)),
        retentionMs: config.retentionMs ?? Infinity,
        latenessMs: config.latenessMs ?? DEFAULT_LATENESS_MS,
        hostAliases: config.hostAliases,
        maxLineBytes: DEFAULT_MAX_LINE_BYTES,
        cwd: io.cwd,
        env: io.env,
        folders: io.folders,
        saveSink: tableSink(io),
        now: io.now,
      });
      const given = typeof flags.history === 'string' ? resolve(io.cwd, flags.history) : undefined;
      const history = flags.history === false ? undefined : (given ?? historyPath(io.env));
      const input = stdin instanceof Readable ? stdin : Readable.from(stdin, { objectMode: false });
      context.exit(await runShell({ session, history, sources: [...sources.keys()] }, io, input));
    });
}
