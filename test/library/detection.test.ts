import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { backtestRecording, type RecordedBacktest } from './backtest-recording.ts';
import { detectionPage, recordingSection, type SimulatedWork } from './detection-page.ts';
import { judgeBacktest } from './judge-backtest.ts';
import { laidOut } from './laid-out.ts';
import { RECORDED, type Recording } from './recordings.ts';

const PAGE = readFileSync(new URL('../../docs/detection.md', import.meta.url), 'utf8');
const WORK: SimulatedWork = { call: 'windhover simulate', seeds: 1, records: 9, hosts: 2, seconds: 43_200, alerts: 0 };

function backtest(titles: Readonly<Record<string, number>>): RecordedBacktest {
  const standing = Object.values(titles).reduce((sum, each) => sum + each, 0);
  return {
    hunts: [
      { hunt: 'found', counts: { standing, suppressed: 0, retracted: 0 }, by_title: titles, by_host: {} },
      { hunt: 'quiet', counts: { standing: 0, suppressed: 0, retracted: 0 }, by_title: {}, by_host: {} },
    ],
    input: { records: 10, hosts: 2, from: '2026-01-01T00:00:00Z', to: '2026-01-01T12:00:00Z' },
  };
}

function recorded(changes: Partial<Recording> = {}): Recording {
  const judged = [{ hunt: 'found', title: 'ran x', alerts: 1, verdict: true, what: 'the x' }];
  return { name: 'one', path: 'one', sensor: 'Sysmon', kind: 'attack', what: 'One.', judged, ...changes };
}

describe('judging', () => {
  test('an alert is judged by hunt, title and number', () => {
    const { alerts, missing } = judgeBacktest(recorded(), backtest({ 'a ran x': 1 }));
    expect(alerts).toEqual([{ hunt: 'found', title: 'a ran x', alerts: 1, verdict: true, what: 'the x' }]);
    expect(missing).toEqual([]);
  });

  test.each([[{ 'a ran y': 1 }], [{ 'a ran x': 2 }], [{}]])('%j is not what was judged', (titles) => {
    const { alerts, missing } = judgeBacktest(recorded(), backtest(titles));
    expect(alerts.every(({ verdict }) => verdict === null)).toBe(true);
    expect(missing).toHaveLength(1);
  });
});

describe('the page', () => {
  test('counts what is not judged, or judged false, as false', () => {
    const judged = [{ hunt: 'found', title: 'ran x', alerts: 1, verdict: false, what: 'no x' }];
    const all = [
      { recording: recorded(), backtest: backtest({ 'ran x': 1, 'ran y': 2 }) },
      { recording: recorded({ name: 'two', judged }), backtest: backtest({ 'ran x': 1 }) },
    ];
    const page = detectionPage(all, WORK);
    expect(page).toContain('Over 2 attacks: **1 true alerts, 3 false**.');
    expect(page).toContain('| `found` | 1 + 2 false | 0 + 1 false |');
    expect(page).toContain('| `found` | 1 | **false** | no x | `ran x` |');
    expect(page).toContain('| `found` | 2 | **not judged** | not judged | `ran y` |');
    expect(page).toContain('`quiet`');
  });

  test('tells noise per day and host, or what no alert says of it', () => {
    const benign = recorded({ kind: 'benign', judged: [] });
    const noisy = detectionPage([{ recording: benign, backtest: backtest({ z: 3 }) }], WORK);
    // Three alerts on two hosts in half a day.
    expect(noisy).toContain('| one | 10 | 2 | 720.0 min | 3 | 3.0 |  |');
    expect(noisy).toContain('| simulated | 9 | 2 | 720.0 min | 0 | 0 | below 3 |');
  });

  test('what an attacker writes into a title stays in its cell', () => {
    const text = recordingSection({ recording: recorded(), backtest: backtest({ ['ran x` | <b>\n# y']: 1 }) });
    expect(text).toContain('| `ran x \\| <b> # y` |');
    expect(recordingSection({ recording: recorded(), backtest: backtest({ ['ran x '.repeat(99)]: 1 }) })).toContain(
      '…',
    );
  });

  test('names every recording, and tells of none that is not judged', () => {
    for (const { name } of RECORDED) expect(PAGE).toContain(`### ${name}\n`);
    expect(PAGE).not.toContain('not judged');
  });
});

describe.skipIf(!HAS_RECORDINGS)('docs/detection.md over recordings', () => {
  test.each(RECORDED.filter(({ small }) => small === true).map((each) => [each.name, each] as const))(
    '%s: the page says what a run says (else run npm run detection)',
    { timeout: 120_000 },
    async (_, each) => {
      const result = await backtestRecording([recording(each.path)]);
      const section = await laidOut(recordingSection({ recording: each, backtest: result }));
      expect(PAGE).toContain(section.trim());
    },
  );
});
