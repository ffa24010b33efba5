import { describe, expect, test } from 'vitest';
import { checkHuntflow } from '../../src/language/check/check-huntflow.ts';
import { evaluate } from '../reference/evaluate.ts';
import type { PlainEntity, PlainRecord, PlainValue } from '../reference/plain-record.ts';
import { BASE_MS } from './arbitrary-records.ts';
import { EngineUnderTest } from './engine-under-test.ts';

interface Process {
  readonly key: string;
  readonly name?: string;
  readonly parent?: Omit<Process, 'parent'>;
}

let count = 0;

/** A record of one process, and of its parent where it has one, `second` after the base. */
function seen(second: number, process: Process): PlainRecord {
  const entity = (
    { key, name }: Omit<Process, 'parent'>,
    authority: 0 | 1,
    references: PlainEntity['references'],
  ): PlainEntity => ({
    type: 'process',
    key,
    role: authority === 1 ? 'process' : 'parent',
    authority,
    caseFolded: false,
    attributes: (name === undefined ? {} : { name }) as Record<string, PlainValue>,
    references,
  });
  const time = { ms: BASE_MS + second * 1000, ns: 0 };
  const { parent } = process;
  const entities =
    parent === undefined ? [entity(process, 1, {})] : [entity(parent, 0, {}), entity(process, 1, { parent_ref: 0 })];
  return { id: `n${count++}`, source: 'stixshifter://a', first: time, last: time, host: 'h1', entities };
}

/** Members of a variable after each record; the reference evaluator must agree. */
async function sizes(huntflow: string, records: readonly PlainRecord[], variable: string): Promise<number[]> {
  const engine = await EngineUnderTest.start([huntflow]);
  const result: number[] = [];
  for (const [i, record] of records.entries()) {
    await engine.epoch([record]);
    const members = (await engine.view()).variables.get(variable) ?? [];
    const ends = records.slice(0, i + 1).map((_, n) => n + 1);
    expect(members).toEqual(
      evaluate(checkHuntflow(huntflow, { relations: 'extended' }), records, { epochs: ends }).variables.get(variable),
    );
    result.push(members.length);
  }
  return result;
}

describe('content', () => {
  test('a parent that is renamed by exec moves its child', async () => {
    const huntflow = "p = GET process FROM a WHERE name = 'child'\nq = p WHERE parent_ref.name = 'sh'";
    const records = [
      seen(0, { key: 'P', name: 'node' }),
      seen(1, { key: 'C', name: 'child', parent: { key: 'P' } }),
      seen(2, { key: 'P', name: 'sh' }),
      seen(3, { key: 'P', name: 'exfil' }),
    ];
    expect(await sizes(huntflow, records, 'q')).toEqual([0, 0, 1, 0]);
  });

  test('so does a grandparent', async () => {
    const huntflow = "p = GET process FROM a WHERE name = 'child'\nq = p WHERE parent_ref.parent_ref.name = 'sh'";
    const records = [
      seen(0, { key: 'G', name: 'node' }),
      seen(1, { key: 'P', name: 'p', parent: { key: 'G' } }),
      seen(2, { key: 'C', name: 'child', parent: { key: 'P' } }),
      seen(3, { key: 'G', name: 'sh' }),
    ];
    expect(await sizes(huntflow, records, 'q')).toEqual([0, 0, 0, 1]);
  });

  test('what lost a tie wins when it is said again later', async () => {
    const huntflow = "p = GET process FROM a WHERE name LIKE '%'\nq = p WHERE name = 'a'";
    const records = [
      seen(1, { key: 'P', name: 'a' }),
      seen(1, { key: 'P', name: 'b' }),
      seen(2, { key: 'P', name: 'a' }),
    ];
    expect(await sizes(huntflow, records, 'q')).toEqual([1, 0, 1]);
  });

  test('what a child says of its parent fills, and never replaces what the parent said itself', async () => {
    const huntflow = "p = GET process FROM a WHERE name LIKE '%'\nq = p WHERE name = 'stale'";
    const records = [
      seen(0, { key: 'C', name: 'c', parent: { key: 'P', name: 'stale' } }),
      seen(1, { key: 'P', name: 'fresh' }),
      seen(2, { key: 'C', name: 'c', parent: { key: 'P', name: 'stale' } }),
    ];
    expect(await sizes(huntflow, records, 'q')).toEqual([1, 0, 0]);
  });
});

describe('references', () => {
  test('an anti-join takes back what it held', async () => {
    const huntflow =
      "ok = GET process FROM a WHERE name = 'ok'\nq = GET process FROM a WHERE name != ok.name AND name LIKE 'o%'";
    const records = [
      seen(0, { key: 'A', name: 'odd' }),
      seen(1, { key: 'B', name: 'ok' }),
      seen(2, { key: 'C', name: 'ok' }),
    ];
    expect(await sizes(huntflow, records, 'q')).toEqual([1, 1, 1]);
  });

  test('a rename takes a value out of a reference', async () => {
    const huntflow = "x = GET process FROM a WHERE name = 'sh'\nq = GET process FROM a WHERE name = x.name";
    const records = [
      seen(0, { key: 'A', name: 'sh' }),
      seen(1, { key: 'A', name: 'renamed' }),
      seen(2, { key: 'B', name: 'renamed' }),
    ];
    expect(await sizes(huntflow, records, 'q')).toEqual([1, 1, 2]);
  });
});

describe('time', () => {
  test('LAST lets go when the clock moves on, and a late record brings nothing back', async () => {
    const huntflow = "q = GET process FROM a WHERE name = 'sh' LAST 10 s";
    const records = [
      seen(0, { key: 'A', name: 'sh' }),
      seen(10, { key: 'B', name: 'b' }),
      seen(11, { key: 'B', name: 'b' }),
      seen(0, { key: 'C', name: 'sh' }),
    ];
    expect(await sizes(huntflow, records, 'q')).toEqual([1, 1, 0, 0]);
  });
});

describe('retention', () => {
  test('forgets an entity, its edges and its memberships, and starts afresh when it comes back', async () => {
    const huntflow = "p = GET process FROM a WHERE name = 'sh'\nc = FIND process CREATED BY p";
    const engine = await EngineUnderTest.start([huntflow], { retentionMs: 100_000 });
    const view = async (): Promise<number[]> => {
      const { variables } = await engine.view();
      return ['p', 'c'].map((name) => variables.get(name)?.length ?? -1);
    };
    await engine.epoch([seen(0, { key: 'P', name: 'sh' }), seen(1, { key: 'C', name: 'c', parent: { key: 'P' } })]);
    expect(await view()).toEqual([1, 1]);
    await engine.epoch([seen(90, { key: 'X', name: 'x' }), seen(91, { key: 'X', name: 'x' })]);
    expect(await view()).toEqual([1, 1]);
    await engine.epoch([seen(200, { key: 'X', name: 'x' })]);
    expect(await view()).toEqual([1, 1]);
    await engine.epoch([seen(201, { key: 'X', name: 'x' })]);
    expect(await view()).toEqual([0, 0]);
    await engine.epoch([seen(202, { key: 'C', name: 'c' }), seen(203, { key: 'P', name: 'sh' })]);
    expect(await view()).toEqual([1, 0]);
  });
});

describe('what has left a window or a retention', () => {
  test('LAST and LIMIT: what never was in the window does not decide who came first', async () => {
    const huntflow = "q = GET process FROM a WHERE name = 'sh' LAST 30 s LIMIT 1";
    const records = [
      seen(40, { key: 'X', name: 'x' }),
      seen(0, { key: 'B', name: 'sh' }),
      seen(41, { key: 'B', name: 'sh', parent: { key: 'C', name: 'sh' } }),
    ];
    expect(await view(huntflow, records, {})).toEqual(reference(huntflow, records, {}));
  });

  test('retention: a parent renamed long after it was last told is still the parent', async () => {
    const huntflow = "p = GET process FROM a WHERE name LIKE '%'\nq = p WHERE parent_ref.name = 'sh'";
    const records = [
      seen(0, { key: 'C', name: 'child', parent: { key: 'P', name: 'bash' } }),
      seen(60, { key: 'C', name: 'child' }),
      seen(60, { key: 'P', name: 'bash' }),
      seen(70, { key: 'P', name: 'sh' }),
      seen(71, { key: 'C', name: 'child' }),
    ];
    expect(await view(huntflow, records, forgetting)).toEqual(reference(huntflow, records, forgetting));
  });

  test.each([
    ['B', 'C'],
    ['C', 'B'],
  ])('retention: who takes the place of a forgotten one enters with the others of the epoch (%s, %s)', async (a, b) => {
    const huntflow = "p = GET process FROM a WHERE name LIKE '%' LIMIT 2\nq = p WHERE name = 'sh' LIMIT 1 OFFSET 1";
    const records = [
      seen(0, { key: 'A', name: 'sh' }),
      seen(90, { key: a, name: 'sh', parent: { key: b, name: 'sh' } }),
    ];
    expect(await view(huntflow, records, forgetting)).toEqual(reference(huntflow, records, forgetting));
  });

  const forgetting = { retentionMs: 64_000 };
  const orphaned = [
    seen(0, { key: 'C', name: 'child', parent: { key: 'P', name: 'sh' } }),
    seen(60, { key: 'C', name: 'child' }),
    seen(65, { key: 'X', name: 'x' }),
  ];

  test('retention: what rested on the name of a forgotten parent leaves', async () => {
    const huntflow = "p = GET process FROM a WHERE name LIKE '%'\nq = p WHERE parent_ref.name = 'sh'";
    expect(await view(huntflow, orphaned, forgetting)).toEqual(reference(huntflow, orphaned, forgetting));
  });

  test('retention: an edge that rested counts again once a record says so in the same words', async () => {
    const huntflow = "p = GET process FROM a WHERE name LIKE '%'\nc = FIND process CREATED BY p";
    const child = { key: 'C', name: 'child', parent: { key: 'P', name: 'sh' } };
    const alive = (second: number): PlainRecord[] => [
      seen(second, { key: 'C', name: 'child' }),
      seen(second, { key: 'P', name: 'sh' }),
    ];
    const records = [seen(0, child), ...[10, 20, 30, 40, 50, 60, 70].flatMap(alive)];
    expect(await view(huntflow, records, forgetting)).toMatchObject({
      variables: [
        ['p', expect.anything()],
        ['c', []],
      ],
    });
    const again = [...records, seen(71, child)];
    expect(await view(huntflow, again, forgetting)).toEqual(reference(huntflow, again, forgetting));
    expect(await view(huntflow, again, forgetting)).toMatchObject({ variables: [{}, ['c', ['process C']]] });
  });

  test('retention: a newcomer is not taken for the parent that was forgotten', async () => {
    const huntflow = "p = GET process FROM a WHERE name LIKE '%'\nDISP p ATTR name, parent_ref.name";
    const records = [...orphaned, seen(66, { key: 'N', name: 'newcomer' })];
    expect(await view(huntflow, records, forgetting)).toEqual(reference(huntflow, records, forgetting));
  });
});

type Options = { readonly retentionMs?: number };

async function view(text: string, records: readonly PlainRecord[], options: Options): Promise<unknown> {
  const engine = await EngineUnderTest.start([text], options);
  for (const record of records) await engine.epoch([record]);
  const { variables, displays } = await engine.view();
  return { variables: [...variables], displays };
}

function reference(text: string, records: readonly PlainRecord[], options: Options): unknown {
  const epochs = records.map((_, i) => i + 1);
  const { variables, displays } = evaluate(checkHuntflow(text, { relations: 'extended' }), records, {
    epochs,
    ...options,
  });
  return { variables: [...variables], displays };
}

test('a cell that an earlier batch left behind belongs to no record', async () => {
  const entity = (type: string, key: string, references: PlainEntity['references']): PlainEntity => ({
    type,
    key,
    role: type === 'directory' ? 'binary-directory' : 'binary',
    authority: 1,
    caseFolded: false,
    attributes: type === 'file' ? { name: 'a', path: key } : { path: key },
    references,
  });
  const [withFile, without] = [seen(0, { key: 'P' }), seen(0, { key: 'P' })];
  const [process] = withFile.entities as [PlainEntity];
  const binary = [entity('directory', '/tmp', {}), entity('file', '/tmp/a', { parent_directory_ref: 0 })];
  const records = [{ ...withFile, entities: [...binary, { ...process, references: { binary_ref: 1 } }] }, without];
  const huntflow = "p = GET process FROM a WHERE binary_ref.path LIKE '/tmp/%' AND x-oca-asset:hostname = 'h1'";
  const engine = await EngineUnderTest.start([huntflow], { wideKindFor: records });
  for (const record of records) await engine.epoch([record]);
  expect((await engine.view()).variables.get('p')).toEqual([]);
});

test('a path that NEW names as a column is followed for the members beside its rows', async () => {
  const huntflow = `n = NEW process [{"name": "new", "parent_ref.name": "given"}]
p = GET process FROM a WHERE name = 'child'
all = n + p
DISP all`;
  const engine = await EngineUnderTest.start([huntflow]);
  const records = [seen(0, { key: 'C', name: 'child', parent: { key: 'P', name: 'sh' } })];
  await engine.epoch(records);
  const [display] = (await engine.view()).displays;
  expect(display).toEqual(
    evaluate(checkHuntflow(huntflow, { relations: 'extended' }), records, { epochs: [1] }).displays[0],
  );
  const column = display?.columns.indexOf('parent_ref.name') ?? -1;
  expect(display?.rows.map((row) => row[column])).toEqual(['sh', 'given']);
});

describe('the retention of several sources', () => {
  const huntflow = "p = GET process FROM stixshifter://a,b WHERE name LIKE '%'";
  const of = (source: string, second: number, key: string): PlainRecord => ({
    ...seen(second, { key, name: key }),
    source: `stixshifter://${source}`,
    host: `h${key}`,
  });

  test('goes by the one that is furthest behind, unless that has fallen silent', async () => {
    const silent = new Map<string, number>();
    const engine = await EngineUnderTest.start([huntflow], {
      retentionMs: 100_000,
      silentMs: (source) => silent.get(source) ?? 0,
    });
    const members = async (): Promise<string[]> =>
      ((await engine.view()).variables.get('p') ?? []).map((id) => id.replace('process ', '')).sort();
    await engine.epoch([of('a', 0, 'A'), of('a', 1, 'A')]);
    for (let second = 0; second <= 300; second += 20) await engine.epoch([of('b', second, `B${second}`)]);
    expect(await members()).toHaveLength(17);
    silent.set('stixshifter://a', 250_000);
    await engine.epoch([of('b', 301, 'last')]);
    // 251 s − 100 s.
    expect(await members()).toEqual(['B160', 'B180', 'B200', 'B220', 'B240', 'B260', 'B280', 'B300', 'last'].sort());
    // What it says later of a time that is past is taken all the same.
    silent.clear();
    await engine.epoch([of('a', 2, 'A')]);
    expect(await members()).toContain('A');
  });
});

test('one record of the year 9999 refuses and forgets nothing of the others', async () => {
  const huntflow = "p = GET process FROM a WHERE name LIKE '%'";
  const forged = { ...seen(0, { key: 'F', name: 'f' }), host: 'evil' };
  const year9999 = { ms: Date.UTC(9999, 11, 31), ns: 0 };
  const engine = await EngineUnderTest.start([huntflow], { retentionMs: 64_000 });
  await engine.epoch([seen(0, { key: 'A', name: 'a' })]);
  await engine.epoch([{ ...forged, first: year9999, last: year9999 }]);
  await engine.epoch([seen(1, { key: 'B', name: 'b' })]);
  expect((await engine.view()).variables.get('p')).toHaveLength(3);
});
