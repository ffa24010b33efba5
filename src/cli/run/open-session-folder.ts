import { StateFolder } from '../../hunts/state/state-folder.ts';
import { RocksStateStore } from '../../store/rocks-state-store.ts';
import type { SessionOptions } from './session-options.ts';

/** Opens the state folder of a session, where it has one; what cannot be read is closed again. */
export async function openSessionFolder(options: SessionOptions): Promise<StateFolder | undefined> {
  if (options.stateFolder === undefined) return undefined;
  const { openStore = RocksStateStore.open } = options;
  const store = await openStore(options.stateFolder);
  try {
    return await StateFolder.open(store, options.now());
  } catch (error) {
    await store.close();
    throw error;
  }
}
