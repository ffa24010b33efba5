import { join } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { CommandContext } from '../command-context.ts';
import { readConfig } from '../config/read-config.ts';
import { repeatOnChange } from '../hunt-tests/repeat-on-change.ts';
import { parseSourceOptions } from '../sources/source-resolver.ts';
import { delayTimer, folderWatcher } from '../sources/watch-folder.ts';
import { watchPlaces, type WatchPlace } from '../sources/watch-places.ts';

/** Flags of `windhover run` that name places. */
export interface WatchRunFlags {
  readonly source: readonly string[];
  readonly state?: string;
  readonly alerts?: string;
  readonly deadLetter?: string;
  readonly follow?: boolean;
  readonly config?: string;
}

/** `windhover run --watch`: runs again whenever something changes that the call reads. */
export function watchRun(
  hunts: readonly string[],
  flags: WatchRunFlags,
  once: () => Promise<number>,
  { io }: CommandContext,
): Promise<number> {
  if (flags.follow) {
    throw new UsageError(
      'option-watch',
      '--watch waits for runs to end, and --follow never does',
      'Leave out --follow to run again at each change, or --watch to stay on what is written.',
    );
  }
  const { named, everyName } = parseSourceOptions(flags.source);
  const given = [...named.values(), ...(everyName === undefined ? [] : [everyName])];
  if (given.includes('-')) {
    throw new UsageError(
      'option-watch',
      '--watch cannot read standard input again',
      'Write the input into a file and name that, or leave --watch out.',
    );
  }
  if (given.some((uri) => /^kafka:/i.test(uri))) {
    throw new UsageError(
      'option-watch',
      '--watch waits for runs to end, and a Kafka source never does',
      'Leave out --watch, or write the messages into a file.',
    );
  }
  const places = async (): Promise<WatchPlace[]> => {
    const config = await readConfig(flags.config, io);
    const state = flags.state ?? config.state;
    const alerts = flags.alerts ?? config.alerts;
    return watchPlaces(
      {
        hunts: hunts.length > 0 ? hunts : config.hunts,
        sources: everyName === undefined ? [...config.sources.values(), ...given] : given,
        config: flags.config,
        written: [state, alerts, alerts && `${alerts}.lock`, state && join(state, 'alerts.ndjson'), flags.deadLetter],
      },
      io.cwd,
    );
  };
  return repeatOnChange({ run: once, places, watcher: folderWatcher, timer: delayTimer, io });
}
