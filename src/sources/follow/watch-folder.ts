import { watch } from 'node:fs';

/**
 * Watches the entries of one folder. `onChange` is called for anything that happens to them, `onEnd` when watching stops
 * by itself (the folder is gone). Answers with what ends it; `undefined` where the folder cannot be watched.
 */
export type WatchFolder = (folder: string, onChange: () => void, onEnd: () => void) => (() => void) | undefined;

export const watchFolder: WatchFolder = (folder, onChange, onEnd) => {
  try {
    const watcher = watch(folder, () => onChange());
    watcher.on('error', () => {
      watcher.close();
      onEnd();
      onChange();
    });
    return () => watcher.close();
  } catch {
    // No such folder, no right, no watches left, or a file system without events: polling does it.
    return undefined;
  }
};
