import { afterAll, describe, expect, test } from 'vitest';
import type { ComparedCoverage } from './compared-coverage.ts';
import type { CrashInput } from './crash-input.ts';
import { CRASH_POINTS } from './crash-points.ts';
import { CrashTally } from './crash-tally.ts';
import { CrashTrial } from './crash-trial.ts';
import { FollowedInput } from './followed-input.ts';
import type { Outcome } from './outcome.ts';
import { SeamedInput } from './seamed-input.ts';
import { TopicInput } from './topic-input.ts';

const LONG = process.env['WINDHOVER_LONG'] !== undefined;

/** Where epochs end is chance: an alert may be raised and taken back, or not at all. What stands in the end is the same. */
function standing({ latest, variables, saved, positions, coverage }: Outcome): unknown {
  return {
    latest: [...latest]
      .filter(([, alert]) => (alert as { windhover: { isOpen: boolean } }).windhover.isOpen)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    variables,
    saved,
    // A log that was rotated has the name that it had when it was read last.
    positions: (positions as { place: string }[])
      .map(({ place, ...rest }) => (isLog(place) ? rest : { ...rest, place }))
      .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
    coverage: [...coverage.filter(({ place }) => !isLog(place)), total(coverage.filter(({ place }) => isLog(place)))],
  };
}

function isLog(place: string): boolean {
  return place.includes('app.log');
}

/** Under which of its names a log was read is chance: what was seen under all of them is not. */
function total(places: readonly ComparedCoverage[]): unknown {
  const ranges = places.flatMap(({ seen }) => seen.ranges);
  return {
    records: places.reduce((sum, { records }) => sum + records, 0),
    late: places.reduce((sum, { late }) => sum + late, 0),
    undecodable: places.reduce((sum, { missing }) => sum + (missing.undecodable ?? 0), 0),
    causes: [...new Set(places.flatMap(({ missing }) => Object.keys(missing)))].sort(),
    seen: ranges.reduce((sum, [, , records]) => sum + records, 0),
    first: ranges.reduce((least, [from]) => Math.min(least, from), Infinity),
    last: ranges.reduce((most, [, to]) => Math.max(most, to), -Infinity),
  };
}

const INPUTS: Readonly<Record<string, (folder: string) => CrashInput>> = {
  'a followed log': (folder) => new FollowedInput(folder, 120, 1),
  'a topic': () => new TopicInput(120, 1),
  'history and a topic behind it': () => new SeamedInput(150, 1),
};

describe.each(Object.entries(INPUTS))('a live run over %s', { timeout: LONG ? 3_600_000 : 300_000 }, (name, input) => {
  const tally = new CrashTally();
  const trial = new CrashTrial({ input, compared: standing, tally });
  afterAll(() => {
    trial.clean();
    process.stdout.write(`${name}: ${tally}\n`);
  });

  test('undisturbed it raises alerts', async () => {
    const { latest } = await trial.undisturbed();
    expect(latest.size).toBeGreaterThan(25);
  });

  test('struck again and again it comes to the same', async () => {
    const points = CRASH_POINTS.filter((point) => trial.passed.has(point) || point.startsWith('log rewind'));
    for (let seed = 1; seed <= (LONG ? 700 : 20); seed++) await trial.crashed(trial.drawn(points, seed));
    expect(tally.mismatches).toBe(0);
    expect(tally.crashes).toBeGreaterThan(LONG ? 2000 : 50);
  });
});
