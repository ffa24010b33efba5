import { WindhoverError } from '../../errors/windhover-error.ts';
import type { TerminalIo } from '../terminal-io.ts';
import { DEFAULT_LOG, openRunLog } from './open-run-log.ts';

/** Where the log is JSON, an error that ends the run is a line of it too; answers with the exit code. */
export async function withLoggedFailure(
  format: 'text' | 'json',
  io: TerminalIo,
  run: () => Promise<number>,
): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (format === 'text' || !(error instanceof WindhoverError)) throw error;
    const { code, hint, message, exitCode } = error;
    const log = await openRunLog({ ...DEFAULT_LOG, format }, io);
    await log.event('run-failed', message, { code, hint, exitCode });
    return exitCode;
  }
}
