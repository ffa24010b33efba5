import { Writable } from 'node:stream';
import { runProgram } from '../../src/cli/program.ts';

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

class Collected extends Writable {
  readonly chunks: Buffer[] = [];
  readonly #onText: (text: string) => void;

  constructor(onText: (text: string) => void = () => {}) {
    super();
    this.#onText = onText;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(Buffer.from(chunk));
    done();
    this.#onText(this.text);
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

export interface ProgramInput {
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Called with a function that does what Ctrl-C does. */
  readonly interrupt?: (now: () => void) => void;
  /** Called with a function that does what SIGHUP does. */
  readonly hangUp?: (now: () => void) => void;
  /** Called with all that has been said on stdout, each time that more is. */
  readonly onStdout?: (text: string) => void;
  /** The same for stderr. */
  readonly onStderr?: (text: string) => void;
}

/** Runs the command line in this process and collects what it says. */
export async function runWindhover(args: readonly string[], input: ProgramInput = {}): Promise<ProgramResult> {
  const stdout = new Collected(input.onStdout);
  const stderr = new Collected(input.onStderr);
  const listeners = new Map<string, () => void>();
  const process = {
    stdout,
    stderr,
    stdin: input.stdin ?? emptyInput(),
    env: input.env ?? {},
    cwd: () => input.cwd ?? globalThis.process.cwd(),
    on: (event: string, listener: () => void) => listeners.set(event, listener),
    off: (event: string) => listeners.delete(event),
    exit: (code: number) => {
      throw new Error(`exit ${code}`);
    },
  };
  input.interrupt?.(() => listeners.get('SIGINT')?.());
  input.hangUp?.(() => listeners.get('SIGHUP')?.());
  const code = await runProgram(args, process as unknown as Parameters<typeof runProgram>[1]);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

// oxlint-disable-next-line require-yield
async function* emptyInput(): AsyncGenerator<Uint8Array> {
  // Standard input with nothing in it.
}
