import { describe, expect, test } from 'vitest';

import type { CheckedHuntflow, Pattern, Statement } from '../ast.ts';
import { checkHuntflow } from './check-huntflow.ts';

const PROCESSES = `p = NEW process [{"name": "sh", "pid": 1}]\n`;

function sound(text: string): CheckedHuntflow {
  const checked = checkHuntflow(text);
  expect(checked.diagnostics).toEqual([]);
  return checked;
}

function last<K extends Statement['kind']>(kind: K, text: string): Extract<Statement, { kind: K }> {
  const statement = sound(text).statements.at(-1);
  if (statement?.kind !== kind) throw new Error(`${statement?.kind} instead of ${kind}`);
  return statement as Extract<Statement, { kind: K }>;
}

/** A pattern in prefix form: `(or a=1 (and b=2 c=3))`. */
function shape(pattern: Pattern | undefined): string {
  if (pattern === undefined) return '';
  if (pattern.kind === 'null') return `${pattern.path.text} ${pattern.negated ? 'not ' : ''}null`;
  if (pattern.kind === 'comparison') {
    const values = [...pattern.literals, ...pattern.references.map((each) => `${each.variable.id}.${each.path.text}`)];
    const type = pattern.center ? '' : `${pattern.type}:`;
    return `${type}${pattern.path.text} ${pattern.negated ? 'not ' : ''}${pattern.operator} ${values.join(',')}`;
  }
  return `(${pattern.kind} ${pattern.operands.map(shape).join(' | ')})`;
}

function where(pattern: string): string {
  return shape(last('assign', `${PROCESSES} x = p WHERE ${pattern}`).expression.where);
}

function record(pattern: string, type = 'process'): string {
  return shape(last('get', `x = GET ${type} FROM a://b WHERE ${pattern}`).where);
}

describe('patterns', () => {
  test.each([
    ['pid = 1 OR pid = 2 AND pid = 3', '(or pid = 1 | (and pid = 2 | pid = 3))'],
    ['pid = 1 AND pid = 2 OR pid = 3', '(or (and pid = 1 | pid = 2) | pid = 3)'],
    ['(pid = 1 OR pid = 2) AND pid = 3', '(and (or pid = 1 | pid = 2) | pid = 3)'],
    ['[pid = 1 OR (pid = 2 OR pid = 3)]', '(or pid = 1 | pid = 2 | pid = 3)'],
    ['((pid = 1))', 'pid = 1'],
    ['pid == 2', 'pid = 2'],
    ['pid != 2', 'pid not = 2'],
    ['pid NOT IN (1, 2)', 'pid not IN 1,2'],
    ['pid IN (1)', 'pid IN 1'],
    ["name IN ('bash', ('csh', ('zsh')), \"sh\")", 'name IN bash,csh,zsh,sh'],
    ['name IN [a, b]', 'name IN a,b'],
    ['pid = (5)', 'pid = 5'],
    ['pid = 1e3', 'pid = 1000'],
    ['pid = .5', 'pid = 0.5'],
    ['pid = 5.', 'pid = 5'],
    ['name = abc-def', 'name = abc-def'],
    ['name = true', 'name = true'],
    ['name IS NULL', 'name null'],
    ['name IS NOT NULL', 'name not null'],
    ['name = null', 'name null'],
    ['name != NULL', 'name not null'],
    ["name = 'NULL'", 'name = NULL'],
    ["name not like 'a%'", 'name not LIKE a%'],
    ['name LIKE 1', 'name LIKE 1'],
    ['pid = p.pid', 'pid = p#1.pid'],
    ['pid IN (1, p.pid, 3)', 'pid IN 1,3,p#1.pid'],
    ['name = p . name', 'name = p#1.name'],
    ['process:name = sh', 'name = sh'],
    ["parent_ref.binary_ref.name = 'x'", 'parent_ref.binary_ref.name = x'],
    ["opened_connection_refs[*].dst_ref.value = '10.0.0.1'", 'opened_connection_refs.dst_ref.value = 10.0.0.1'],
    ["x_anything = '1'", 'x_anything = 1'],
    ['pid = 1 # comment\n AND pid = 2', '(and pid = 1 | pid = 2)'],
  ])('%s', (written, expected) => {
    expect(where(written)).toBe(expected);
  });

  test('other types of the record, by prefix or by ECS name', () => {
    expect(record("x-oca-asset:hostname = 'h' AND name = 'sh'")).toBe('(and x-oca-asset:hostname = h | name = sh)');
    expect(record("process.parent.name = 'node'")).toBe('parent_ref.name = node');
    expect(record("process:name = 'cmd.exe'", 'file')).toBe('process:name = cmd.exe');
  });

  test('an ECS name says which mention of the record it means', () => {
    const { where: pattern } = last('get', "x = GET process FROM a://b WHERE process.name = 'sh'");
    expect(pattern).toMatchObject({ center: true, path: { text: 'name', written: 'process.name', role: 'process' } });
    const filter = last('assign', `${PROCESSES} x = p WHERE process.name = 'sh'`).expression.where;
    expect(filter).not.toHaveProperty('path.role');
  });

  test('steps of a path', () => {
    const { where: pattern } = last(
      'get',
      "x = GET process FROM a://b WHERE opened_connection_refs[*].dst_ref.value = 'x'",
    );
    expect(pattern).toMatchObject({
      path: {
        attribute: 'value',
        steps: [
          { reference: 'opened_connection_refs', list: true, target: ['network-traffic'] },
          { reference: 'dst_ref', list: false, target: expect.arrayContaining(['ipv4-addr', 'ipv6-addr']) },
        ],
      },
    });
  });
});

describe('time spans', () => {
  test.each([
    ['LAST 5 d', 432_000_000],
    ['LAST 5d', 432_000_000],
    ['last 2 Hours', 7_200_000],
    ['LAST 3 m', 180_000],
    ['LAST 1 SECOND', 1_000],
  ])('%s', (written, milliseconds) => {
    const { timespan } = last('get', `x = GET process FROM a://b WHERE pid = 1 ${written}`);
    expect(timespan).toMatchObject({ kind: 'last', milliseconds });
  });

  test.each([
    '2022-10-18T01:02:03.000000004Z',
    "t'2022-10-18T01:02:03.000000004Z'",
    '" 2022-10-18T01:02:03.000000004Z "',
  ])('START %s', (written) => {
    const { timespan } = last(
      'get',
      `x = GET process FROM a://b WHERE pid = 1 START ${written} STOP ${written} LIMIT 2`,
    );
    const instant = { ms: Date.UTC(2022, 9, 18, 1, 2, 3), ns: 4 };
    expect(timespan).toMatchObject({ kind: 'absolute', start: instant, stop: instant });
  });
});

describe('variables', () => {
  test('every binding is a version; a use means the latest one before it', () => {
    const { statements, variables } = sound(`${PROCESSES}
      p = p WHERE pid = 1
      q = p + p
      p = SORT p BY name ASC
      DISP p`);
    expect(statements.map((each) => ('output' in each ? each.output.id : each.kind))).toEqual([
      'p#1',
      'p#2',
      'q#1',
      'p#3',
      'disp',
    ]);
    expect(statements[2]).toMatchObject({ inputs: [{ id: 'p#2' }, { id: 'p#2' }] });
    expect(variables.map((each) => [each.id, each.statement])).toEqual([
      ['p#3', 3],
      ['q#1', 2],
    ]);
  });

  test('_ is the result of the last statement that bound one', () => {
    const { statements, variables } = sound(`${PROCESSES} y = _ NEW file ['/bin/sh'] DISP _`);
    expect(statements[1]).toMatchObject({ expression: { input: { id: 'p#1' } } });
    expect(statements[2]).toMatchObject({ output: { id: '_#1', type: 'file' } });
    expect(statements[3]).toMatchObject({ expression: { input: { id: '_#1' } } });
    expect(variables.map((each) => each.name)).toEqual(['p', 'y']);
  });

  test('APPLY makes new versions of its inputs and leaves _ alone', () => {
    const { statements } = sound(`${PROCESSES} APPLY score ON p WITH k=v, l=(1, p.pid, 'x') DISP p ATTR risk DISP _`);
    expect(statements[1]).toMatchObject({
      analytics: 'python://score',
      inputs: [{ id: 'p#1' }],
      outputs: [{ id: 'p#2' }],
      arguments: [
        { key: 'k', literals: ['v'] },
        { key: 'l', literals: [1, 'x'], references: [{ variable: { id: 'p#1' }, path: { text: 'pid' } }] },
      ],
    });
    expect(statements[3]).toMatchObject({ expression: { input: { id: 'p#1' } } });
  });

  test('names are case-sensitive, and keywords where no keyword may stand', () => {
    expect(checkHuntflow(`${PROCESSES} DISP P`).diagnostics[0]?.code).toBe('variable-unknown');
    sound(`where = NEW process ['a'] by = where DISP by explain = by EXPLAIN explain`);
  });

  test('a faulty statement binds its variable all the same', () => {
    const codes = (text: string): string[] => checkHuntflow(text).diagnostics.map((each) => each.code);
    expect(codes(`x = GET process FROM a://b WHERE nam = 1\ny = FIND file LOADED BY x`)).toEqual(['attribute-unknown']);
    expect(codes(`x = GET process FROM a://b WHERE\nDISP x`)).toEqual(['syntax-unexpected']);
    expect(codes(`x = nobody\ny = x WHERE pid = 1\nz = x + y`)).toEqual(['variable-unknown']);
    expect(codes(`x = GET process WHRE pid = 1\ny = GET process WHERE pid = 1`)).toEqual(['syntax-unexpected']);
  });
});

describe('FIND', () => {
  test('edges tell which side holds the reference', () => {
    const children = last('find', `${PROCESSES} c = FIND process CREATED BY p`);
    expect(children).toMatchObject({ reversed: true, edges: [{ owner: 'result', reference: 'parent_ref' }] });
    const parents = last('find', `${PROCESSES} c = FIND process created p`);
    expect(parents).toMatchObject({ reversed: false, edges: [{ owner: 'input', reference: 'parent_ref' }] });
    const connections = last('find', `${PROCESSES} c = FIND network-traffic CREATED BY p`);
    expect(connections.edges).toEqual([{ owner: 'input', reference: 'opened_connection_refs' }]);
  });

  describe('of the extended table', () => {
    const find = (text: string, relations: 'standard' | 'extended') =>
      checkHuntflow(`${PROCESSES} r = GET windows-registry-key FROM a WHERE key = 'k' ${text}`, { relations });

    test.each(['c = FIND file DELETED BY p', 'c = FIND file CREATED BY p', 'c = FIND process UPDATED r'])(
      '%s needs a hunt file that says so',
      (text) => {
        const [diagnostic] = find(text, 'standard').diagnostics;
        expect(diagnostic).toMatchObject({ code: 'relation-extended', severity: 'error' });
        expect(diagnostic?.hint).toContain('relations: extended');
        expect(find(text, 'extended').diagnostics).toEqual([]);
      },
    );

    test('joins two roles of a record by its action, beside what WHERE says', () => {
      expect(find("c = FIND file DELETED BY p WHERE name = 'x'", 'extended').statements.at(-1)).toMatchObject({
        linked: true,
        edges: [],
        roles: { result: 'file', input: 'process' },
        where: { kind: 'and', operands: [{ type: 'x-oca-event', center: false, operator: 'IN' }, { center: true }] },
      });
      expect(find('c = FIND process INJECTED p', 'extended').statements.at(-1)).toMatchObject({
        roles: { result: 'process', input: 'target-process' },
      });
    });

    test('knows its words and pairs of types', () => {
      const [unknown] = find('c = FIND file DELETE BY p', 'extended').diagnostics;
      expect(unknown).toMatchObject({ code: 'relation-unknown', hint: 'Did you mean DELETED?' });
      expect(find('c = FIND file DELETE BY p', 'standard').diagnostics[0]?.hint).not.toContain('DELETED');
      const [unsupported] = find('c = FIND file INJECTED BY p', 'extended').diagnostics;
      expect(unsupported?.code).toBe('relation-unsupported');
      expect(unsupported?.hint).toContain('FIND file READ BY p');
    });
  });

  test('LINKED holds between any types', () => {
    expect(last('find', `${PROCESSES} c = FIND file LINKED p`)).toMatchObject({ linked: true, edges: [] });
  });

  test('an unsupported triple is named with subject and object in place', () => {
    const text = `c = GET network-traffic FROM a://b WHERE dst_port = 22\n`;
    const message = (find: string): string | undefined => checkHuntflow(text + find).diagnostics[0]?.message;
    expect(message('x = FIND user-account OWNED c')).toContain('user-account--owned--network-traffic');
    expect(message('x = FIND process CREATED BY c')).toContain('network-traffic--created--process');
  });
});

describe('NEW', () => {
  test('columns in order of first mention, missing values null', () => {
    const text = `n = NEW [{"type": "process", "pid": -3, "name": 'a'}, {"type": "process", "x_b": true, "pid": null, "x_c": 1e2}]`;
    expect(last('new', text)).toMatchObject({
      type: 'process',
      columns: ['pid', 'name', 'x_b', 'x_c'],
      rows: [
        [-3, 'a', null, null],
        [null, null, true, 100],
      ],
    });
  });

  test('texts fill the primary attribute', () => {
    expect(last('new', `n = NEW user-account ["root", 'bob']`)).toMatchObject({
      columns: ['user_id'],
      rows: [['root'], ['bob']],
    });
  });

  test('the type of the objects wins', () => {
    expect(last('new', `n = NEW file [{"type": "process", "name": "a"}]`).type).toBe('process');
  });

  test('columns that the type does not have can be used', () => {
    sound(`n = NEW process [{"risk": 1}] m = n WHERE risk > 0 DISP m ATTR risk SORT BY risk`);
  });
});

describe('rows without entities', () => {
  test('a grouped variable has its keys and aggregates', () => {
    const text = `${PROCESSES} g = GROUP p BY name, BIN(pid, 100), parent_ref.name WITH COUNT(pid), MAX(pid) AS top
      DISP g ATTR name, pid_bin, parent_ref.name, count_pid, top SORT BY top LIMIT 2 OFFSET 1`;
    expect(last('disp', text).expression.attributes?.map((each) => [each.text, each.steps.length])).toEqual([
      ['name', 0],
      ['pid_bin', 0],
      ['parent_ref.name', 0],
      ['count_pid', 0],
      ['top', 0],
    ]);
    expect(checkHuntflow(`${text} DISP g ATTR pid`).diagnostics[0]?.code).toBe('attribute-unknown');
  });

  test('GROUP without WITH has automatic aggregates', () => {
    sound(`${PROCESSES} g = GROUP p BY name DISP g ATTR name, unique_pid`);
  });

  test('a joined variable has the columns of both sides', () => {
    const text = `${PROCESSES} f = NEW file [{"name": "sh", "risk": 2}] j = JOIN p, f BY name, name DISP j ATTR pid, size, risk`;
    expect(last('disp', text).expression.input).toMatchObject({ type: 'process', shape: 'rows' });
  });

  test('transforms add the columns of records', () => {
    const text = `${PROCESSES} t = TIMESTAMPED(p) g = GROUP t BY BIN(first_observed, 5m) WITH COUNT(pid) AS n DISP g ATTR first_observed_bin, n`;
    expect(sound(text).statements[2]).toMatchObject({ keys: [{ kind: 'bin', size: 5, unit: 'm' }] });
  });
});

describe('expressions', () => {
  test('all clauses, descending by default', () => {
    const { expression } = last(
      'disp',
      `${PROCESSES} DISP RECORDS(p) WHERE pid > 0 ATTR name SORT BY pid LIMIT 0 OFFSET 2`,
    );
    expect(expression).toMatchObject({
      transform: 'RECORDS',
      attributes: [{ text: 'name' }],
      sort: { path: { text: 'pid' }, direction: 'desc' },
      limit: 0,
      offset: 2,
    });
  });

  test("quotes stay in headings and not in names: hashes.'SHA-256'", () => {
    const text = `f = NEW file ['a'] DISP f ATTR hashes.'SHA-256' , name`;
    expect(last('disp', text).expression.attributes).toMatchObject([
      { text: 'hashes.SHA-256', written: "hashes.'SHA-256'", attribute: 'hashes.SHA-256' },
      { text: 'name' },
    ]);
  });
});

test('statements carry their text and place', () => {
  const [, disp] = sound(`${PROCESSES}\n  DISP   p\n   LIMIT 1 # first\n`).statements;
  expect(disp).toMatchObject({
    text: 'DISP p LIMIT 1',
    range: { start: { line: 3, column: 3 }, end: { line: 4, column: 11 } },
  });
});

test('empty texts, comments and a byte order mark are no statements', () => {
  for (const text of ['', ' \n\t\f\r\n', '# only a comment', '\ufeff# marked']) {
    expect(sound(text).statements).toEqual([]);
  }
});
