import { displayWidth, truncateToWidth } from './display-width.ts';
import { escapeTerminal } from './escape-terminal.ts';
import type { LiveHunt, LiveVariable } from './live-view-content.ts';
import { spanWidth, styledLine, type Span } from './styled-line.ts';
import type { TerminalStyle } from './terminal-style.ts';

const WIDEST_NAME = 32;
const GAP = '  ';

interface HuntRow {
  /** Variables on one line, as many as find room. */
  readonly short: readonly Span[];
  /** All of them, on as many lines as that takes. */
  readonly long: readonly (readonly Span[])[];
  /** The hunt, and how many alerts of it stand. */
  readonly label: readonly Span[];
}

/** A row per hunt in at most `rows` lines; a hunt whose variables do not fit gets more lines where there are some. */
export function renderLiveHunts(
  hunts: readonly LiveHunt[],
  columns: number,
  rows: number,
  style: TerminalStyle,
): string[] {
  if (rows <= 0 || hunts.length === 0) return [];
  const names = hunts.map(({ hunt }) => escapeTerminal(hunt, { maxLength: 80 }));
  const widest = Math.min(Math.max(...names.map(displayWidth)), WIDEST_NAME, Math.max(4, Math.floor(columns * 0.4)));
  const counts = hunts.map(({ alerts }) => (alerts === 0 ? '' : `${alerts} alert${alerts === 1 ? '' : 's'}`));
  const countWidth = columns >= 60 ? Math.max(8, ...counts.map((text) => text.length)) : 0;
  const indent = widest + GAP.length + (countWidth === 0 ? 0 : countWidth + GAP.length);
  const room = columns - indent;
  const isCrowded = hunts.length > rows;
  const shown = hunts.slice(0, isCrowded ? rows - 1 : rows).map((hunt, i): HuntRow => {
    const name = truncateToWidth(names[i] as string, widest);
    const items = hunt.variables.map(variableSpans);
    return {
      label: [
        { text: name + ' '.repeat(Math.max(0, widest - displayWidth(name))), style: hunt.alerts > 0 ? 'red' : 'bold' },
        { text: GAP },
        {
          text: countWidth === 0 ? '' : (counts[i] as string).padEnd(countWidth) + GAP,
          ...(hunt.alerts > 0 ? { style: 'red' as const } : {}),
        },
      ],
      short: firstLine(items, room),
      long: allLines(items, room),
    };
  });

  // Hunts that found something are written out first.
  let spare = rows - shown.length - (isCrowded ? 1 : 0);
  const whole = new Set<number>();
  for (const wantsAlert of [true, false]) {
    for (const [i, { long }] of shown.entries()) {
      if ((hunts[i] as LiveHunt).alerts > 0 !== wantsAlert || long.length - 1 > spare) continue;
      spare -= long.length - 1;
      whole.add(i);
    }
  }
  const lines = shown.flatMap(({ label, short, long }, i) => {
    const [first = [], ...more] = whole.has(i) ? long : [short];
    return [
      styledLine([...label, ...first], columns, style),
      ...more.map((spans) => styledLine([{ text: ' '.repeat(indent) }, ...spans], columns, style)),
    ];
  });
  if (isCrowded) {
    const rest = hunts.length - shown.length;
    lines.push(styledLine([{ text: `… ${rest} more hunt${rest === 1 ? '' : 's'}`, style: 'dim' }], columns, style));
  }
  return lines;
}

function variableSpans({ name, entities, change }: LiveVariable): Span[] {
  const moved = change === 0 ? '' : ` ${change > 0 ? '+' : ''}${change}`;
  return [
    { text: `${escapeTerminal(name, { maxLength: 60 })} `, style: 'dim' },
    { text: String(entities), ...(entities > 0 ? { style: 'bold' as const } : {}) },
    ...(moved === '' ? [] : [{ text: moved, style: 'green' as const }]),
  ];
}

function allLines(items: readonly (readonly Span[])[], room: number): Span[][] {
  const lines: Span[][] = [[]];
  for (const item of items) {
    const line = lines.at(-1) as Span[];
    if (line.length === 0) line.push(...item);
    else if (spanWidth(line) + GAP.length + spanWidth(item) <= room) line.push({ text: GAP }, ...item);
    else lines.push([...item]);
  }
  return lines;
}

function firstLine(items: readonly (readonly Span[])[], room: number): Span[] {
  const [first = [], ...more] = allLines(items, room);
  if (more.length === 0) return first;
  return [...(allLines(items, room - 2)[0] ?? []), { text: ' …', style: 'dim' }];
}
