import { afterAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './backtest/history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const HUNT = `hunt: shells
huntflow: |
  shells = GET process FROM s WHERE parent_ref.name = 'node' AND name IN ('sh', 'bash')
  bad = shells WHERE command_line LIKE '%/tmp/%' OR command_line LIKE '%/dev/shm/%'
  kids = FIND process CREATED BY bad
  twins = GET process FROM s WHERE name = 'twin' AND pid = bad.pid
alerts: [{ on: kids }]
tests:
  - name: it
    records:
`;

interface Failure {
  readonly subject: string;
  readonly nearest?: { readonly record: number; readonly statement: number; readonly message: string };
}

/** The failures of one test over these records, by subject. */
async function failuresOf(records: string, expectations: string): Promise<Map<string, Failure>> {
  folder.write('it.hunt.yaml', `${HUNT}${records}    expect: ${expectations}\n`);
  const { stdout } = await folder.windhover('test', 'it.hunt.yaml', '--format', 'json');
  const { tests } = JSON.parse(stdout) as { tests: { failures: Failure[] }[] };
  return new Map(tests[0]?.failures.map((failure) => [failure.subject, failure]));
}

const NODE = 'parent: { pid: 3, name: node }';
const TMP = `      - process: { pid: 12, name: sh, command_line: sh -c /tmp/x, ${NODE} }\n`;
const VAR = `      - process: { pid: 13, name: sh, command_line: sh -c /var/x, ${NODE} }\n`;
const ZSH = `      - process: { pid: 14, name: zsh, command_line: zsh -c /tmp/x, ${NODE} }\n`;
const X = '      - process: { pid: 15, name: x, parent: { pid: 13, name: sh } }\n';
const TWIN = '      - process: { pid: 99, name: twin }\n';

describe('a test that misses something tells the nearest record', () => {
  test('the one whose attributes are asked for, and the comparison at which it fell out', async () => {
    const failures = await failuresOf(VAR + ZSH, '{ shells: { include: [{ pid: 14 }] } }');
    expect(failures.get('shells')?.nearest).toEqual({
      record: 2,
      statement: 1,
      message: "nearest is record 2: process fell out at statement 1: name IN ('sh', 'bash') (found zsh)",
    });
  });

  test('without such, the one that came through most statements', async () => {
    const failures = await failuresOf(ZSH + VAR, '{ bad: { count: 1 } }');
    expect(failures.get('bad')?.nearest).toMatchObject({
      record: 2,
      statement: 2,
      message: expect.stringContaining(
        "command_line LIKE '%/tmp/%' (found 'sh -c /var/x'); command_line LIKE '%/dev/shm/%'",
      ),
    });
  });

  test('where a FIND starts from nothing, what it starts from; alerts like their variables', async () => {
    const failures = await failuresOf(VAR + X, '{ kids: { include: [{ pid: 15 }] }, alerts: { count: 1 } }');
    expect(failures.get('kids')?.nearest).toMatchObject({ record: 1, statement: 2 });
    expect(failures.get('alerts')?.nearest).toMatchObject({ record: 1, statement: 2 });
  });

  test('where it starts from something else, the FIND', async () => {
    const failures = await failuresOf(TMP + VAR + X, '{ kids: { include: [{ pid: 15 }] } }');
    expect(failures.get('kids')?.nearest).toMatchObject({
      record: 3,
      statement: 3,
      message: expect.stringContaining('has that relation with none of the 1 that statement 2 gives'),
    });
  });

  test('a comparison with a variable, with what that holds', async () => {
    const failures = await failuresOf(TMP + TWIN, '{ twins: { include: [{ name: twin }] } }');
    expect(failures.get('twins')?.nearest?.message).toContain('pid = bad.pid (found 99, wanted one of 12)');
  });

  test('nothing where there is too much', async () => {
    const failures = await failuresOf(TMP, '{ shells: { count: 0 }, bad: { exclude: [{ pid: 12 }] } }');
    expect([...failures.values()].map(({ nearest }) => nearest)).toEqual([undefined, undefined]);
  });
});

describe('coverage of comparisons', () => {
  const coverage = async (records: string): Promise<Record<string, [boolean, boolean]>> => {
    folder.write('it.hunt.yaml', `${HUNT}${records}    expect: { shells: { exclude: [{ pid: 77 }] } }\n`);
    const { code, stdout } = await folder.windhover('test', 'it.hunt.yaml', '--coverage', '--format', 'json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as {
      coverage: { comparisons: { comparison: string; took: boolean; left_out: boolean }[] }[];
    };
    const comparisons = document.coverage[0]?.comparisons ?? [];
    return Object.fromEntries(comparisons.map(({ comparison, took, left_out: left }) => [comparison, [took, left]]));
  };

  test('a comparison decides where turning it around would change the answer, and only there', async () => {
    expect(await coverage(TMP + ZSH)).toEqual({
      "parent_ref.name = 'node'": [true, false],
      "name IN ('sh', 'bash')": [true, true],
      "command_line LIKE '%/tmp/%'": [true, false],
      "command_line LIKE '%/dev/shm/%'": [false, false],
      "name = 'twin'": [false, true],
      'pid = bad.pid': [false, false],
    });
    const all = await coverage(TMP + VAR + TWIN + X + '      - { host: other, process: { pid: 12, name: twin } }\n');
    expect(all["command_line LIKE '%/dev/shm/%'"]).toEqual([false, true]);
    expect(all['pid = bad.pid']).toEqual([true, true]);
  });

  test('in text it names what no test needs, and only where it is asked for', async () => {
    folder.write('it.hunt.yaml', `${HUNT}${TMP}    expect: { shells: { exclude: [{ pid: 77 }] } }\n`);
    const { stdout } = await folder.windhover('test', 'it.hunt.yaml', '--coverage');
    expect(stdout).toContain('shells: 0 of 6 comparisons decide both ways');
    expect(stdout).toContain(
      "statement 2: command_line LIKE '%/dev/shm/%' never takes anything or leaves anything out",
    );
    expect((await folder.windhover('test', 'it.hunt.yaml')).stdout).not.toContain('comparisons');
  });
});
