import { closeSync, openSync } from 'node:fs';

/**
 * SIGHUP comes when a terminal is closed, too: the process was on one, and has none any more. Always false where streams
 * are files, pipes or the null device, as under a supervisor.
 */
export function hasLostTerminal({
  stdin,
  stdout,
  stderr,
}: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'>): boolean {
  if (![stdin, stdout, stderr].some(({ isTTY }) => isTTY)) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}
