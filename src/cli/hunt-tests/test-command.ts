import type { Command } from 'commander';
import { UsageError } from '../../errors/windhover-error.ts';
import type { CommandContext } from '../command-context.ts';
import { formatOption } from '../format-option.ts';
import { confined, readConfig } from '../config/read-config.ts';
import { repeatOnChange } from './repeat-on-change.ts';
import { delayTimer, folderWatcher } from '../sources/watch-folder.ts';
import { watchPlaces, type WatchPlace } from '../sources/watch-places.ts';

interface TestFlags {
  readonly format: 'text' | 'json' | 'junit';
  readonly only?: string;
  readonly watch: boolean;
  readonly coverage: boolean;
  readonly update: boolean;
  readonly config?: string;
}

export function addTestCommand(program: Command, context: CommandContext): void {
  program
    .command('test')
    .description('run the tests in hunt files')
    .argument('[file...]', 'hunt files (.hunt.yaml), or folders of them (default: hunts of the configuration)')
    .option('--only <text>', 'only tests in whose hunt or name this stands')
    .option('--watch', 'again whenever a hunt or a file of records changes, until interrupted', false)
    .option('--update', 'write the counts that were found into the hunt files', false)
    .option('--coverage', 'tell which comparisons no test decides by', false)
    .option('--config <file>', 'configuration file (default: windhover.yaml where there is one)')
    .addOption(formatOption(['text', 'json', 'junit']))
    .addHelpText(
      'after',
      `
Example:
  windhover test hunts/
  windhover test hunts/ --format junit > report.xml

Exit codes: 0 all passed; 1 a test failed, or a hunt has errors; 2 the call is wrong, or there is no test;
130 interrupted`,
    )
    .action(async (files: string[], flags: TestFlags) => {
      const io = await confined(context.io, flags.config);
      const hunts = async (): Promise<readonly string[]> =>
        files.length > 0 ? files : (await readConfig(flags.config, io)).hunts;
      if (flags.update && flags.watch) {
        const hint = 'Leave out one of them: what is written would be watched.';
        throw new UsageError('option-update', '--update writes what --watch looks at', hint);
      }
      const once = async (): Promise<number> => {
        const named = await hunts();
        if (named.length === 0) {
          throw new UsageError(
            'hunt-missing',
            'There is nothing to test',
            'Name a .hunt.yaml file, or a folder of them.',
          );
        }
        const { testHunts } = await import('./test-hunts.ts');
        return testHunts(
          { files: named, format: flags.format, only: flags.only, coverage: flags.coverage, update: flags.update },
          io,
        );
      };
      if (!flags.watch) return context.exit(await once());
      const places = async (): Promise<WatchPlace[]> =>
        watchPlaces({ hunts: await hunts(), sources: [], config: flags.config, written: [] }, io.cwd);
      context.exit(await repeatOnChange({ run: once, places, watcher: folderWatcher, timer: delayTimer, io }));
    });
}
