import { renderLiveAlerts } from './live-alerts.ts';
import { renderLiveHeader } from './live-header.ts';
import { renderLiveHunts } from './live-hunts.ts';
import type { LiveView } from './live-view-content.ts';
import { styledLine } from './styled-line.ts';
import { terminalStyle } from './terminal-style.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Rows that an alert with its head, its place and a chain of four processes takes. */
const WHOLE_ALERT = 6;

/**
 * The view as lines: at most `rows` of them, each at most `columns` wide, whatever the telemetry says and however
 * small the terminal is. What matters most comes first: throughput, hunts, the latest alert.
 */
export function renderLiveView(view: LiveView, size: ScreenSize, color: boolean): string[] {
  const { rows } = size;
  const columns = Math.max(0, size.columns);
  const style = terminalStyle(color);
  const header = renderLiveHeader(view, columns, style).slice(0, rows < 4 ? 1 : 2);
  const footer = rows >= 8 && view.keys ? [styledLine([{ text: FOOTER, style: 'dim' }], columns, style)] : [];
  const headings = rows >= 10 ? 2 : 0;
  const blanks = rows >= 16 ? 2 : 0;
  const room = Math.max(0, rows - header.length - footer.length - headings - blanks);

  const forAlerts = Math.min(view.alerts.length === 0 ? 1 : WHOLE_ALERT, Math.floor(room / 2));
  const hunts = renderLiveHunts(view.hunts, columns, room - forAlerts, style);
  const alerts = renderLiveAlerts(view.alerts, view.selected, columns, room - hunts.length, color);

  const heading = (text: string): string[] =>
    headings > 0 ? [styledLine([{ text, style: 'bold' }], columns, style)] : [];
  const gap = blanks > 0 ? [''] : [];
  const lines = [
    ...header,
    ...gap,
    ...heading('HUNTS and the sizes of their variables'),
    ...hunts,
    ...gap,
    ...heading(`LATEST ALERTS (${view.selected > 0 ? `${view.selected + 1} of ` : ''}${view.alerts.length})`),
    ...alerts,
  ];
  while (lines.length < rows - footer.length) lines.push('');
  return [...lines, ...footer].slice(0, Math.max(0, rows));
}

const FOOTER = 'q quit   ↑ ↓ choose an alert';
