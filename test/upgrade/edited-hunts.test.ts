import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import { RocksStateStore } from '../../src/store/rocks-state-store.ts';
import { StateFolder } from '../../src/hunts/state/state-folder.ts';
import { encodeState } from '../../src/store/state-codec.ts';
import { stateKeys, wholeStateRange } from '../../src/store/state-keys.ts';
import { runWindhover } from '../support/run-windhover.ts';

const RUNS = process.env['WINDHOVER_LONG'] === undefined ? 24 : 1000;
const RECORDS = 24;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'windhover-upgrade-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A SysFlow document of a process; its parent is one that came before it. */
function document(pid: number): string {
  const at = (second: number): string => `2026-05-01T08:00:${String(second).padStart(2, '0')}Z`;
  const named = (each: number): object => {
    const name = ['sh', 'node', 'curl'][each % 3] as string;
    return { args: '', command_line: `${name} ${each}`, executable: `/bin/${name}`, name, pid: each, start: at(each) };
  };
  const [time, parent] = [at(pid), Math.floor(pid / 3)];
  const event = {
    kind: 'event',
    category: 'process',
    sf_type: 'PE',
    sf_ret: 0,
    type: 'start',
    action: 'process-start',
  };
  return JSON.stringify({
    '@timestamp': time,
    agent: { type: 'SysFlow', version: '0.7.0' },
    event: { ...event, start: time, end: time },
    host: { id: 'h' },
    process: { ...named(pid), thread: { id: pid }, parent: named(parent) },
  });
}

const lines = Array.from({ length: RECORDS }, (_, i) => `${document(i + 1)}\n`);

interface Version {
  readonly statements: readonly string[];
  readonly title: string;
  readonly suppress: boolean;
  readonly latch: boolean;
}

/** Each may need those before it; a version is some of them. */
const STATEMENTS = [
  ["p = GET process FROM s WHERE name = 'sh'", "p = GET process FROM s WHERE name = 'node'"],
  ["q = GET process FROM s WHERE parent_ref.name = 'node'", 'q = GET process FROM s WHERE pid > 9 LIMIT 5'],
  ["n = NEW process ['sh', 'curl']", "n = NEW process ['node']"],
  ['c = FIND process CREATED BY p', 'c = FIND process CREATED p'],
  ['w = p WHERE pid > 10', 'w = q WHERE name IN n.name'],
  ['m = p + q', 'm = p SORT BY pid DESC LIMIT 4'],
  ['DISP p ATTR pid', 'DISP p ATTR name, pid'],
];

function huntFile({ statements, title, suppress, latch }: Version): string {
  const bound = statements.flatMap((each) => /^(\w) =/.exec(each)?.[1] ?? []);
  return [
    'hunt: edited',
    `title: Edited`,
    'huntflow: |',
    ...statements.map((each) => `  ${each}`),
    'alerts:',
    ...bound
      .filter((variable) => variable !== 'n')
      .slice(-2)
      .flatMap((variable) => [
        `  - on: ${variable}`,
        `    title: "${title} {name}"`,
        ...(suppress ? ['    suppress: { by: [name], for: 10s }'] : []),
        ...(latch ? ['    latch: true'] : []),
      ]),
    '',
  ].join('\n');
}

/** With the statements that those chosen need. */
const anyVersion: fc.Arbitrary<Version> = fc
  .record({
    picks: fc.tuple(...STATEMENTS.map(() => fc.integer({ min: 0, max: 3 }))),
    title: fc.constantFrom('saw', 'seen'),
    suppress: fc.boolean(),
    latch: fc.boolean(),
  })
  .map(({ picks, ...rest }) => ({
    ...rest,
    // The first three are always there, so that all others can be read.
    statements: STATEMENTS.flatMap((choices, i) => {
      const pick = i < 3 ? (picks[i] as number) % 2 : (picks[i] as number);
      return choices[pick] ?? [];
    }),
  }));

async function run(version: Version, name: string, count: number): Promise<{ variables: unknown; told: string }> {
  const hunt = join(folder, 'edited.hunt.yaml');
  await writeFile(hunt, huntFile(version));
  const log = join(folder, `${name}.ndjson`);
  await writeFile(log, lines.slice(0, count).join(''));
  const args = ['run', hunt, '--source', `s=${log}`, '--state', join(folder, `${name}-state`), '--format', 'json'];
  const { code, stdout, stderr } = await runWindhover([...args, '--rows', '*'], { cwd: folder });
  if (code !== 0) throw new Error(`${code}: ${stderr}${stdout}`);
  return { variables: JSON.parse(stdout).hunts[0].variables, told: stderr };
}

async function alertLog(name: string): Promise<AlertDocument[]> {
  const text = await readFile(join(folder, `${name}-state`, 'alerts.ndjson'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AlertDocument);
}

/** Ids of what stands at the end, of these variables. */
function standing(alerts: readonly AlertDocument[], variables: ReadonlySet<string>): string[] {
  const last = new Map(alerts.map((alert) => [alert.event.id, alert]));
  return [...last.values()]
    .filter(({ windhover }) => windhover.status !== 'retracted' && variables.has(windhover.variable))
    .map(({ event }) => event.id)
    .sort();
}

test('an edited hunt comes to what it would have come to from the beginning, whatever of its state it keeps', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(anyVersion, anyVersion, fc.integer({ min: 1, max: RECORDS }), async (before, after, cut) => {
      await rm(folder, { recursive: true, force: true });
      folder = await mkdtemp(join(tmpdir(), 'windhover-upgrade-'));
      await run(before, 'edited', cut);
      const edited = await run(after, 'edited', RECORDS);
      for (const outcome of ['goes on where it stopped', 'is read again']) {
        if (edited.told.includes(outcome)) outcomes.add(outcome);
      }
      const fresh = await run(after, 'fresh', RECORDS);
      expect(edited.variables).toEqual(fresh.variables);
      const alerts = await alertLog('edited');
      const asked = new Set([...huntFile(after).matchAll(/- on: (\w)/g)].map(([, name]) => name as string));
      const expected = standing(await alertLog('fresh'), asked);
      // What an older version raised stays, so it may be more.
      expect(standing(alerts, asked)).toEqual(expect.arrayContaining(expected));
      const revisions = new Map<string, number>();
      for (const { event, windhover } of alerts) {
        expect(windhover.revision).toBeGreaterThan(revisions.get(event.id) ?? 0);
        revisions.set(event.id, windhover.revision);
      }
    }),
    { numRuns: RUNS, endOnFailure: true, ...(process.env['WINDHOVER_LONG'] === undefined && { seed: 20260501 }) },
  );
  expect(outcomes.size).toBe(2);
}, 600_000);

const PLAIN: Version = {
  statements: ["p = GET process FROM s WHERE name = 'sh'", 'DISP p ATTR pid'],
  title: 'saw',
  suppress: false,
  latch: false,
};

test('a title, a display and a statement behind what is kept do not have the source read again', async () => {
  await run(PLAIN, 'edited', RECORDS);
  const first = await alertLog('edited');
  const statements = ['DISP p ATTR name', PLAIN.statements[0] as string].reverse();
  const again = await run({ ...PLAIN, title: 'seen', statements }, 'edited', RECORDS);
  expect(again.told).toContain('edited: its text has changed; what it selects is as it was');
  // What stands is said once more, in the new words.
  const revised = (await alertLog('edited')).slice(first.length);
  expect(revised.map(({ event }) => event.id).sort()).toEqual(first.map(({ event }) => event.id).sort());
  expect(revised.every(({ message, windhover }) => windhover.revision === 2 && message.startsWith('seen'))).toBe(true);
  const wider = { ...PLAIN, title: 'seen', statements: [...statements, 'w = p WHERE pid > 10'] };
  const { told } = await run(wider, 'edited', RECORDS);
  expect(told).toContain('goes on where it stopped');
  const added = (await alertLog('edited')).slice(first.length + revised.length);
  expect(added.length).toBeGreaterThan(0);
  expect(added.map(({ windhover: { variable, backfilled } }) => [variable, backfilled])).toEqual(
    added.map(() => ['w', true]),
  );
});

test('alerts of a hunt that reads its source again count their revisions on', async () => {
  await run(PLAIN, 'edited', RECORDS);
  const before = await alertLog('edited');
  const narrower = { ...PLAIN, statements: ["p = GET process FROM s WHERE name = 'sh' AND pid > 3"] };
  const { told } = await run(narrower, 'edited', RECORDS);
  expect(told).toContain('its state is dropped and its source is read again');
  const added = (await alertLog('edited')).slice(before.length);
  expect(added.length).toBeGreaterThan(0);
  expect(added.map(({ windhover }) => windhover.revision)).toEqual(added.map(() => 2));
});

test('a hunt that is not run any more gives its state back, whatever it read', async () => {
  await run(PLAIN, 'edited', RECORDS);
  const other = join(folder, 'other.hf');
  await writeFile(other, "x = GET process FROM t WHERE name = 'none'");
  await writeFile(join(folder, 'other.ndjson'), lines[0] as string);
  const args = ['run', other, '--source', `t=${join(folder, 'other.ndjson')}`];
  const { stderr } = await runWindhover([...args, '--state', join(folder, 'edited-state')], { cwd: folder });
  expect(stderr).toContain('edited: it is not run any more; its state is given back');
  const store = await RocksStateStore.open(join(folder, 'edited-state'));
  const keys: string[] = [];
  for await (const { key } of store.range(wholeStateRange().from, wholeStateRange().to)) {
    keys.push(Buffer.from(key).toString('latin1'));
  }
  await store.close();
  expect(keys.filter((key) => key.includes('c1') || key.includes('edited'))).toEqual([]);
});

test('a state of another layout is refused, with what to do', async () => {
  const store = new MemoryStateStore();
  await StateFolder.open(store, 0);
  await store.write([{ kind: 'put', key: stateKeys.meta('folder'), value: encodeState({ version: 1 }) }]);
  await expect(StateFolder.open(store, 0)).rejects.toMatchObject({
    code: 'state-version',
    hint: expect.stringContaining('name another folder'),
  });
});
