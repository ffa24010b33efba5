import { AlertOutbox } from '../../hunts/alerts/alert-outbox.ts';
import type { StateFolder } from '../../hunts/state/state-folder.ts';
import { MemoryStateStore } from '../../store/memory-state-store.ts';
import type { SessionOptions } from './session-options.ts';

/** Opens the outbox and starts what empties it: in the state folder, else in memory. */
export async function openSessionOutbox(
  folder: StateFolder | undefined,
  { delivery, now }: SessionOptions,
): Promise<AlertOutbox | undefined> {
  if (delivery === undefined) return undefined;
  const { sinks, limits, observer } = delivery;
  const outbox =
    folder === undefined
      ? await AlertOutbox.open(new MemoryStateStore(), sinks, limits, observer)
      : await folder.openOutbox(sinks, limits, observer);
  await delivery.start(outbox, folder?.created ?? Math.floor(now() / 1000));
  return outbox;
}
