import { MemoryStateStore } from './memory-state-store.ts';
import { testStateStore } from './state-store.conformance.ts';

testStateStore({ name: 'MemoryStateStore', open: async () => new MemoryStateStore() });
