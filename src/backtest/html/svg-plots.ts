import { isoTime } from '../backtest-document.ts';
import type { CountsByName } from '../counts-by-name.ts';
import type { TimeHistogram } from '../time-histogram.ts';
import { escapeHtml } from './escape-html.ts';

const WIDTH = 720;
const PLOT_HEIGHT = 120;
const LEFT = 40;
const BAR_HEIGHT = 20;
const NAME_WIDTH = 260;
const NAME_CHARACTERS = 34;

/** Alerts over time: a bar per bucket, with its count and time as a tooltip; times are UTC. */
export function timelinePlot({ buckets, widthMs }: TimeHistogram): string {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return '';
  const most = Math.max(1, ...buckets.map(([, count]) => count));
  const step = (WIDTH - LEFT) / buckets.length;
  const bars = buckets.map(([ms, count], i) => {
    const height = count === 0 ? 0 : Math.max(2, (count / most) * PLOT_HEIGHT);
    const title = `<title>${count} from ${isoTime(ms)}</title>`;
    return `<rect x="${coordinate(LEFT + i * step)}" y="${coordinate(10 + PLOT_HEIGHT - height)}" width="${coordinate(Math.max(1, step - 1))}" height="${coordinate(height)}">${title}</rect>`;
  });
  const base = 10 + PLOT_HEIGHT;
  const label = `Alerts over time, at most ${most} in a bar`;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${base + 24}" width="${WIDTH}" role="img" aria-label="${label}">` +
    `<line class="axis" x1="${LEFT}" y1="${base}" x2="${WIDTH}" y2="${base}"/>` +
    `<text class="end" x="${LEFT - 6}" y="18">${most}</text><text class="end" x="${LEFT - 6}" y="${base}">0</text>` +
    `<g class="bar">${bars.join('')}</g>` +
    `<text x="${LEFT}" y="${base + 18}">${isoTime(first[0])}</text>` +
    `<text class="end" x="${WIDTH}" y="${base + 18}">${isoTime(last[0] + widthMs)}</text></svg>`
  );
}

/** Counts by name as lying bars, the most frequent first; beyond `limit` one line says how many more there are. */
export function countsPlot(counts: CountsByName, limit: number, label: string): string {
  const shown = counts.slice(0, limit);
  if (shown.length === 0) return '';
  const most = Math.max(1, ...shown.map(([, count]) => count));
  const room = WIDTH - NAME_WIDTH - 70;
  const rows = shown.map(([name, count], i) => {
    const y = i * BAR_HEIGHT;
    const width = coordinate(Math.max(2, (count / most) * room));
    return (
      `<g><title>${escapeHtml(name, 500)}: ${count}</title>` +
      `<text class="end" x="${NAME_WIDTH - 8}" y="${y + 14}">${escapeHtml(name, NAME_CHARACTERS)}</text>` +
      `<rect class="bar" x="${NAME_WIDTH}" y="${y + 3}" width="${width}" height="${BAR_HEIGHT - 6}"/>` +
      `<text x="${coordinate(NAME_WIDTH + 6 + (count / most) * room)}" y="${y + 14}">${count}</text></g>`
    );
  });
  const rest = counts.length - shown.length;
  const more = rest > 0 ? `<p class="dim">and ${rest} more</p>` : '';
  return `<svg viewBox="0 0 ${WIDTH} ${shown.length * BAR_HEIGHT}" width="${WIDTH}" role="img" aria-label="${escapeHtml(label)}">${rows.join('')}</svg>${more}`;
}

function coordinate(value: number): string {
  return String(Number(value.toFixed(1)));
}
