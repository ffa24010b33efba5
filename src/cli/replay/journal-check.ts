import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { replayedLine } from '../../hunts/journal/replayed-line.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';

/** Characters of a line that a difference shows. */
const SHOWN = 160;

interface LoggedAlert {
  readonly windhover?: { readonly hunt?: unknown; readonly times?: { readonly written?: unknown } };
}

/**
 * Lines of an alert log that are meant, as they stand there but for `windhover.coverage`. `isMeant`: by the hunt, and by when it was
 * written. Throws `SinkError` `alert-log-unreadable`.
 */
export async function loggedLines(
  path: string,
  isMeant: (hunt: string, written: string) => boolean,
): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const { hunt, times } = parsed(line)?.windhover ?? {};
      if (typeof hunt !== 'string' || typeof times?.written !== 'string' || !isMeant(hunt, times.written)) continue;
      lines.push(line.includes('"coverage"') ? replayedLine(JSON.parse(line) as AlertDocument) : line);
    }
  } catch (cause) {
    throw new SinkError('alert-log-unreadable', `The alert log ${path} cannot be read`, {
      hint: 'Name the log of the run with --alerts.',
      cause,
    });
  }
  return lines;
}

function parsed(line: string): LoggedAlert | undefined {
  try {
    return JSON.parse(line) as LoggedAlert;
  } catch {
    return undefined;
  }
}

/** The first difference, in words; `undefined`: there is none. */
export function compareAlertLines(logged: readonly string[], replayed: readonly string[]): string | undefined {
  const length = Math.max(logged.length, replayed.length);
  for (let i = 0; i < length; i++) {
    const [was, is] = [logged[i], replayed[i]];
    if (was === is) continue;
    const head = `alert ${i + 1} differs (${logged.length} were logged, ${replayed.length} came of the journal)`;
    return [head, `logged:   ${shown(was, is)}`, `replayed: ${shown(is, was)}`].join('\n');
  }
  return undefined;
}

/** From a little before the first character that differs. */
function shown(line: string | undefined, other = ''): string {
  if (line === undefined) return 'nothing';
  let at = 0;
  while (at < line.length && line[at] === other[at]) at++;
  const from = Math.max(0, at - 40);
  const text = line.slice(from, from + SHOWN);
  return escapeTerminal(`${from > 0 ? '…' : ''}${text}${from + SHOWN < line.length ? '…' : ''}`);
}
