import type { RunStatus } from '../../server/run-status.ts';
import type { RunLog } from '../log/run-log.ts';
import type { MeasuredState } from './measured-state.ts';
import type { RunOptions } from './run-options.ts';
import type { RunOutputs } from './run-outputs.ts';
import type { TerminalIo } from '../terminal-io.ts';

/** The server of `--metrics`; the library and the server are loaded only by runs that have one. */
export async function openRunStatus(
  { metrics, state }: RunOptions,
  io: TerminalIo,
  outputs: RunOutputs,
  log: RunLog,
  { memory }: MeasuredState,
): Promise<RunStatus | undefined> {
  if (metrics === undefined) return undefined;
  const { RunStatus } = await import('../../server/run-status.ts');
  const status = await RunStatus.open({
    listen: metrics,
    now: io.now,
    stateFolder: state,
    stateMemory: memory,
    sinks: outputs.status,
  });
  await log.event('metrics-listening', `metrics and health: ${status.url}`, { url: status.url });
  return status;
}
