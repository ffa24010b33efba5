import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { StateError, UsageError } from '../../errors/windhover-error.ts';
import { pendingAlerts } from '../../hunts/alerts/pending-alerts.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { RocksStateStore } from '../../store/rocks-state-store.ts';
import { DELIVERY_STATUS, readDeliveryStatus, type SinkStatus } from './delivery-status-file.ts';
import { write, type TerminalIo } from '../terminal-io.ts';

type PendingSink = Pick<SinkStatus, 'sink' | 'pending' | 'bytes' | 'problem'> & Partial<SinkStatus>;

interface Pending {
  /** `state`: counted; `run`: what the run that holds the state said last. */
  readonly from: 'state' | 'run';
  /** When the run said it, ISO 8601. */
  readonly time?: string;
  readonly sinks: readonly PendingSink[];
}

/**
 * Tells what waits in a state folder for each sink: counted in the state, or, while a run holds it, what that says.
 * Throws `UsageError` `state-missing`, `StateError`.
 */
export async function showPendingAlerts(
  folder: string,
  format: 'text' | 'json' | 'ndjson',
  io: Pick<TerminalIo, 'stdout' | 'stderr'>,
): Promise<void> {
  const pending = await readPending(folder);
  if (format === 'json') {
    await write(io.stdout, `${JSON.stringify(pending, null, 2)}\n`);
    return;
  }
  if (format === 'ndjson') {
    for (const sink of pending.sinks) await write(io.stdout, `${JSON.stringify(sink)}\n`);
    return;
  }
  if (pending.from === 'run') {
    await write(io.stderr, `${folder} is in use by a run, which said at ${pending.time ?? 'no known time'}:\n`);
  }
  for (const { sink, pending: alerts, bytes, problem } of pending.sinks) {
    const size = alerts === 0 ? '' : `, ${(bytes / 1024).toFixed(1)} KiB`;
    await write(io.stdout, `${escapeTerminal(sink)}: ${alerts} pending${size}\n`);
    if (problem !== undefined)
      await write(io.stdout, `  ${escapeTerminal(problem.message)}\n  ${escapeTerminal(problem.hint)}\n`);
  }
  if (pending.sinks.length === 0) await write(io.stderr, 'nothing is pending\n');
}

async function readPending(folder: string): Promise<Pending> {
  // Opening would make a state where there is none.
  await access(join(folder, 'CURRENT')).catch((cause: unknown) => {
    throw new UsageError('state-missing', `${folder} holds no state`, 'Name a state folder with --state.', cause);
  });
  let store: RocksStateStore;
  try {
    store = await RocksStateStore.open(folder);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    if (error.code === 'state-locked') {
      const status = await readDeliveryStatus(join(folder, DELIVERY_STATUS));
      return { from: 'run', sinks: status?.sinks ?? [], ...(status === undefined ? {} : { time: status.time }) };
    }
    // A copy on a disk that is read-only, or somebody else's state.
    if (error.code !== 'state-unwritable') throw error;
    store = await RocksStateStore.openToRead(folder);
  }
  try {
    const pending = await pendingAlerts(store);
    const status = await readDeliveryStatus(join(folder, DELIVERY_STATUS));
    return {
      from: 'state',
      sinks: [...pending].map(([sink, { alerts, bytes }]) => {
        // Why nothing got through when the last run ended.
        const problem = status?.sinks.find((each) => each.sink === sink)?.problem;
        return { sink, pending: alerts, bytes, ...(problem === undefined ? {} : { problem }) };
      }),
    };
  } finally {
    await store.close();
  }
}
