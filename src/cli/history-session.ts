import type { SessionOptions } from './run/session-options.ts';
import type { TerminalIo } from './terminal-io.ts';

/** What sessions have in common that read history by its own clock, keep no state and show no rows. */
export function historySession(
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
): Pick<
  SessionOptions,
  'stateFolder' | 'snapshots' | 'countRecords' | 'rowsOf' | 'cwd' | 'stdin' | 'now' | 'signal' | 'clock' | 'filesByTime'
> {
  return {
    stateFolder: undefined,
    snapshots: false,
    countRecords: false,
    rowsOf: () => false,
    cwd: io.cwd,
    stdin,
    now: io.now,
    signal: io.signal,
    clock: 'event',
    filesByTime: true,
  };
}
