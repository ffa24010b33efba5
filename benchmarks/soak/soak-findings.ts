import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareRevisions,
  compareStanding,
  latestRevisions,
  plantedOnce,
  readLog,
  stands,
  type SoakAlert,
} from './alert-comparison.ts';
import { flatness, lives } from './flatness.ts';
import type { SoakReport } from './soak-report.ts';
import { MAIN, RETENTION_SECONDS, type SoakSetting } from './soak-setting.ts';
import { notFlat, unexplainedHoles, type CoverageDocument } from './soak-verdict.ts';
import { TopicDelivery } from './topic-delivery.ts';
import { undisturbedAlerts } from './undisturbed-alerts.ts';

const WARM_UP_SECONDS = 60;

type Findings = Omit<SoakReport, 'lagAtEnd'>;

/** What is to be said of a soak whose run has ended. `found`: what went wrong until then. */
export async function soakFindings(setting: SoakSetting, found: readonly string[]): Promise<Findings> {
  const { folder, state, options, world, schedule, highest, rate, places } = setting;
  const { run, sink, sources, hunts } = world;
  const log = readLog(readFileSync(join(state, 'alerts.ndjson'), 'utf8').split('\n'));
  const undisturbed = await Promise.all(sources.map((source) => undisturbedAlerts(source, hunts, folder)));
  const expected = new Map<string, SoakAlert>(undisturbed.flatMap((alerts) => [...alerts]));
  const planted = sources.flatMap((source) => source.planted);
  const slopes = slopesOf(setting);
  const violations = [
    ...found,
    ...log.violations,
    ...compareRevisions(log.latest, latestRevisions(sink.alerts)),
    ...compareStanding(expected, log.latest),
    ...plantedOnce(planted, log.latest),
    ...holes(setting),
    ...slopes.violations,
  ];
  const samples = { schedule, starts: run.starts, memory: run.memory, disk: run.disk, lag: run.lag, violations };
  writeFileSync(join(folder, 'samples.json'), JSON.stringify(samples));
  return {
    minutes: options.minutes,
    seed: options.seed,
    highestRate: highest,
    rate,
    records: sources.reduce((sum, { sent }) => sum + sent, 0),
    retention: `${RETENTION_SECONDS}s`,
    places,
    faults: schedule,
    starts: run.starts.length,
    memory: run.memory,
    disk: run.disk,
    ...slopes.found,
    expected: [...expected.values()].filter(stands).length,
    standing: [...log.latest.values()].filter(stands).length,
    planted: planted.length,
    delays: planted.map(({ source, message, sentAt }) => {
      const at = sink.firstAt(`planted-${source}`, message);
      return at === undefined ? Number.POSITIVE_INFINITY : at - sentAt;
    }),
    violations,
  };
}

function slopesOf({ options, world }: SoakSetting): {
  found: Pick<SoakReport, 'lastThirds' | 'lastLife' | 'diskFlatness'>;
  violations: string[];
} {
  const { memory, disk, starts } = world.run;
  const third = options.minutes * 20;
  const late = memory.filter(({ at }) => at >= third);
  const lastThirds = flatness(lives(late, starts, WARM_UP_SECONDS).flat());
  const ofLives = lives(memory, starts, RETENTION_SECONDS).map(flatness);
  const settled = Math.max(third, RETENTION_SECONDS + WARM_UP_SECONDS);
  const diskFlatness = flatness(disk.filter(({ at }) => at >= settled));
  const judged = [
    notFlat('memory', 'memory over the last two thirds', lastThirds),
    ...ofLives.map((life, i) => notFlat('memory', `memory of process ${i + 1}`, life)),
    notFlat('disk', 'the disk of the state', diskFlatness),
  ];
  return {
    found: { lastThirds, lastLife: ofLives.at(-1), diskFlatness },
    violations: judged.filter((each) => each !== undefined),
  };
}

function holes({ folder, state, schedule, world }: SoakSetting): string[] {
  const call = [MAIN, 'coverage', '--state', state, '--format', 'json'];
  const text = execFileSync(process.execPath, call, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  writeFileSync(join(folder, 'coverage.json'), text);
  const happened = new Set(schedule.map(({ kind }) => kind));
  const expected = new Map<string, Map<string, number | undefined>>();
  const atLeast = new Set<string>();
  for (const { name, delivery } of world.sources) {
    const causes = new Map<string, number | undefined>(Object.entries(world.explained.get(name) ?? {}));
    // A run that does not turn sees no broker either.
    if (happened.has('broker') || happened.has('stall')) causes.set('source-away', undefined);
    expected.set(delivery.uri, causes);
    if (delivery instanceof TopicDelivery && happened.has('broker')) atLeast.add(delivery.uri);
  }
  return unexplainedHoles(JSON.parse(text) as CoverageDocument, expected, atLeast);
}
