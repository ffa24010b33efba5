import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PRIVATE_FILE_MODE } from '../../files/private-file.ts';
import type { SimulatedChunk, SimulationOptions } from '../../simulate/simulation.ts';
import type { SimulatedOutput } from './simulated-output.ts';
import { removeTruth, unwritable, writeTruth } from './simulated-truth.ts';
import type { TerminalIo } from '../terminal-io.ts';

/** Bytes gathered before a write: small writes cost more than the records. */
const WRITE_BYTES = 256 * 1024;

const SUFFIXES: Readonly<Record<string, string>> = {
  'sysflow-ecs': 'sysflow.ndjson',
  winlogbeat: 'winlog.ndjson',
  nxlog: 'nxlog.ndjson',
};

/** One output: a file, or standard output. */
interface Output {
  readonly path: string | undefined;
  readonly file: FileHandle | undefined;
  readonly gathered: (string | Uint8Array)[];
  gatheredBytes: number;
  gatheredRecords: number;
  /** In the file for good: whole records only. */
  bytes: number;
  records: number;
}

/**
 * Where telemetry and its truth go. A file that cannot take more keeps whole records only, and a truth stands beside
 * telemetry that is whole or not at all.
 */
export class SimulatedFiles implements SimulatedOutput {
  readonly #out: string | undefined;
  readonly #truth: string | undefined;
  readonly #several: boolean;
  readonly #io: TerminalIo;
  readonly #outputs = new Map<string, Output>();

  constructor(
    { out, truth }: { readonly out: string | undefined; readonly truth: string | undefined },
    { linuxHosts, windowsHosts, linuxFormat }: SimulationOptions,
    io: TerminalIo,
  ) {
    this.#out = out;
    this.#truth = truth === undefined ? undefined : resolve(io.cwd, truth);
    this.#several = (linuxHosts > 0 && windowsHosts > 0) || (linuxFormat === 'sf' && linuxHosts > 1);
    this.#io = io;
  }

  async begin(): Promise<void> {
    if (this.#truth === undefined) return;
    await removeTruth(this.#truth);
  }

  async write({ format, host, text, bytes, records }: SimulatedChunk): Promise<void> {
    const output = await this.#output(format, host);
    const data = bytes ?? text;
    output.gathered.push(data);
    output.gatheredBytes += data.length;
    output.gatheredRecords += records;
    if (output.gatheredBytes >= WRITE_BYTES) await this.#flush(output);
  }

  async flush(): Promise<void> {
    for (const output of this.#outputs.values()) await this.#flush(output);
  }

  /** All there is, then the truth, in one piece. */
  async end(truth: string): Promise<void> {
    await this.flush();
    if (this.#truth === undefined) return;
    await writeTruth(this.#truth, truth);
  }

  async close(): Promise<void> {
    for (const { file } of this.#outputs.values()) await file?.close();
  }

  async #output(format: string, host: string | undefined): Promise<Output> {
    const key = host ?? format;
    const known = this.#outputs.get(key);
    if (known !== undefined) return known;
    const path = this.#pathOf(format, host);
    const file = path === undefined ? undefined : await this.#open(path);
    const output = { path, file, gathered: [], gatheredBytes: 0, gatheredRecords: 0, bytes: 0, records: 0 };
    this.#outputs.set(key, output);
    return output;
  }

  /** `lab` becomes `lab.web-01.sf`, and so does `lab.sf`. */
  #pathOf(format: string, host: string | undefined): string | undefined {
    if (this.#out === undefined || !this.#several) return this.#out;
    if (host !== undefined) return `${this.#out.replace(/\.sf$/u, '')}.${host}.sf`;
    return `${this.#out}.${SUFFIXES[format] ?? format}`;
  }

  async #open(path: string): Promise<FileHandle> {
    try {
      return await open(resolve(this.#io.cwd, path), 'w', PRIVATE_FILE_MODE);
    } catch (cause) {
      throw unwritable(path, cause, '');
    }
  }

  async #flush(output: Output): Promise<void> {
    if (output.gathered.length === 0) return;
    const data = Buffer.concat(
      output.gathered.map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece)),
    );
    const { gatheredRecords } = output;
    output.gathered.length = 0;
    output.gatheredBytes = 0;
    output.gatheredRecords = 0;
    try {
      if (output.file === undefined) await this.#toStdout(data);
      else await output.file.appendFile(data);
    } catch (cause) {
      // Of a write that failed half a record may have arrived.
      await output.file?.truncate(output.bytes).catch(() => {});
      throw unwritable(
        output.path ?? 'standard output',
        cause,
        output.file === undefined ? '' : `It holds ${output.records} whole records, without a truth. `,
      );
    }
    output.bytes += data.length;
    output.records += gatheredRecords;
  }

  #toStdout(data: Buffer): Promise<void> {
    const { stdout, signal } = this.#io;
    return new Promise((done, fail) => {
      if (stdout.destroyed || stdout.writableEnded || signal.reason === 'output-closed') {
        done();
        return;
      }
      stdout.write(data, (error) => {
        if (error === null || error === undefined || (error as NodeJS.ErrnoException).code === 'EPIPE') done();
        else fail(error);
      });
    });
  }
}
