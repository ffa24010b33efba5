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

  test('an alert by its title alone, where none was raised; one that is suppressed is no record that fell out', async () => {
    const none = await failuresOf(VAR + X, "{ alerts: { include: [{ title: 'bad x' }] } }");
    expect(none.get('alerts')?.nearest).toMatchObject({ record: 1, statement: 2 });
    const kid = (pid: number): string =>
      `      - process: { pid: ${pid}, name: k${pid}, parent: { pid: 12, name: sh } }\n`;
    folder.write(
      'quiet.hunt.yaml',
      HUNT.replace('{ on: kids }', "{ on: kids, title: 'kid {name}', suppress: { by: [host.name], for: 1h } }") +
        `${TMP}${kid(21)}${kid(22)}${VAR}    expect: { alerts: { count: 2, include: [{ title: kid k22 }] } }\n`,
    );
    const { stdout } = await folder.windhover('test', 'quiet.hunt.yaml');
    expect(stdout).toContain(
      "alerts: expected one with title='kid k22', nearest of 1: title='kid k21'; 1 more suppressed under what was raised",
    );
    expect(stdout).not.toContain(
      "expected one with title='kid k22', nearest of 1: title='kid k21'; 1 more suppressed under what was raised\n    nearest is",
    );
  });

  test('a GROUP that counts too little, once however much is missing', async () => {
    folder.write(
      'group.hunt.yaml',
      `hunt: counted
huntflow: |
  p = GET process FROM s WHERE name = 'sh'
  g = GROUP p BY name WITH COUNT(pid) AS n
  many = g WHERE n > 2
tests:
  - name: it
    records:
${TMP}    expect: { many: { count: 1, include: [{ name: sh }] } }
`,
    );
    const { stdout } = await folder.windhover('test', 'group.hunt.yaml');
    expect(stdout.match(/nearest is record 1: process fell out at statement 3: n > 2 \(found 1\)/gu)).toHaveLength(1);
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
