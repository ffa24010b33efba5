import { RocksStateStore, type StateMemory } from '../../store/rocks-state-store.ts';

/** Opens the state of a run, and knows afterwards what it takes. */
export class MeasuredState {
  #store: RocksStateStore | undefined;

  readonly open = async (folder: string): Promise<RocksStateStore> => {
    this.#store = await RocksStateStore.open(folder);
    return this.#store;
  };

  /** `undefined`: there is no state, or it is closed. */
  readonly memory = async (): Promise<StateMemory | undefined> => this.#store?.memory();
}
