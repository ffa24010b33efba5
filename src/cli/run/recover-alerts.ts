import type { StateFolder } from '../../hunts/state/state-folder.ts';
import type { SessionOptions } from './session-options.ts';

/** What was committed and perhaps not delivered leaves first. */
export async function recoverAlerts(folder: StateFolder, { sink }: SessionOptions): Promise<void> {
  const mark = await folder.sinkMark();
  if (mark !== undefined) await sink.rewind(mark);
  const alerts = await folder.undelivered();
  if (alerts.length > 0) await sink.write(alerts);
  await folder.delivered(await sink.mark());
}
