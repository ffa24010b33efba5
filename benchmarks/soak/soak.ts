// Claim: half an hour at half of the highest rate, with a fault each minute, ends with flat memory, flat disk and exactly the
// alerts of a run that nothing happened to. Needs the build; with WINDHOVER_TEST_KAFKA one of its sources is a topic.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  compareRevisions,
  compareStanding,
  latestRevisions,
  readLog,
  stands,
  type SoakAlert,
} from './alert-comparison.ts';
import { faultSchedule, FAULTS, type FaultKind } from './fault-schedule.ts';
import { faults, type Explained } from './faults.ts';
import { flatness, lives } from './flatness.ts';
import { highestRate } from './highest-rate.ts';
import { LogDelivery } from './log-delivery.ts';
import { replaceSection, soakSection } from './soak-report.ts';
import { SOURCES, writeHunts, type SourceName } from './soak-hunts.ts';
import { SoakedRun } from './soaked-run.ts';
import { SoakedSource } from './soaked-source.ts';
import { notFlat, unexplainedHoles, type CoverageDocument } from './soak-verdict.ts';
import { TopicDelivery } from './topic-delivery.ts';
import { undisturbedAlerts } from './undisturbed-alerts.ts';
import { WebhookSink } from './webhook-sink.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const bundled = fileURLToPath(new URL('../../hunts', import.meta.url));
const benchmarks = fileURLToPath(new URL('../../BENCHMARKS.md', import.meta.url));
const RETENTION_SECONDS = 180;
const RETENTION = '3m';
const WARM_UP = 60;
const PORT = 19_468;
const LAST_ALERT_MS = 120_000;
/** After the last planted one: alerts of attacks settle, and so does one of a clock that is 20 s ahead. */
const SETTLE_MS = 25_000;
const USAGE = 'npm run soak -- [--minutes N] [--seed N] [--rate RECORDS-A-SECOND] [--write] [--keep]';

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

interface Options {
  readonly minutes: number;
  readonly seed: number;
  readonly rate: number | undefined;
  readonly write: boolean;
  readonly keep: boolean;
}

function readOptions(): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { minutes: text, seed: text, rate: text, write: flag, keep: flag } });
  const number = (name: 'minutes' | 'seed' | 'rate'): number | undefined => {
    const value = values[name];
    if (value !== undefined && !/^[1-9]\d{0,6}$/u.test(value))
      throw new Error(`--${name} ${value}: a whole number is needed. ${USAGE}`);
    return value === undefined ? undefined : Number(value);
  };
  const { write, keep } = values;
  return { minutes: number('minutes') ?? 30, seed: number('seed') ?? 1, rate: number('rate'), write, keep };
}

async function soak(options: Options, folder: string): Promise<boolean> {
  const broker = process.env.WINDHOVER_TEST_KAFKA;
  const brokerCommand = broker === undefined ? undefined : process.env.WINDHOVER_TEST_KAFKA_CRASH;
  const { minutes, seed } = options;
  const hunts = join(folder, 'hunts');
  const state = join(folder, 'state');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  writeHunts(bundled, hunts);
  say(`folder ${folder}`);
  const most = await highestRate(main, join(hunts, 'container1'), folder, seed);
  const rate = Math.max(2, options.rate ?? Math.floor(most / 2));
  const places = broker === undefined ? 'two followed logs' : 'a topic of three partitions and a followed log';
  say(`highest rate ${most} records/s, feeding ${rate}, ${places}`);

  const kinds = FAULTS.filter((kind) => kind !== 'broker' || brokerCommand !== undefined);
  const schedule = faultSchedule(minutes, seed, kinds);
  const began = Date.now() + 5000;
  const sink = new WebhookSink();
  await sink.open();
  const sources: SoakedSource[] = [];
  for (const [i, name] of SOURCES.entries()) {
    const sensor = name === 'container1' ? 'sysflow-ecs' : 'winlogbeat';
    const telemetry = {
      main,
      sensor,
      seed: seed + i,
      rate: Math.ceil(rate / 2),
      seconds: minutes * 60,
      start: began,
    } as const;
    const delivery =
      broker !== undefined && name === 'container1'
        ? await TopicDelivery.open(broker, `soak-${process.pid}-${began}`)
        : new LogDelivery(join(folder, `${name}.log`));
    sources.push(new SoakedSource(name, telemetry, delivery, addedTo(folder, name)));
  }
  writeFileSync(join(folder, 'none.yaml'), '{}\n');
  writeFileSync(join(folder, 'soak.yaml'), `alerts: [{ name: soc, webhook: { url: '${sink.url}' } }]\n`);
  const args = [
    ...['run', hunts, '--follow', '--state', state, '--retention', RETENTION, '--metrics', String(PORT)],
    ...['--config', join(folder, 'soak.yaml'), '--format', 'ndjson', '--log-format', 'json'],
    ...sources.flatMap(({ name, delivery }) => ['--source', `${name}=${delivery.uri}`]),
  ];
  const run = new SoakedRun({ main, args, folder, state, port: PORT }, began);
  const explained = new Map<string, Explained>(SOURCES.map((name) => [name, { undecodable: 0, refused: 0 }]));
  const violations: string[] = [];
  try {
    await run.start();
    const feeding = new AbortController();
    const fed = Promise.all(sources.map((source) => source.feed())).finally(() => feeding.abort());
    const watching = (async () => {
      while (!feeding.signal.aborted) {
        await run.look();
        await pause(2000);
      }
    })();
    for (const { at, kind } of schedule) {
      // A feed that fails ends the soak.
      await Promise.race([pause(Math.max(0, began + at * 1000 - Date.now())), fed]);
      say(`${kind} at ${at} s`);
      await faults[kind]({ run, sink, sources, hunts, brokerCommand, explained });
    }
    await fed;
    await watching;
    const endOfFeed = Date.now();
    const missing = (): number =>
      sources
        .flatMap(({ planted }) => planted)
        .filter(({ source, message }) => sink.firstAt(`planted-${source}`, message) === undefined).length;
    while (missing() > 0 && Date.now() - endOfFeed < LAST_ALERT_MS) await pause(250);
    const lagAtEnd = (Date.now() - endOfFeed) / 1000;
    if (missing() > 0)
      violations.push(
        `${missing()} planted processes have not come to the webhook ${LAST_ALERT_MS / 1000} s after the end`,
      );
    await pause(SETTLE_MS);
    await run.look();
    await run.end('SIGINT');
    violations.push(...run.violations);

    say('the run has ended; the same records once more, undisturbed');
    const log = readLog(readFileSync(join(state, 'alerts.ndjson'), 'utf8').split('\n'));
    violations.push(...log.violations, ...compareRevisions(log.latest, latestRevisions(sink.alerts)));
    const undisturbed = await Promise.all(
      sources.map((source) => undisturbedAlerts(source, addedTo(folder, source.name), hunts, folder)),
    );
    const expected = new Map<string, SoakAlert>(undisturbed.flatMap((alerts) => [...alerts]));
    violations.push(...compareStanding(expected, log.latest));
    const planted = sources.flatMap((source) => source.planted);
    violations.push(...plantedOnce(planted, log.latest));

    const text = execFileSync(process.execPath, [main, 'coverage', '--state', state, '--format', 'json'], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    writeFileSync(join(folder, 'coverage.json'), text);
    const happened = new Set(schedule.map(({ kind }) => kind));
    violations.push(...holes(JSON.parse(text) as CoverageDocument, sources, explained, happened));

    const total = minutes * 60;
    const late = run.memory.filter(({ at }) => at >= total / 3);
    const lastThirds = flatness(lives(late, run.starts, WARM_UP).flat());
    const ofLives = lives(run.memory, run.starts, RETENTION_SECONDS).map(flatness);
    const diskFlatness = flatness(run.disk.filter(({ at }) => at >= Math.max(total / 3, RETENTION_SECONDS + WARM_UP)));
    const judged = [
      notFlat('memory', 'memory over the last two thirds', lastThirds),
      ...ofLives.map((life, i) => notFlat('memory', `memory of process ${i + 1}`, life)),
      notFlat('disk', 'the disk of the state', diskFlatness),
    ];
    violations.push(...judged.filter((each) => each !== undefined));
    writeFileSync(
      join(folder, 'samples.json'),
      JSON.stringify({ schedule, starts: run.starts, memory: run.memory, disk: run.disk, lag: run.lag }),
    );
    const section = soakSection({
      minutes,
      seed,
      highestRate: most,
      rate,
      records: sources.reduce((sum, { sent }) => sum + sent, 0),
      retention: RETENTION,
      places,
      faults: schedule,
      starts: run.starts.length,
      memory: run.memory,
      disk: run.disk,
      lastThirds,
      lastLife: ofLives.at(-1),
      diskFlatness,
      expected: [...expected.values()].filter(stands).length,
      standing: [...log.latest.values()].filter(stands).length,
      planted: planted.length,
      delays: planted.map(
        ({ source, message, sentAt }) =>
          (sink.firstAt(`planted-${source}`, message) ?? Number.POSITIVE_INFINITY) - sentAt,
      ),
      lagAtEnd,
      violations,
    });
    console.log(section);
    for (const violation of violations) console.error(`violation: ${violation}`);
    if (options.write) writeFileSync(benchmarks, replaceSection(readFileSync(benchmarks, 'utf8'), section));
    return violations.length === 0;
  } finally {
    await run.end('SIGKILL');
    sink.close();
    for (const { delivery } of sources) await delivery.close();
  }
}

function addedTo(folder: string, source: SourceName): string {
  return join(folder, `${source}.added.ndjson`);
}

function plantedOnce(
  planted: readonly { source: SourceName; message: string }[],
  latest: ReadonlyMap<string, SoakAlert>,
): string[] {
  const counts = new Map<string, number>();
  for (const alert of latest.values()) {
    if (!stands(alert)) continue;
    const key = `${alert.windhover.hunt} ${alert.message ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return planted.flatMap(({ source, message }) => {
    const count = counts.get(`planted-${source} ${message}`) ?? 0;
    return count === 1 ? [] : [`${source}: ${message} was planted once and stands ${count} times`];
  });
}

function holes(
  document: CoverageDocument,
  sources: readonly SoakedSource[],
  explained: ReadonlyMap<string, Explained>,
  happened: ReadonlySet<FaultKind>,
): string[] {
  const expected = new Map<string, Map<string, number | undefined>>();
  const atLeast = new Set<string>();
  for (const { name, delivery } of sources) {
    const causes = new Map<string, number | undefined>(Object.entries(explained.get(name) ?? {}));
    // A run that does not turn sees no broker either.
    if (happened.has('broker') || happened.has('stall')) causes.set('source-away', undefined);
    expected.set(delivery.uri, causes);
    if (delivery instanceof TopicDelivery && happened.has('broker')) atLeast.add(delivery.uri);
  }
  return unexplainedHoles(document, expected, atLeast);
}

const options = readOptions();
const folder = mkdtempSync(join(tmpdir(), 'windhover-soak-'));
let isClean = false;
try {
  isClean = await soak(options, folder);
} finally {
  if (isClean && !options.keep) rmSync(folder, { recursive: true, force: true });
  else say(`everything is kept in ${folder}`);
}
process.exitCode = isClean ? 0 : 1;
