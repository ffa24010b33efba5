import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const HUNT = `hunt: shells
huntflow: |
  shells = GET process FROM s WHERE parent_ref.name = 'node' AND name = 'sh'
  counts = GROUP shells BY command_line WITH COUNT(pid) AS n
  many = counts WHERE n > 2
  kids = FIND process CREATED BY shells
  twins = JOIN shells, kids BY pid, parent_ref.pid
  stamped = TIMESTAMPED(shells)
  top = shells SORT BY pid DESC LIMIT 1
  both = kids + shells
  bad = shells WHERE command_line LIKE '%bad%'
  APPLY rarity ON shells WITH by=[command_line]
  rare = shells WHERE x_rarity_count < 2
alerts:
  - { on: many, title: 'many {command_line}', settle: 0s }
  - { on: kids, title: 'child {name}', suppress: { by: [x_none], for: 1h } }
  - { on: bad, title: 'bad {pid}', settle: 0s }
  - { on: rare, title: 'rare {pid}', settle: 0s }
`;

interface Answer {
  readonly as_of?: string;
  readonly statements: readonly {
    readonly statement: number;
    readonly entity: { readonly role: string };
    readonly status: string;
    readonly reason: string;
    readonly rows?: readonly { readonly values: Readonly<Record<string, string>> }[];
    readonly comparisons: readonly {
      readonly comparison: string;
      readonly found: readonly string[];
      readonly referenced?: readonly string[];
    }[];
  }[];
  readonly alerts: readonly {
    readonly variable: string;
    readonly entity: { readonly role: string };
    readonly fate: string;
    readonly id?: string;
    readonly reason: string;
    readonly fell_out_at?: readonly number[];
  }[];
}

async function whyNot(record: string, hunt = 'shells.hunt.yaml', source = 'app.ndjson'): Promise<Answer> {
  const args = ['why-not', record, '--hunt', hunt, '--source', source, '--format', 'json'];
  const { code, stdout, stderr } = await folder.windhover(...args);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Answer;
}

function of(answer: Answer, statement: number, role = 'process'): Answer['statements'][number] | undefined {
  return answer.statements.find((each) => each.statement === statement && each.entity.role === role);
}

function alertOf(answer: Answer, variable: string, role = 'process'): Answer['alerts'][number] | undefined {
  return answer.alerts.find((each) => each.variable === variable && each.entity.role === role);
}

const node = { pid: 3, name: 'node' };

beforeAll(() => {
  folder.write('shells.hunt.yaml', HUNT);
  folder.records('app.ndjson', [
    { process: { pid: 10, name: 'sh', command_line: 'sh -c a', parent: node } },
    { process: { pid: 11, name: 'sh', command_line: 'sh -c bad', parent: node } },
    { process: { pid: 12, name: 'x', parent: 10 } },
    { process: { pid: 13, name: 'y', parent: 10 } },
    { process: { pid: 14, name: 'sh', command_line: 'sh -c a', parent: { pid: 4, name: 'bash' } } },
    { process: { pid: 15, name: 'sh', command_line: 'sh -c a', parent: node } },
  ]);
});

describe('a record is followed through', () => {
  test('GROUP and a WHERE over what it counts', async () => {
    const answer = await whyNot('app.ndjson#1');
    expect(of(answer, 2)).toMatchObject({ status: 'in', rows: [{ values: { command_line: 'sh -c a', n: '2' } }] });
    expect(of(answer, 3)).toMatchObject({
      status: 'out',
      reason: expect.stringContaining('its row command_line = sh -c a, n = 2 does not satisfy'),
      comparisons: [{ comparison: 'n > 2', found: ['2'] }],
    });
    expect(alertOf(answer, 'many')).toMatchObject({ fate: 'none', fell_out_at: [3] });
  });

  test('FIND, from what it reads and as what it gives', async () => {
    expect(of(await whyNot('app.ndjson#1'), 4)?.reason).toContain('leads to 2 of them');
    expect(of(await whyNot('app.ndjson#2'), 4)).toMatchObject({
      status: 'out',
      reason: 'is in what statement 1 gives; no process has that relation to it',
    });
    expect(of(await whyNot('app.ndjson#3'), 4)).toMatchObject({ status: 'in', reason: 'is in' });
    expect(of(await whyNot('app.ndjson#5'), 4)?.reason).toContain('with none of the 3 that statement 1 gives');
  });

  test('JOIN, from either side, with the values of both', async () => {
    expect(of(await whyNot('app.ndjson#1'), 5)?.reason).toContain('is in with 2 rows');
    expect(of(await whyNot('app.ndjson#3'), 5)?.reason).toContain('counts in 1 row');
    expect(of(await whyNot('app.ndjson#2'), 5)).toMatchObject({
      status: 'out',
      comparisons: [{ comparison: 'pid = parent_ref.pid', found: ['11'], referenced: ['10'] }],
    });
    expect(of(await whyNot('app.ndjson#5'), 5)).toMatchObject({
      status: 'missing',
      reason: 'is in none of what statements 1, 4 give',
    });
  });

  test('rows per record, a union, and the end of a LIMIT', async () => {
    const answer = await whyNot('app.ndjson#2');
    expect(of(answer, 6)).toMatchObject({ status: 'in', rows: [{ values: { first_observed: expect.any(String) } }] });
    expect(of(answer, 8)?.status).toBe('in');
    expect(of(answer, 7)?.comparisons).toMatchObject([
      { comparison: 'SORT BY pid DESC', found: ['11'], referenced: ['15'] },
    ]);
    expect(of(await whyNot('app.ndjson#6'), 7)?.status).toBe('in');
  });

  test('APPLY and a WHERE over what it says', async () => {
    const common = await whyNot('app.ndjson#1');
    expect(of(common, 10)).toMatchObject({ status: 'in', rows: [{ values: { x_rarity_count: '2' } }] });
    expect(of(common, 11)?.comparisons).toMatchObject([{ comparison: 'x_rarity_count < 2', found: ['2'] }]);
    expect(of(await whyNot('app.ndjson#2'), 11)?.status).toBe('in');
  });
});

describe('into the alerts', () => {
  test('raised, suppressed under another one, and none', async () => {
    const run = await folder.windhover(
      'run',
      'shells.hunt.yaml',
      '--source',
      'app.ndjson',
      '--alerts',
      'alerts.ndjson',
    );
    expect(run.code).toBe(0);
    const log = (await folder.windhover('alerts', '--log', 'alerts.ndjson', '--format', 'json')).stdout;
    const raised = alertOf(await whyNot('app.ndjson#2'), 'bad');
    expect(raised).toMatchObject({ fate: 'raised', id: expect.stringMatching(/^[0-9a-f]{32}$/u) });
    expect(log).toContain(raised?.id);
    const shown = alertOf(await whyNot('app.ndjson#3'), 'kids');
    const hidden = alertOf(await whyNot('app.ndjson#4'), 'kids');
    expect([shown?.fate, hidden?.fate]).toEqual(['raised', 'suppressed']);
    expect(hidden?.id).toBe(shown?.id);
    expect(hidden?.reason).toContain('suppress: by x_none for 3600 s');
    expect(alertOf(await whyNot('app.ndjson#5'), 'bad')).toMatchObject({ fate: 'none', fell_out_at: [1] });
    const { stdout } = await folder.windhover(
      ...['why-not', 'app.ndjson#2', '--hunt', 'shells.hunt.yaml', '--source', 'app.ndjson'],
    );
    expect(stdout).toContain(`alert on bad\n   process: raised as alert ${raised?.id}`);
    expect(stdout).toContain("pid = parent_ref.pid\n       found '11'\n       what statement 4 gives has '10'");
  });

  test('one that was taken back', async () => {
    folder.write(
      'lonely.hunt.yaml',
      `hunt: lonely
huntflow: |
  x = GET process FROM s WHERE name = 'sh'
  APPLY rarity ON x WITH by=[name]
  lonely = x WHERE x_rarity_count < 2
alerts:
  - { on: lonely, title: 'lonely {pid}', settle: 0s }
`,
    );
    const many = Array.from({ length: 600 }, (_, i) => ({
      process: { pid: 100 + i, name: i === 599 ? 'sh' : 'other' },
    }));
    folder.records('lonely.ndjson', [{ process: { pid: 1, name: 'sh' } }, ...many]);
    const answer = await whyNot('lonely.ndjson#1', 'lonely.hunt.yaml', 'lonely.ndjson');
    expect(of(answer, 3)?.comparisons).toMatchObject([{ comparison: 'x_rarity_count < 2', found: ['2'] }]);
    expect(alertOf(answer, 'lonely')).toMatchObject({ fate: 'retracted', id: expect.any(String) });
  });
});

test('with LAST it is told as of when the record had come furthest', async () => {
  folder.write(
    'last.hunt.yaml',
    `hunt: last
huntflow: |
  x = GET process FROM s WHERE name = 'sh' LAST 10 s
  g = GROUP x BY name WITH COUNT(pid) AS n
  many = g WHERE n >= 2
  bad = x WHERE pid > 100
alerts:
  - { on: many, title: '{n} of {name}', settle: 0s }
  - { on: bad, title: 'bad' }
`,
  );
  const at = (second: number): string => `2026-05-01T08:00:${String(second).padStart(2, '0')}Z`;
  folder.records('last.ndjson', [
    { process: { pid: 1, name: 'sh' }, time: at(0) },
    { process: { pid: 2, name: 'sh' }, time: at(4) },
    { process: { pid: 3, name: 'other' }, time: at(50) },
  ]);
  const answer = await whyNot('last.ndjson#1', 'last.hunt.yaml', 'last.ndjson');
  expect(answer.as_of).toBe('2026-05-01T08:00:04.000Z');
  expect(of(answer, 3)?.status).toBe('in');
  expect(of(answer, 4)?.comparisons).toMatchObject([{ comparison: 'pid > 100', found: ['1'] }]);
  expect(alertOf(answer, 'many')?.fate).toBe('raised');
  expect(alertOf(answer, 'bad')).toMatchObject({ fate: 'none', fell_out_at: [4] });
});

describe('what was read but is no record', () => {
  const ask = async (record: string, source = 'odd.ndjson'): Promise<string> => {
    const args = ['why-not', record, '--hunt', 'shells.hunt.yaml', '--source', source];
    const { code, stdout, stderr } = await folder.windhover(...args);
    expect([code, stdout]).toEqual([2, '']);
    return stderr;
  };
  const other = { '@timestamp': '2026-05-01T08:00:00Z', event: { kind: 'event', module: 'sysmon' } };
  const security = {
    ...other,
    winlog: { channel: 'Security', event_id: 4688, computer_name: 'h' },
    host: { name: 'h' },
  };
  const noTime = { event: { sf_type: 'PE' }, process: { pid: 1, name: 'sh' } };

  beforeAll(() => {
    const lines = ['{"broken": \u001b[31m', JSON.stringify(security), JSON.stringify(noTime), '', '[1]'];
    folder.write('odd.ndjson', `${lines.join('\n')}\n`);
  });

  test('is told with what became of it', async () => {
    expect(await ask('odd.ndjson#1')).toContain(
      'error: odd.ndjson#1 was read, but could not be decoded: it is no JSON (not-json)',
    );
    expect(await ask('odd.ndjson#1')).toMatch(/begins with \{"broken": \\x1b\[31m/);
    expect(await ask('odd.ndjson#2')).toContain(
      'error: odd.ndjson#2 was read, and is of a kind that no hunt can use: ',
    );
    expect(await ask('odd.ndjson#2')).toContain('Security');
    expect(await ask('odd.ndjson#3')).toContain('it does not say when it happened (no-event-time)');
    expect(await ask('odd.ndjson#4')).toContain('is empty');
    expect(await ask('odd.ndjson#5')).toContain('it is JSON, but no object (not-an-object)');
  });

  test('is told where a line begins, and that a file is none of the sources', async () => {
    expect(await ask('odd.ndjson:5')).toContain('begins at odd.ndjson:0');
    expect(await ask('odd.ndjson:99999')).toContain('odd.ndjson ends before it');
    expect(await ask('app.ndjson#1')).toContain('app.ndjson is no part of a source of the hunt');
    expect(await ask('nowhere.ndjson:7')).toContain('nowhere.ndjson is no part of a source of the hunt');
    expect(await ask('0123456789abcdef')).toContain('have no id: name their place');
  });

  test('is found in an array as well', async () => {
    folder.write('odd.json', '[\n{ "no": "format" }\n]\n');
    expect(await ask('odd.json#2', 'odd.json')).toContain('odd.json#2 was read, but could not be decoded: ');
    expect(await ask('odd.json:8', 'odd.json')).toContain('it is of no format that is known (unknown-format)');
  });
});

describe('a folder of hunts', () => {
  test('of one is that hunt; of several it is told to name one', async () => {
    folder.write('one/shells.hunt.yaml', HUNT);
    folder.write('two/a.hunt.yaml', HUNT);
    folder.write('two/b.hunt.yaml', HUNT);
    expect((await whyNot('app.ndjson#1', 'one')).statements.length).toBeGreaterThan(0);
    const { code, stderr } = await folder.windhover(
      'why-not',
      'app.ndjson#1',
      '--hunt',
      'two',
      '--source',
      'app.ndjson',
    );
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: two holds 2 hunts, and why-not looks at one\n  Name one of them, such as --hunt two/a.hunt.yaml.\n',
    );
  });
});
