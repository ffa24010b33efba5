import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { renderAlert } from './render-alert.ts';

/** Below this width an alert says nothing. */
const NARROWEST = 14;

/**
 * The latest alerts in at most `rows` lines: the chosen one whole, with its processes as a tree; others with their
 * head, and whole as well where there is room.
 */
export function renderLiveAlerts(
  alerts: readonly AlertDocument[],
  selected: number,
  columns: number,
  rows: number,
  color: boolean,
): string[] {
  if (rows <= 0 || columns < NARROWEST) return [];
  if (alerts.length === 0) return ['none yet'];
  const chosen = Math.min(Math.max(0, selected), alerts.length - 1);
  const from = Math.max(0, chosen - 1);
  const whole = alerts
    .slice(from, from + rows)
    .map((alert, i) => marked(linesOf(alert, columns - 2, color), from + i === chosen));
  const at = chosen - from;
  const heights = whole.map((lines, i) => (i === at ? Math.min(lines.length, rows) : 1));
  const used = (): number => heights.reduce((sum, height) => sum + height, 0);
  while (used() > rows && heights.length > at + 1) heights.pop();
  if (used() > rows) heights[at] = Math.max(1, rows - at);
  if (used() > rows) return (whole[at] as string[]).slice(0, rows);
  for (const [i, height] of heights.entries()) {
    const more = (whole[i] as string[]).length - height;
    if (more <= rows - used()) heights[i] = height + more;
  }
  return heights.flatMap((height, i) => (whole[i] as string[]).slice(0, height));
}

interface Rendered {
  readonly width: number;
  readonly color: boolean;
  readonly lines: readonly string[];
}

/** Documents never change, and pictures are drawn ten times a second: measuring long texts is done once. */
const RENDERED = new WeakMap<AlertDocument, Rendered>();

function linesOf(alert: AlertDocument, width: number, color: boolean): readonly string[] {
  const known = RENDERED.get(alert);
  if (known?.width === width && known.color === color) return known.lines;
  const lines = renderAlert(alert, { color, width }).split('\n');
  RENDERED.set(alert, { width, color, lines });
  return lines;
}

function marked(lines: readonly string[], isChosen: boolean): string[] {
  return lines.map((line, i) => `${isChosen && i === 0 ? '▸' : ' '} ${line}`);
}
