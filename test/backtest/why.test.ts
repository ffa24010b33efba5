import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const HUNT = `hunt: shells
huntflow: |
  shells = GET process FROM s WHERE parent_ref.name = 'node' AND name = 'sh'
  bad = shells WHERE command_line LIKE '%/tmp/%'
  kids = FIND process CREATED BY bad
  twins = GET process FROM s WHERE name = 'twin' AND pid = bad.pid
  early = GET process FROM s WHERE name = 'late' START 2025-01-01T00:00:00Z STOP 2025-01-02T00:00:00Z
  first = GET process FROM s WHERE name = 'curl' LIMIT 1
alerts:
  - { on: kids, title: 'child {name}' }
  - { on: bad, title: '{command_line}' }
`;

interface WhyDocument {
  readonly alert: { readonly message: string };
  readonly hunt: {
    readonly same: boolean;
    readonly statements: {
      readonly statement: number;
      readonly line: number;
      readonly inputs: readonly { readonly statement: number }[];
    };
  } | null;
  readonly records: readonly {
    readonly place: string;
    readonly status: string;
    readonly entities?: readonly { readonly type: string; readonly attributes: Readonly<Record<string, string>> }[];
    readonly selected_by: readonly { readonly statement: number }[];
  }[];
}

const alertIds: Record<string, string> = {};

beforeAll(async () => {
  folder.write('shells.hunt.yaml', HUNT);
  folder.records('app.ndjson', [
    { process: { pid: 12, name: 'sh', command_line: 'sh -c /tmp/<b>x</b>', parent: { pid: 3, name: 'node' } } },
    { process: { pid: 13, name: 'x', command_line: '/tmp/x', parent: 12 } },
    { process: { pid: 14, name: 'sh', command_line: 'sh -c convert', parent: { pid: 3, name: 'node' } } },
    { process: { pid: 12, name: 'twin' }, host: 'other' },
    { process: { pid: 99, name: 'twin' }, host: 'other' },
    { process: { pid: 20, name: 'late' }, host: 'other' },
    { process: { pid: 21, name: 'curl' }, host: 'other' },
    { process: { pid: 22, name: 'curl' }, host: 'other' },
  ]);
  const run = ['run', 'shells.hunt.yaml', '--source', 'app.ndjson', '--alerts', 'alerts.ndjson'];
  expect((await folder.windhover(...run)).code).toBe(0);
  for (const line of readFileSync(join(folder.path, 'alerts.ndjson'), 'utf8').trim().split('\n')) {
    const alert = JSON.parse(line) as { event: { id: string }; message: string };
    alertIds[alert.message] = alert.event.id;
  }
});

const why = async (message: string, ...args: string[]): Promise<WhyDocument> => {
  const id = (alertIds[message] as string).slice(0, 12);
  const { code, stdout, stderr } = await folder.windhover(
    'why',
    id,
    '--log',
    'alerts.ndjson',
    '--format',
    'json',
    ...args,
  );
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as WhyDocument;
};

describe('why', () => {
  test('statements, and records read again with what selects them', async () => {
    const { hunt, records } = await why('sh -c /tmp/<b>x</b>', '--hunt', 'shells.hunt.yaml');
    expect(hunt).toMatchObject({ same: true, statements: { statement: 2, line: 4, inputs: [{ statement: 1 }] } });
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ place: 'app.ndjson:0', status: 'read' });
    expect(records[0]?.selected_by.map(({ statement }) => statement)).toEqual([1]);
    expect(records[0]?.entities?.[0]).toMatchObject({ type: 'process', attributes: { pid: '12' } });
  });

  test('of a FIND the record that tells the relation, too: of each step on the way', async () => {
    folder.write(
      'talks.hunt.yaml',
      `hunt: talks
huntflow: |
  sh = GET process FROM s WHERE name = 'sh' AND command_line LIKE '%/tmp/%'
  kids = FIND process CREATED BY sh
  grand = FIND process CREATED BY kids
alerts: [{ on: grand, title: '{name}' }]
`,
    );
    folder.records('talks.ndjson', [
      { process: { pid: 12, name: 'sh', command_line: 'sh /tmp/x', parent: { pid: 3, name: 'node' } } },
      { process: { pid: 13, name: 'x', parent: 12 } },
      { process: { pid: 14, name: 'y', parent: 13 } },
      { process: { pid: 14, name: 'y', parent: 13, command_line: 'y again' } },
    ]);
    const state = ['--state', 'talks-state'];
    expect((await folder.windhover('run', 'talks.hunt.yaml', '--source', 'talks.ndjson', ...state)).code).toBe(0);
    const log = join(folder.path, 'talks-state', 'alerts.ndjson');
    const alert = JSON.parse(readFileSync(log, 'utf8')) as {
      readonly event: { readonly id: string };
      readonly windhover: { readonly records: readonly { readonly id?: string; readonly place: string }[] };
    };
    // Only of the one that a GET has matched the id is known.
    expect(alert.windhover.records.map(({ id }) => id !== undefined)).toEqual([false, false, true]);
    const asked = await folder.windhover('why', alert.event.id, ...state, '--format', 'json');
    const { records } = JSON.parse(asked.stdout) as WhyDocument;
    expect(records.map(({ status }) => status)).toEqual(['read', 'read', 'read']);
    expect(records.map(({ entities }) => entities?.[0]?.attributes['pid'])).toEqual(['14', '13', '12']);
    expect(records.map(({ place }) => Number(place.split(':')[1]) > 0)).toEqual([true, true, false]);
  });

  test('without the hunt, with another one of its name, and as a tree', async () => {
    expect((await why('child x')).hunt).toBeNull();
    folder.write('changed/shells.hunt.yaml', HUNT.replace('/tmp/', '/var/tmp/'));
    expect((await why('child x', '--hunt', 'changed')).hunt?.same).toBe(false);
    const args = ['why', alertIds['child x'] as string, '--log', 'alerts.ndjson', '--hunt', 'shells.hunt.yaml'];
    const { stdout } = await folder.windhover(...args);
    expect(stdout).toContain('│   3  kids = FIND process CREATED BY bad  (line 5)\n│   └ 2  bad = shells WHERE');
    expect(stdout).toContain('│     └ 1  shells = GET process');
  });

  test('a hunt that does not check, or has another variable by now: the first error with its place', async () => {
    const shown = async (name: string, text: string): Promise<string> => {
      folder.write(name, text);
      const args = ['why', alertIds['child x'] as string, '--log', 'alerts.ndjson', '--hunt', name];
      const { code, stdout } = await folder.windhover(...args);
      expect(code).toBe(0);
      return stdout;
    };
    const bad = HUNT.replace('WHERE command_line LIKE', 'WHERE comand_line LIKE');
    const told =
      'it does not check: bad/shells.hunt.yaml:4:22: process has no attribute comand_line [attribute-unknown]';
    expect(await shown('bad/shells.hunt.yaml', bad)).toContain(told);
    expect(await shown('bad/keys.hunt.yaml', HUNT.replace('alerts:', '\u001b: 1\nalerts:'))).toMatch(
      /it does not check: bad\/keys\.hunt\.yaml:\d+:\d+: .*\[hunt-/,
    );
    const renamed = await shown('bad/gone.hunt.yaml', HUNT.replaceAll('kids', 'children'));
    expect(renamed).toContain('it has no variable kids');
    const { hunt } = await why('child x', '--hunt', 'bad/shells.hunt.yaml');
    expect(hunt).toMatchObject({ statements: null, problem: { code: 'attribute-unknown' } });
    const args = ['why', alertIds['child x'] as string, '--log', 'alerts.ndjson', '--format', 'html'];
    const page = await folder.windhover(...args, '--hunt', 'bad/shells.hunt.yaml');
    expect(page.stdout).toContain(`The hunt: ${told}`);
  });

  test('branches, what two of them read, and a record that both sides rest on are told once', async () => {
    const hunt = `hunt: joined
huntflow: |
  sh = GET process FROM s WHERE name = 'sh'
  kids = FIND process CREATED BY sh
  pairs = JOIN sh, kids BY pid, parent_ref.pid
  all = pairs + kids
alerts: [{ on: all, title: '{name}' }]
`;
    folder.write('joined.hunt.yaml', hunt);
    folder.records('joined.ndjson', [{ process: { pid: 13, name: 'x', parent: { pid: 12, name: 'sh' } } }]);
    const run = ['run', 'joined.hunt.yaml', '--source', 'joined.ndjson', '--alerts', 'joined-alerts.ndjson'];
    expect((await folder.windhover(...run)).code).toBe(0);
    const lines = readFileSync(join(folder.path, 'joined-alerts.ndjson'), 'utf8').trim().split('\n');
    const alerts = lines.map(
      (each) => JSON.parse(each) as { event: { id: string }; windhover: { entity: { id: string } } },
    );
    const id = alerts.find(({ windhover }) => windhover.entity.id.startsWith('pairs'))?.event.id as string;
    const { stdout } = await folder.windhover(
      ...['why', id, '--log', 'joined-alerts.ndjson', '--hunt', 'joined.hunt.yaml'],
    );
    expect(stdout).toContain(
      [
        '│   4  all = pairs + kids  (line 6)',
        '│   ├ 3  pairs = JOIN sh, kids BY pid, parent_ref.pid  (line 5)',
        "│   │ ├ 1  sh = GET process FROM s WHERE name = 'sh'  (line 3)",
        '│   │ └ 2  kids = FIND process CREATED BY sh  (line 4)',
        "│   │   └ 1  sh = GET process FROM s WHERE name = 'sh'  (line 3)",
        '│   └ 2  as above',
      ].join('\n'),
    );
    expect(stdout).toContain('└ record\n');
  });

  test('a page that stands alone', async () => {
    const id = alertIds['sh -c /tmp/<b>x</b>'] as string;
    const args = ['why', id, '--log', 'alerts.ndjson', '--hunt', '.', '--format', 'html', '--output', 'why.html'];
    expect((await folder.windhover(...args)).code).toBe(0);
    const page = readFileSync(join(folder.path, 'why.html'), 'utf8');
    expect(page).not.toMatch(/<script|<b>x<|\bsrc=|url\(|https?:/i);
    expect(page).toContain('statement 2');
    expect(page.match(/<path /g)).toHaveLength(3);
  });

  test('a record whose file has gone, and one in whose place lies another', async () => {
    folder.records('gone.ndjson', [
      { process: { pid: 12, name: 'sh', command_line: 'sh -c /tmp/gone', parent: { pid: 3, name: 'node' } } },
    ]);
    await folder.windhover('run', 'shells.hunt.yaml', '--source', 'gone.ndjson', '--alerts', 'gone-alerts.ndjson');
    const { event } = JSON.parse(readFileSync(join(folder.path, 'gone-alerts.ndjson'), 'utf8')) as {
      event: { id: string };
    };
    const args = ['why', event.id, '--log', 'gone-alerts.ndjson', '--format', 'json'];
    folder.records('gone.ndjson', [{ process: { pid: 44, name: 'other' } }]);
    expect((JSON.parse((await folder.windhover(...args)).stdout) as WhyDocument).records[0]?.status).toBe('changed');
    folder.write('gone.ndjson', '');
    expect((JSON.parse((await folder.windhover(...args)).stdout) as WhyDocument).records[0]?.status).toBe('changed');
    const log = readFileSync(join(folder.path, 'gone-alerts.ndjson'), 'utf8');
    folder.write('gone-alerts.ndjson', log.replaceAll('gone.ndjson:0', 'nowhere.ndjson:0'));
    expect((JSON.parse((await folder.windhover(...args)).stdout) as WhyDocument).records[0]?.status).toBe('gone');
  });

  test.each([
    [['zz'], 'is no id of an alert'],
    [['00000000'], 'No alert of'],
    [['1234', '--log', 'none.ndjson'], 'There is no alert log'],
  ])('refuses %j', async (args, said) => {
    const { code, stderr } = await folder.windhover('why', '--log', 'alerts.ndjson', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

interface WhyNotDocument {
  readonly statements: readonly {
    readonly statement: number;
    readonly line: number;
    readonly entity: { readonly role: string };
    readonly status: string;
    readonly reason: string;
    readonly comparisons: readonly {
      readonly comparison: string;
      readonly found: readonly string[];
      readonly referenced?: readonly string[];
    }[];
  }[];
}

/** Verdicts on the process itself, by statement. */
async function whyNot(record: string): Promise<Map<number, WhyNotDocument['statements'][number]>> {
  const args = ['why-not', record, '--hunt', 'shells.hunt.yaml', '--source', 'app.ndjson', '--format', 'json'];
  const { code, stdout, stderr } = await folder.windhover(...args);
  expect(code, stderr).toBe(0);
  const { statements } = JSON.parse(stdout) as WhyNotDocument;
  return new Map(statements.filter(({ entity }) => entity.role === 'process').map((each) => [each.statement, each]));
}

describe('why-not', () => {
  test('a filter, with both values; what is behind it', async () => {
    const verdicts = await whyNot('app.ndjson#3');
    expect(verdicts.get(1)).toMatchObject({ status: 'in', line: 3 });
    expect(verdicts.get(2)).toMatchObject({
      status: 'out',
      comparisons: [{ comparison: "command_line LIKE '%/tmp/%'", found: ['sh -c convert'] }],
    });
    expect(verdicts.get(3)).toMatchObject({ status: 'out', reason: expect.stringContaining('none of the 1') });
  });

  test('a GET: of an AND only what does not hold', async () => {
    const verdicts = await whyNot('app.ndjson#2');
    expect(verdicts.get(1)?.comparisons).toEqual([
      { comparison: "parent_ref.name = 'node'", attribute: 'parent_ref.name', found: ['sh'] },
      { comparison: "name = 'sh'", attribute: 'name', found: ['x'] },
    ]);
    expect(verdicts.get(2)).toMatchObject({ status: 'missing', reason: 'is not in what statement 1 gives' });
    expect(verdicts.get(3)?.status).toBe('in');
  });

  test('a comparison with a variable, with what that holds', async () => {
    expect((await whyNot('app.ndjson#4')).get(4)?.status).toBe('in');
    expect((await whyNot('app.ndjson#5')).get(4)?.comparisons).toMatchObject([
      { comparison: 'pid = bad.pid', found: ['99'], referenced: ['12'] },
    ]);
  });

  test('a range of time, and a LIMIT', async () => {
    expect((await whyNot('app.ndjson#6')).get(5)?.reason).toContain('lies outside from 2025-01-01');
    expect((await whyNot('app.ndjson#7')).get(6)?.status).toBe('in');
    expect((await whyNot('app.ndjson#8')).get(6)?.reason).toContain('lies outside of LIMIT 1');
  });

  test('by offset and by id it is the same record; one that is not there is told', async () => {
    const offset = readFileSync(join(folder.path, 'app.ndjson')).indexOf(10) + 1;
    const args = ['--hunt', 'shells.hunt.yaml', '--source', 'app.ndjson', '--format', 'json'];
    const byOffset = await folder.windhover('why-not', `./app.ndjson:${offset}`, ...args);
    const { record } = JSON.parse(byOffset.stdout) as { record: { id: string } };
    expect((await folder.windhover('why-not', record.id, ...args)).stdout).toBe(byOffset.stdout);
    expect((await folder.windhover('why-not', 'app.ndjson#2', ...args)).stdout).toBe(byOffset.stdout);
    for (const [nothing, said] of [
      ['app.ndjson#900', 'has 8 lines'],
      ['app.ndjson#0', 'has no line 0'],
      ['app.ndjson:1', 'No line begins at app.ndjson:1'],
      ['0000000000000000', 'hold no record'],
    ] as const) {
      const { code, stderr } = await folder.windhover('why-not', nothing, ...args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
    }
  });
});
