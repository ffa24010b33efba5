import { resolve } from 'node:path';
import { UsageError } from '../../errors/windhover-error.ts';
import type { CommandContext } from '../command-context.ts';
import { confined, readConfig } from '../config/read-config.ts';
import { replayJournal } from './replay-journal.ts';
import { DEFAULT_LATENESS_MS, DEFAULT_MAX_LINE_BYTES } from '../run/run-options.ts';
import { parseKafkaStart } from '../config/kafka-config.ts';
import { parseSourceOptions } from '../sources/source-resolver.ts';

export interface ReplayJournalFlags {
  readonly journal?: string;
  readonly check: boolean;
  readonly edited: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly hunt: readonly string[];
  readonly source: readonly string[];
  readonly alert: readonly string[];
  readonly alerts?: string;
  readonly format: 'text' | 'ndjson';
  readonly config?: string;
}

/** `windhover replay --journal`. */
export async function replayJournalCommand(
  hunts: readonly string[],
  flags: ReplayJournalFlags & { readonly journal: string },
  { io, stdin }: CommandContext,
): Promise<number> {
  const config = await readConfig(flags.config, io);
  const { named, everyName, live } = parseSourceOptions(flags.source);
  const fromMs = timeOption('from', flags.from) ?? -Infinity;
  const toMs = timeOption('to', flags.to) ?? Infinity;
  if (fromMs >= toMs) {
    throw new UsageError('option-to', '--to is not after --from', 'Nothing lies between them: correct one.');
  }
  return replayJournal(
    {
      run: {
        hunts: hunts.length > 0 ? hunts : config.hunts,
        sources: everyName === undefined ? new Map([...config.sources, ...named]) : named,
        live: new Map([...(everyName === undefined ? config.live : []), ...live]),
        everyName,
        format: flags.format,
        state: resolve(io.cwd, flags.journal),
        alerts: flags.alerts === undefined ? config.alerts : resolve(io.cwd, flags.alerts),
        alertOn: flags.alert,
        rows: [],
        records: false,
        snapshots: false,
        // The journal says these.
        retentionMs: undefined,
        latenessMs: config.latenessMs ?? DEFAULT_LATENESS_MS,
        hostAliases: config.hostAliases,
        deadLetter: undefined,
        maxLineBytes: DEFAULT_MAX_LINE_BYTES,
        last: 'sliding',
        kafka: config.kafka,
        elastic: config.elastic,
      },
      fromMs,
      toMs,
      only: flags.hunt,
      check: flags.check,
      edited: flags.edited,
    },
    await confined(io, flags.config),
    stdin,
  );
}

function timeOption(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const start = parseKafkaStart(value);
  if (typeof start === 'object') return start.atMs;
  throw new UsageError(`option-${name}`, `--${name} ${value} is no time`, 'Write it in UTC: 2026-05-01T08:00:00Z.');
}
