import { afterAll, describe, expect, test } from 'vitest';
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
function standing({ latest, variables, positions }: Outcome): unknown {
  return {
    latest: [...latest]
      .filter(([, alert]) => (alert as { windhover: { isOpen: boolean } }).windhover.isOpen)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    variables,
    // A log that was rotated has the name that it had when it was read last.
    positions: (positions as { place: string }[])
      .map(({ place, ...rest }) => (place.includes('app.log') ? rest : { ...rest, place }))
      .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
  };
}

const INPUTS: Readonly<Record<string, (folder: string) => CrashInput>> = {
  'a followed log': (folder) => new FollowedInput(folder, 120, 1),
  'a topic': () => new TopicInput(120, 1),
  'history and a topic behind it': () => new SeamedInput(150, 1),
};

describe.each(Object.entries(INPUTS))('a live run over %s', { timeout: LONG ? 3_600_000 : 120_000 }, (name, input) => {
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
