import { watch } from 'node:fs';

/**
 * Port: tells of changes below a folder. Contract: `onChange` gets the path below the folder where it is known; calls
 * may repeat and may come for what did not change in content. Throws where the folder cannot be watched.
 */
export interface FolderWatcher {
  watch(folder: string, recursive: boolean, onChange: (name: string | undefined) => void): { close(): void };
}

/** The operating system's own notices. Folders are watched, not files: editors save by putting a new file in place. */
export const folderWatcher: FolderWatcher = {
  watch(folder, recursive, onChange) {
    const handle = watch(folder, { recursive, persistent: true }, (_event, name) => onChange(name ?? undefined));
    // A folder that goes away ends its notices; the others go on.
    handle.on('error', () => handle.close());
    return handle;
  },
};

/** Port: one call after a while. */
export interface DelayTimer {
  after(milliseconds: number, call: () => void): { cancel(): void };
}

export const delayTimer: DelayTimer = {
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};
