import type { RecordedBacktest } from './backtest-recording.ts';
import { judgeBacktest, type JudgedAlert } from './judge-backtest.ts';
import type { Recording } from './recordings.ts';

export interface JudgedRecording {
  readonly recording: Recording;
  readonly backtest: RecordedBacktest;
}

/** Everyday work that was made up: what `windhover simulate --attacks none` gives. */
export interface SimulatedWork {
  readonly call: string;
  readonly seeds: number;
  readonly records: number;
  readonly hosts: number;
  readonly seconds: number;
  readonly alerts: number;
}

const SECONDS_OF_DAY = 86_400;
/** Of no alert in n host-days, the rate that lies above the true one in 95 of 100 cases is 3/n ("rule of three"). */
const RULE_OF_THREE = 3;
const LONGEST_TITLE = 90;

function seconds({ input: { from, to } }: RecordedBacktest): number {
  return from === null || to === null ? 0 : (Date.parse(to) - Date.parse(from)) / 1000;
}

/** Titles hold what attackers wrote: no markup of the page, and no end of a line. */
function cell(text: string): string {
  const cut = text.length > LONGEST_TITLE ? `${text.slice(0, LONGEST_TITLE)}…` : text;
  return `\`${cut.replaceAll(/[\s`]+/g, ' ').replaceAll('|', '\\|')}\``;
}

function verdict({ verdict: judged }: JudgedAlert): string {
  if (judged === null) return '**not judged**';
  return judged ? 'true' : '**false**';
}

/** The part of the page about one recording. */
export function recordingSection({ recording, backtest }: JudgedRecording): string {
  const { alerts } = judgeBacktest(recording, backtest);
  const { records, hosts } = backtest.input;
  const head = `### ${recording.name}\n\n${recording.what}\n\n${recording.sensor}, ${records} records, ${hosts} host${hosts === 1 ? '' : 's'}.`;
  const rows = alerts.map(
    (alert) => `| \`${alert.hunt}\` | ${alert.alerts} | ${verdict(alert)} | ${alert.what} | ${cell(alert.title)} |`,
  );
  const table =
    rows.length === 0
      ? 'No alert.'
      : ['| Hunt | Alerts | Verdict | What it is | Title |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
  return [head, table, ...(recording.notRaised === undefined ? [] : [`Not raised: ${recording.notRaised}`])].join(
    '\n\n',
  );
}

/** Hunts that raised something, against the recordings of attacks: true alerts, and false ones after a plus sign. */
function overview(attacks: readonly JudgedRecording[]): string {
  const cells = new Map<string, string[]>();
  for (const [column, { recording, backtest }] of attacks.entries()) {
    const { alerts } = judgeBacktest(recording, backtest);
    for (const hunt of new Set(alerts.map((alert) => alert.hunt))) {
      const own = alerts.filter((alert) => alert.hunt === hunt);
      const count = (wanted: boolean) =>
        own.filter((alert) => (alert.verdict === true) === wanted).reduce((sum, alert) => sum + alert.alerts, 0);
      const row = cells.get(hunt) ?? attacks.map(() => '');
      row[column] = count(false) === 0 ? String(count(true)) : `${count(true)} + ${count(false)} false`;
      cells.set(hunt, row);
    }
  }
  const rows = [...cells]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([hunt, row]) => `| \`${hunt}\` | ${row.join(' | ')} |`);
  const names = attacks.map(({ recording }) => recording.name);
  return [`| Hunt | ${names.join(' | ')} |`, `| --- ${names.map(() => '| --- ').join('')}|`, ...rows].join('\n');
}

function silent(all: readonly JudgedRecording[]): readonly string[] {
  const raised = new Set(
    all.flatMap(({ backtest }) => backtest.hunts.filter((each) => each.counts.standing > 0).map(({ hunt }) => hunt)),
  );
  return (all[0]?.backtest.hunts ?? [])
    .map(({ hunt }) => hunt)
    .filter((hunt) => !raised.has(hunt))
    .sort();
}

/** Names, some to a line. */
function listed(hunts: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < hunts.length; i += 4) {
    lines.push(
      hunts
        .slice(i, i + 4)
        .map((hunt) => `\`${hunt}\``)
        .join(', '),
    );
  }
  return lines.join(',\n');
}

function duration(length: number): string {
  return length < 120 ? `${length.toFixed(1)} s` : `${(length / 60).toFixed(1)} min`;
}

/** To two digits, written out: `8600`. */
function rounded(rate: number): string {
  return String(Number(rate.toPrecision(2)));
}

function noise(benign: readonly JudgedRecording[], simulated: SimulatedWork): string {
  const rows = benign.map(({ recording, backtest }) => {
    const alerts = backtest.hunts.reduce((sum, { counts }) => sum + counts.standing, 0);
    const length = seconds(backtest);
    return {
      name: recording.name,
      ...backtest.input,
      length,
      alerts,
      days: (length * backtest.input.hosts) / SECONDS_OF_DAY,
    };
  });
  const made = {
    name: 'simulated',
    records: simulated.records,
    hosts: simulated.hosts,
    length: simulated.seconds,
    alerts: simulated.alerts,
    days: (simulated.seconds * simulated.hosts) / SECONDS_OF_DAY,
  };
  const lines = [...rows, made].map((each) => {
    const rate = each.alerts === 0 ? '0' : (each.alerts / each.days).toFixed(1);
    const bound = each.alerts === 0 && each.length >= 1 ? `below ${rounded(RULE_OF_THREE / each.days)}` : '';
    return `| ${each.name} | ${each.records} | ${each.hosts} | ${duration(each.length)} | ${each.alerts} | ${rate} | ${bound} |`;
  });
  return [
    '| Recording | Records | Hosts | Length | Alerts | Per day and host | At 95 % |',
    `|${' --- |'.repeat(7)}`,
    ...lines,
  ].join('\n');
}

/** docs/detection.md, before it is laid out. */
export function detectionPage(all: readonly JudgedRecording[], simulated: SimulatedWork): string {
  const attacks = all.filter(({ recording }) => recording.kind === 'attack');
  const benign = all.filter(({ recording }) => recording.kind === 'benign');
  const judged = attacks.flatMap(({ recording, backtest }) => judgeBacktest(recording, backtest).alerts);
  const sum = (alerts: readonly JudgedAlert[]) => alerts.reduce((total, each) => total + each.alerts, 0);
  const right = sum(judged.filter((each) => each.verdict === true));
  const hunts = all[0]?.backtest.hunts.length ?? 0;
  const quiet = silent(all);
  return `# Detection

What the ${hunts} [bundled hunts](bundled-hunts.md) raise over public recordings of attacks and of everyday work: all of them at once, each
recording by itself, with \`windhover backtest\`. \`npm run detection\` writes this page; each alert is judged by somebody who looked at the
records behind it (\`test/library/recordings.ts\`), and one that nobody has judged fails the run.

Over ${attacks.length} attacks: **${right} true alerts, ${sum(judged) - right} false**. Over everyday work: ${benign.reduce((total, { backtest }) => total + backtest.hunts.reduce((n, { counts }) => n + counts.standing, 0), 0)} on recordings, ${simulated.alerts} on simulated hosts.

## Hunts and attacks

${overview(attacks)}

Alerts, after suppression. These raised nothing, as no recording holds what they look for; their tests alone speak for them:
${listed(quiet)}.

## Noise on everyday work

${noise(benign, simulated)}

Where nothing was raised, the last column is what can be said of the true rate (three divided by the host-days). The recordings are short:
they show that hunts keep still where shells are started for work, not how they do over a month. *simulated* is
\`${simulated.call}\` with ${simulated.seeds} seeds: everyday work that was made to look like attacks to rules on single records.

## Recordings

${all.map(recordingSection).join('\n\n')}

## See also

[Bundled hunts](bundled-hunts.md), [windhover backtest](commands/backtest.md), [windhover simulate](commands/simulate.md)
`;
}
