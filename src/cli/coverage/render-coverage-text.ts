import { durationText } from '../../catalogue/duration-text.ts';
import { formatInstant } from '../../catalogue/instant.ts';
import { COVERAGE_CAUSES, type CoverageCause, type CoverageHole } from '../../hunts/coverage/coverage-hole.ts';
import { COVERAGE_REMEDIES } from '../../hunts/coverage/coverage-remedies.ts';
import { timelineAxis, timelineCells, type TimelineCell } from '../../hunts/coverage/coverage-timeline.ts';
import type { PartitionCoverage } from '../../hunts/coverage/partition-coverage.ts';
import { SILENCE_MS } from '../../hunts/coverage/seen-ranges.ts';
import { displayWidth, truncateToWidth } from '../../sinks/terminal/display-width.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { fitParts } from '../../sinks/terminal/fit-parts.ts';
import { terminalStyle, type StyleName, type TerminalStyle } from '../../sinks/terminal/terminal-style.ts';
import type { ScopeCoverage } from './read-state-coverage.ts';

const CELLS: Readonly<
  Record<TimelineCell, { readonly mark: string; readonly style: StyleName; readonly means: string }>
> = {
  seen: { mark: '█', style: 'green', means: 'seen' },
  silent: { mark: '·', style: 'dim', means: 'nothing came' },
  lost: { mark: '×', style: 'red', means: 'something is missing' },
  doubtful: { mark: '?', style: 'yellow', means: 'something may be missing' },
  away: { mark: '~', style: 'yellow', means: 'the source was away' },
};
const NARROWEST = 40;
const WIDEST = 160;
const WIDEST_LABEL = 28;
const MOST_BARS = 64;
const MOST_HOLES = 40;

/** What the hunts of a scope have seen: one bar per source partition, and the holes with what to do about them. */
export function renderCoverageText(
  { hunts, sources, partitions }: ScopeCoverage,
  options: { readonly width: number; readonly color: boolean },
): string {
  const width = Math.max(NARROWEST, Math.min(WIDEST, options.width));
  const style = terminalStyle(options.color);
  const names = fitParts(
    hunts.map((hunt) => escapeTerminal(hunt, { maxLength: 60 })),
    ', ',
    width,
  );
  const lines = [style('bold', names)];
  const read = partitions.filter(({ kind }) => kind !== 'source' && kind !== 'hunt');
  if (read.length === 0)
    lines.push(`nothing has been read of ${sources.map((each) => escapeTerminal(each)).join(', ')}`);
  else lines.push(...bars(read, width, style));
  lines.push(...holes(partitions, style));
  return `${lines.join('\n')}\n\n`;
}

function bars(partitions: readonly PartitionCoverage[], width: number, style: TerminalStyle): string[] {
  // Those with holes first where there is not room for all.
  const order =
    partitions.length <= MOST_BARS
      ? partitions
      : partitions.toSorted((a, b) => Number(b.hasHoles) - Number(a.hasHoles));
  const shown = order.slice(0, MOST_BARS);
  const labels = shown.map(labelOf);
  const labelWidth = Math.max(...labels.map(displayWidth));
  const axis = timelineAxis(shown);
  const counts = shown.map(({ records, late, maxLateMs }) => {
    const behind = late === 0 ? '' : `, ${late} late by up to ${durationText(maxLateMs)}`;
    return `${records} record${records === 1 ? '' : 's'}${behind}`;
  });
  const room = width - labelWidth - 4 - Math.max(...counts.map((count) => count.length));
  // Beside a narrow bar nobody sees anything: the counts stand below.
  const isBeside = room >= 24;
  const barWidth = Math.max(8, isBeside ? room : width - labelWidth - 2);
  const used = new Set<TimelineCell>();
  const lines: string[] = [];
  shown.forEach((partition, i) => {
    const label = `${labels[i]}${' '.repeat(labelWidth - displayWidth(labels[i] as string))}`;
    const cells = axis === undefined ? [] : timelineCells(partition, axis, barWidth);
    for (const cell of cells) used.add(cell);
    const bar = axis === undefined ? '' : painted(cells, style);
    lines.push(`${label}  ${bar}${isBeside ? `  ${counts[i]}` : ''}`.trimEnd());
    if (!isBeside) lines.push(`${' '.repeat(labelWidth)}  ${counts[i]}`);
  });
  const margin = ' '.repeat(labelWidth + 2);
  if (axis !== undefined) {
    const cell = durationText(Math.max(1, axis.toMs - axis.fromMs) / barWidth);
    lines.unshift(`${margin}${time(axis.fromMs)} to ${time(axis.toMs)}, ${cell} a mark`);
    lines.push(`${margin}${[...used].map((each) => `${painted([each], style)} ${CELLS[each].means}`).join('   ')}`);
    if (axis.outside > 0)
      lines.push(`${margin}records before or behind this: ${axis.outside} (--format json tells when)`);
  }
  const rest = partitions.length - shown.length;
  if (rest > 0) lines.push(`and ${rest} more (--format json has all)`);
  const silenceMs = Math.max(...partitions.map((partition) => partition.silenceMs));
  if (silenceMs > SILENCE_MS)
    lines.push(`Silences of up to ${durationText(silenceMs)} are not told: there were too many.`);
  const scattered = partitions.reduce((sum, partition) => sum + (partition.scattered?.records ?? 0), 0);
  if (scattered > 0) lines.push(`${scattered} records at scattered times are counted only.`);
  return lines;
}

function painted(cells: readonly TimelineCell[], style: TerminalStyle): string {
  let text = '';
  for (let i = 0; i < cells.length;) {
    const cell = cells[i] as TimelineCell;
    let end = i;
    while (cells[end] === cell) end++;
    text += style(CELLS[cell].style, CELLS[cell].mark.repeat(end - i));
    i = end;
  }
  return text;
}

function holes(partitions: readonly PartitionCoverage[], style: TerminalStyle): string[] {
  const all = partitions.flatMap((partition) => partition.holes.map((hole) => ({ partition, hole })));
  if (all.length === 0) return [style('green', 'no holes')];
  const lines: string[] = [];
  let left = MOST_HOLES;
  for (const cause of COVERAGE_CAUSES) {
    const own = all.filter(({ hole }) => hole.cause === cause);
    if (own.length === 0) continue;
    lines.push(style('bold', `${cause}: ${own.length} ${own.length === 1 ? 'hole' : 'holes'}`));
    const shown = own.slice(0, left);
    left -= shown.length;
    for (const { partition, hole } of shown) lines.push(`  ${labelOf(partition)}: ${holeText(hole)}`);
    if (shown.length < own.length) lines.push(`  and ${own.length - shown.length} more (--format json has all)`);
    lines.push(`  ${COVERAGE_REMEDIES[cause]}`);
  }
  return lines;
}

function holeText({ cause, fromMs, toMs, isOpen, count, isUncounted, offsets, parts }: CoverageHole): string {
  const from = fromMs === -Infinity ? undefined : time(fromMs);
  const words: string[] = [];
  if (cause === 'source-away') words.push(isOpen ? 'away' : `away for ${durationText(toMs - fromMs)}`);
  else if (count === 0 && isUncounted) words.push('nobody knows how many');
  else
    words.push(
      `${isUncounted ? 'at least ' : ''}${count} ${cause === 'expired' ? 'message' : 'input'}${count === 1 ? '' : 's'}`,
    );
  const since = OPEN[cause] ?? 'nothing came since';
  if (isOpen) words.push(from === undefined ? 'nothing came before or since' : `from ${from} on, ${since}`);
  else if (from === undefined) words.push(`before ${time(toMs)}`);
  else words.push(fromMs === toMs ? `at ${from}` : `${from} to ${time(toMs)}`);
  if (offsets !== undefined)
    words.push(offsets[0] === offsets[1] ? `offset ${offsets[0]}` : `offsets ${offsets[0]} to ${offsets[1]}`);
  if (parts > 1) words.push(`stands for ${parts} holes`);
  return words.join(', ');
}

/** What goes for a hole that has not ended. */
const OPEN: Readonly<Partial<Record<CoverageCause, string>>> = {
  'source-away': 'not back yet',
  budget: 'as the hunt was stopped',
};

function nameOf({ source, place, kind }: Pick<PartitionCoverage, 'source' | 'place' | 'kind'>): string {
  if (kind === 'source') return source;
  if (kind === 'hunt') return `${source}, hunt ${place}`;
  return kind === 'others' ? `${source}, others` : place;
}

/** The end of a long place tells more than its beginning. */
function labelOf({ source, place, kind }: PartitionCoverage): string {
  const name = escapeTerminal(nameOf({ source, place, kind }));
  if (displayWidth(name) <= WIDEST_LABEL) return name;
  const points = [...name];
  let tail = points.slice(-(WIDEST_LABEL - 1)).join('');
  while (displayWidth(tail) > WIDEST_LABEL - 1) tail = [...tail].slice(1).join('');
  return truncateToWidth(`…${tail}`, WIDEST_LABEL);
}

function time(ms: number): string {
  return formatInstant({ ms, ns: 0 });
}
