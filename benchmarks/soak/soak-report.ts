import type { Fault } from './fault-schedule.ts';
import type { Flatness, Sample } from './flatness.ts';

export interface SoakReport {
  readonly minutes: number;
  readonly seed: number;
  readonly highestRate: number;
  readonly rate: number;
  readonly records: number;
  readonly retention: string;
  readonly places: string;
  readonly faults: readonly Fault[];
  readonly starts: number;
  readonly memory: readonly Sample[];
  readonly disk: readonly Sample[];
  readonly lastThirds: Flatness | undefined;
  readonly lastLife: Flatness | undefined;
  readonly diskFlatness: Flatness | undefined;
  readonly expected: number;
  readonly standing: number;
  readonly planted: number;
  readonly delays: readonly number[];
  readonly lagAtEnd: number;
  readonly violations: readonly string[];
}

const MB = 2 ** 20;

/** The section of BENCHMARKS.md. */
export function soakSection(report: SoakReport): string {
  const counts = new Map<string, number>();
  for (const { kind } of report.faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const delays = [...report.delays].sort((a, b) => a - b);
  const delay = (share: number): string => {
    const ms = delays[Math.min(delays.length - 1, Math.floor(share * delays.length))];
    return ms === undefined ? 'none' : `${(ms / 1000).toFixed(1)} s`;
  };
  const rows: [string, string][] = [
    [
      'records',
      `${report.records.toLocaleString('en')}, ${report.rate.toLocaleString('en')} a second (highest rate ${report.highestRate.toLocaleString('en')})`,
    ],
    ['faults', [...counts].map(([kind, count]) => `${kind} ${count}`).join(', ')],
    ['processes', String(report.starts)],
    [
      'alerts that stand: undisturbed / under faults',
      `${report.expected} / ${report.standing}, ${report.planted} of them planted`,
    ],
    ['memory, last two thirds', slope(report.lastThirds)],
    ['memory, last life', slope(report.lastLife)],
    ['memory, most', `${Math.round(Math.max(0, ...report.memory.map(({ value }) => value)) / MB)} MB`],
    ['disk of the state, after the retention', slope(report.diskFlatness)],
    ['record to alert at the webhook: p50, p99, most', `${delay(0.5)}, ${delay(0.99)}, ${delay(1)}`],
    ['last alert after the end of the feed', `${report.lagAtEnd.toFixed(1)} s`],
    ['violations', String(report.violations.length)],
  ];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] as string).length), 6));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`;
  return [
    '## Soak',
    '',
    `\`npm run soak\`: ${report.minutes} minutes, a fault a minute (seed ${report.seed}), \`--retention ${report.retention}\`, ${report.places}.`,
    '',
    line(['what', 'figure']),
    line(widths.map((width) => '-'.repeat(width))),
    ...rows.map(line),
    '',
    `Memory in MB, medians: ${medians(report.memory)}.`,
    `Disk in MB, medians: ${medians(report.disk)}.`,
    ...report.violations.slice(0, 20).map((violation) => `\n- ${violation}`),
    '',
  ].join('\n');
}

function slope(found: Flatness | undefined): string {
  if (found === undefined) return 'too short to say';
  const sign = found.perHour < 0 ? '−' : '+';
  const perHour = `${sign}${Math.abs(found.perHour / MB).toFixed(0)} MB an hour`;
  return `${perHour}, mean ${(found.mean / MB).toFixed(0)} MB over ${Math.round(found.seconds / 60)} min`;
}

/** Ten stretches of the whole time. */
function medians(samples: readonly Sample[]): string {
  const end = (samples.at(-1)?.at ?? 0) + 1;
  const stretches = Array.from({ length: 10 }, (_, i) =>
    samples
      .filter(({ at }) => Math.floor((Math.max(0, at) * 10) / end) === i)
      .map(({ value }) => value)
      .sort((a, b) => a - b),
  );
  return stretches
    .map((values) =>
      values.length === 0 ? '–' : (Math.round(((values[values.length >> 1] as number) / MB) * 10) / 10).toFixed(0),
    )
    .join(', ');
}

/** The document with its section of that name replaced, or with the section at its end. */
export function replaceSection(document: string, section: string): string {
  const heading = section.slice(0, section.indexOf('\n'));
  const from = document.startsWith(`${heading}\n`) ? 0 : document.indexOf(`\n${heading}\n`) + 1;
  if (from === 0 && !document.startsWith(`${heading}\n`)) return `${document.trimEnd()}\n\n${section}`;
  const next = document.indexOf('\n## ', from);
  return document.slice(0, from) + section + (next < 0 ? '' : document.slice(next));
}
