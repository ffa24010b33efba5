import { describe, expect, it } from 'vitest';
import { FailStopStore } from './fail-stop-store.ts';
import { MemoryStateStore } from './memory-state-store.ts';
import type { StateStore, StateWrite } from './state-store.ts';
import { testStateStore } from './state-store.conformance.ts';

testStateStore({ name: 'FailStopStore', open: async () => new FailStopStore(new MemoryStateStore()) });

describe('FailStopStore', () => {
  it('writes nothing behind a write that failed', async () => {
    const memory = new MemoryStateStore();
    let failures = 1;
    const flaky: StateStore = {
      get: (key) => memory.get(key),
      getMany: (keys) => memory.getMany(keys),
      range: (from, to) => memory.range(from, to),
      write: async (batch) => {
        if (failures-- > 0) throw new Error('no space left on device');
        await memory.write(batch);
      },
      close: () => memory.close(),
    };
    const store = new FailStopStore(flaky);
    const put = (number: number): StateWrite[] => [
      { kind: 'put', key: new Uint8Array([number]), value: new Uint8Array([1]) },
    ];
    await expect(store.write(put(1))).rejects.toThrow('no space left');
    await expect(store.write(put(2))).rejects.toThrow('no space left');
    expect(await store.getMany([new Uint8Array([1]), new Uint8Array([2])])).toEqual([null, null]);
  });
});
