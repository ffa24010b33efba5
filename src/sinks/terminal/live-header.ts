import { escapeTerminal } from './escape-terminal.ts';
import type { LiveView } from './live-view-content.ts';
import { sparkline } from './sparkline.ts';
import { spanWidth, styledLine, type Span } from './styled-line.ts';
import type { TerminalStyle } from './terminal-style.ts';

const LONGEST_SPARKLINE = 60;

/** Two lines: what this is and how long it goes on; throughput and lag. */
export function renderLiveHeader(view: LiveView, columns: number, style: TerminalStyle): string[] {
  const clock = `${minutes(view.elapsedMs)} / ${minutes(view.totalMs)}`;
  const title: Span[] = [
    { text: escapeTerminal(view.title, { maxLength: 60 }), style: 'bold' },
    { text: `  ${escapeTerminal(view.about, { maxLength: 200 })}`, style: 'dim' },
  ];
  const facts: Span[] = [
    { text: `${grouped(view.rates.at(-1) ?? 0)} records/s`, style: 'cyan' },
    { text: view.lagMs === undefined ? '' : `  lag ${(Math.max(0, view.lagMs) / 1000).toFixed(2)} s` },
    { text: `  ${grouped(view.records)} records` },
    ...view.notes.map((note) => ({ text: `  ${escapeTerminal(note, { maxLength: 60 })}` })),
  ];
  const bars = sparkline(view.rates, Math.min(LONGEST_SPARKLINE, columns - spanWidth(facts) - 2));
  return [
    styledLine(title, columns, style, [{ text: clock }]),
    styledLine([...facts, { text: bars === '' ? '' : `  ${bars}`, style: 'cyan' }], columns, style),
  ];
}

/** `1:05`. */
function minutes(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
