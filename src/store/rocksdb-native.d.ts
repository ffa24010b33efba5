/** The part of rocksdb-native 3.18 that the state store calls; the package brings no types of its own. */
declare module 'rocksdb-native' {
  interface ReadBatch {
    get(key: Uint8Array): Promise<Uint8Array | null>;
    flush(): Promise<void>;
    destroy(): void;
  }

  interface WriteBatch {
    tryPut(key: Uint8Array, value: Uint8Array): void;
    tryDelete(key: Uint8Array): void;
    /** A range whose end lies before its start puts the whole database into an error state. */
    tryDeleteRange(from: Uint8Array, to: Uint8Array): void;
    flush(): Promise<void>;
    destroy(): void;
  }

  interface Iterator extends AsyncIterable<{ key: Uint8Array; value: Uint8Array }> {
    destroy(): void;
  }

  interface Options {
    readonly writeBufferSize?: number;
    readonly maxBackgroundJobs?: number;
    readonly maxOpenFiles?: number;
    /** Takes no lock, and sees what was there when it was opened. */
    readonly readOnly?: boolean;
  }

  class RocksDB {
    constructor(path: string, options?: Options);
    ready(): Promise<void>;
    /** Waits for running reads and writes, and for every batch and iterator to be destroyed. */
    close(): Promise<void>;
    /** `undefined`: RocksDB knows no property of this name. Throws once closed. */
    getProperty(name: string): Promise<string | undefined>;
    read(options?: { capacity?: number }): ReadBatch;
    write(options?: { capacity?: number }): WriteBatch;
    iterator(range: { gte: Uint8Array; lt: Uint8Array }, options?: { capacity?: number }): Iterator;
  }

  export default RocksDB;
}
