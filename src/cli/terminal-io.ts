import type { Writable } from 'node:stream';
import type { TableFolders } from '../tables/table-folders.ts';

/** The outside of a command: streams, environment, working folder. Tests give their own. */
export interface TerminalIo {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where hunts may LOAD and SAVE; given by the configuration. Absent: anywhere. */
  readonly folders?: TableFolders | undefined;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  /** Given on Ctrl-C, SIGTERM, or when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** Calls back on SIGHUP, which else ends the process; answers with what stops that. Absent: there are no signals. */
  readonly onHangup?: (listener: () => void) => () => void;
}

/** Whether hunts read only what they are given. */
export function isConfined({ folders }: Pick<TerminalIo, 'folders'>): boolean {
  return folders?.read !== undefined;
}

/** Why a command was asked to stop. */
export type StopReason = 'interrupted' | 'output-closed';

/** Writes and waits until the stream takes more. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((done) => {
    if (stream.destroyed || stream.writableEnded) {
      done();
      return;
    }
    stream.write(text, () => done());
  });
}

/** Writes a document as one line of JSON. */
export function writeJsonLine(stream: Writable, document: unknown): Promise<void> {
  return write(stream, `${JSON.stringify(document)}\n`);
}

export function usesColour(stream: { readonly isTTY?: boolean }, env: TerminalIo['env']): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}
