import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Longest text of telemetry that a page shows, in UTF-16 units. */
const MAX_TEXT = 2000;

/**
 * Text as it may stand in HTML, between tags and in quoted attributes. Characters that reorder or hide text are written
 * out, as on a terminal: a page shows what a command line holds, not what it wants to look like.
 */
export function escapeHtml(text: string, maxLength = MAX_TEXT): string {
  return escapeTerminal(text, { maxLength }).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
