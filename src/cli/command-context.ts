import type { TerminalIo } from './terminal-io.ts';

/** What a command gets beside its own options. */
export interface CommandContext {
  readonly io: TerminalIo;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The command's answer: the exit code. */
  exit(code: number): void;
}
