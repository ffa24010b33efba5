import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError, WindhoverError } from '../../errors/windhover-error.ts';
import { byteSources } from '../../sources/byte-sources.ts';
import { isGzip } from '../../sources/gunzip.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import { openBatches } from '../../telemetry/open-batches.ts';
import { BATCH_CAPACITY } from '../../telemetry/record-batch.ts';
import { surveyPlace } from '../../telemetry/survey-place.ts';
import { wholeDemand } from '../../telemetry/whole-demand.ts';
import { doctorFile, unreadableFile, type DoctorFile, type DoctorReport } from './doctor-report.ts';
import { renderDoctor } from './render-doctor.ts';
import { DEFAULT_MAX_LINE_BYTES } from '../run/run-options.ts';
import { usesColour, write, type TerminalIo } from '../terminal-io.ts';

export interface DoctorOptions {
  readonly files: readonly string[];
  readonly format: 'text' | 'json';
  /** Look at about this many records of each file only. */
  readonly records: number;
}

/** What a file cannot be read for, as opposed to what is wrong with what it holds. */
const UNREADABLE = new Set(['source-format', 'source-encoding', 'bundle-too-large']);

/** `windhover doctor`: what files hold, as the engine sees it. Answers with the exit code. */
export async function doctor(
  { files, format, records }: DoctorOptions,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
): Promise<number> {
  if (files.filter((file) => file === '-').length > 1) {
    throw new UsageError('source-twice', 'Standard input is named twice', 'It can be read only once.');
  }
  const looked: DoctorFile[] = [];
  let failed = false;
  const view = {
    width: io.stdout.isTTY === true ? (io.stdout.columns ?? 80) : 120,
    color: usesColour(io.stdout, io.env),
  };
  for (const argument of files) {
    for (const place of await placesOf(argument, io, stdin)) {
      if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
      const file = 'error' in place ? unreadableFile(argument, place.error, false) : await look(place, records, io);
      failed ||= file.error !== undefined && !UNREADABLE.has(file.error.code);
      looked.push(file);
      if (format === 'text') await write(io.stdout, `${looked.length > 1 ? '\n' : ''}${renderDoctor(file, view)}`);
    }
  }
  const report: DoctorReport = { ok: looked.every(({ ok }) => ok), files: looked };
  if (format === 'json') await write(io.stdout, `${JSON.stringify(report, null, 2)}\n`);
  if (failed) return 3;
  return report.ok ? 0 : 1;
}

/** The files that an argument names; one that names none is told like a file that cannot be read. */
async function placesOf(
  argument: string,
  io: TerminalIo,
  stdin: AsyncIterable<Uint8Array>,
): Promise<readonly (ByteSource | { readonly error: WindhoverError })[]> {
  try {
    return await byteSources('here', argument, { workingFolder: io.cwd, stdin });
  } catch (error) {
    if (!(error instanceof WindhoverError) || error.exitCode === 2) throw error;
    return [{ error }];
  }
}

async function look(place: ByteSource, limit: number, io: TerminalIo): Promise<DoctorFile> {
  const file = place.place;
  const gzip = file !== '-' && (await beginsAsGzip(resolve(io.cwd, file)));
  try {
    const reader = await openBatches(place, {
      demand: wholeDemand(),
      batchSize: BATCH_CAPACITY,
      maxSpanMs: Infinity,
      maxLineBytes: DEFAULT_MAX_LINE_BYTES,
      hostAliases: new Map(),
    });
    return doctorFile(file, await surveyPlace(reader, limit), gzip);
  } catch (error) {
    if (!(error instanceof WindhoverError)) throw error;
    return unreadableFile(file, error, gzip);
  }
}

async function beginsAsGzip(path: string): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return isGzip(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    // Whoever reads the file says what is wrong with it.
    return false;
  }
}
