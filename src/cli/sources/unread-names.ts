import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import type { LoadedHunt } from '../load-hunts.ts';

const MOST_NAMED = 20;

/** Names that `--source` gives a place and no hunt reads, mostly misspelt ones, with what to tell of each. */
export function unreadNames(
  given: readonly string[],
  hunts: readonly LoadedHunt[],
): readonly { readonly name: string; readonly message: string }[] {
  // What a hunt that does not check would read is not known.
  if (given.length === 0 || hunts.some(({ hunt }) => hunt === undefined)) return [];
  const uris = new Set(hunts.flatMap(({ hunt }) => hunt?.plan.sources ?? []));
  const read = new Set([...uris].flatMap((uri) => [uri, uri.replace(/^[^:]*:\/\//u, '')]));
  const names = [...uris].map((uri) => uri.replace(/^stixshifter:\/\//u, ''));
  const shown = names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED), '…'] : names;
  const they = shown.length === 0 ? 'they read no source' : `they read ${shown.join(', ')}`;
  return given
    .filter((name) => !read.has(name))
    .map((name) => ({ name, message: `no hunt reads a source called ${name} (--source); ${they}` }));
}

/** As stderr shows it. */
export function unreadText(message: string): string {
  return `warning: ${escapeTerminal(message, { maxLength: 2000 })}\n`;
}
