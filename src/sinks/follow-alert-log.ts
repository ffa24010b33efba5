import { open, type FileHandle } from 'node:fs/promises';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import { parseAlert, passes, type AlertLogFilter } from './read-alert-log.ts';

/** How often the log is looked at, ms. */
const POLL_MS = 200;
const READ_BYTES = 1 << 16;

/** Alerts that are appended to a log from now on, until the signal is given. A log that was cut is read from its end. */
export async function* followAlertLog(
  path: string,
  filter: AlertLogFilter,
  signal: AbortSignal,
): AsyncGenerator<AlertDocument> {
  const file = await open(path, 'r');
  try {
    let offset = (await file.stat()).size;
    let rest = Buffer.alloc(0);
    while (!signal.aborted) {
      const { size } = await file.stat();
      if (size < offset) {
        offset = size;
        rest = Buffer.alloc(0);
      }
      if (size === offset) {
        await pause(signal);
        continue;
      }
      const bytes = await readAt(file, offset);
      offset += bytes.length;
      const lines = Buffer.concat([rest, bytes]).toString('latin1').split('\n');
      rest = Buffer.from(lines.pop() ?? '', 'latin1');
      for (const line of lines) {
        const alert = parseAlert(Buffer.from(line, 'latin1').toString('utf8'));
        if (alert !== undefined && passes(alert, filter)) yield alert;
      }
    }
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, offset: number): Promise<Buffer> {
  const buffer = Buffer.alloc(READ_BYTES);
  const { bytesRead } = await file.read(buffer, 0, READ_BYTES, offset);
  return buffer.subarray(0, bytesRead);
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, POLL_MS);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    }
    signal.addEventListener('abort', finish);
  });
}
