import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover, type ProgramResult } from './support/run-windhover.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures/stix/', import.meta.url));
const P5 =
  'p = NEW [{"type":"process","name":"a","pid":1},{"type":"process","name":"b","pid":2},{"type":"process","name":"c"},{"type":"process","name":"d","pid":10},{"type":"process","name":"A","pid":2}]';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-load-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function write(name: string, content: string): string {
  writeFileSync(join(cwd, name), content);
  return name;
}

const windhover = (...args: string[]): Promise<ProgramResult> => runWindhover(args, { cwd });

interface HuntDocument {
  readonly ok: boolean;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly message: string;
    readonly start: { line: number };
  }[];
  readonly variables: readonly { readonly name: string; readonly entities: number }[];
  readonly displays: readonly {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly unknown[])[];
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly nodes?: readonly { readonly operator: string; readonly members: number }[];
  }[];
  readonly saves?: readonly { readonly path: string; readonly rows: number | null }[];
}

/** Runs a huntflow, and answers with its part of the result. */
async function run(name: string, text: string, ...args: string[]): Promise<HuntDocument & { readonly code: number }> {
  const result = await windhover('run', write(`${name}.hf`, text), '--format', 'json', ...args);
  const { hunts } = JSON.parse(result.stdout) as { hunts: HuntDocument[] };
  return { ...(hunts[0] as HuntDocument), code: result.code };
}

const fixture = (name: string): readonly string[] => ['--source', `fx=${join(FIXTURES, name)}`];

describe('LOAD', () => {
  test('a list of texts takes its type from AS, and needs it', async () => {
    write('list.json', '["cmd.exe", "explorer.exe", "reg.exe"]');
    const { variables, displays } = await run('l1', 'v = LOAD list.json AS process DISP v ATTR name SORT BY name ASC');
    expect(variables).toMatchObject([{ name: 'v', entities: 3 }]);
    expect(displays[0]?.rows).toEqual([['cmd.exe'], ['explorer.exe'], ['reg.exe']]);
    const without = await run('l2', 'v = LOAD list.json');
    expect([without.code, without.diagnostics[0]?.code]).toEqual([1, 'load-type-missing']);
  });

  test('objects take it from their column type, which wins over AS', async () => {
    write('flows.csv', 'type,src_ref.value,dst_port\nnetwork-traffic,10.0.0.1,80\nnetwork-traffic,10.0.0.2,80\n');
    const text =
      'n = LOAD flows.csv AS process m = n WHERE src_ref.value = "10.0.0.2" DISP m ATTR src_ref.value, dst_port';
    const { variables, displays } = await run('l3', text);
    expect(variables).toMatchObject([
      { type: 'network-traffic', entities: 2 },
      { type: 'network-traffic', entities: 1 },
    ]);
    expect(displays[0]?.rows).toEqual([['10.0.0.2', 80]]);
  });

  test('addresses of a file are those of the records', async () => {
    write('hosts.csv', 'value\n10.0.0.5\n');
    const text =
      'h = LOAD hosts.csv AS ipv4-addr n = GET network-traffic FROM fx WHERE src_ref.value = h.value f = FIND network-traffic CREATED BY h';
    const { variables } = await run('l4', text, ...fixture('FX-NET.json'));
    const [, n, f] = variables;
    expect(n?.entities).toBeGreaterThan(0);
    expect(f?.entities).toBe(n?.entities);
  });

  test('tells the line of what is wrong, at the statement', async () => {
    write('bad.csv', 'name,pid\nsh,1\nsh\n');
    const { code, diagnostics } = await run('l5', '\nx = LOAD bad.csv AS process');
    expect(code).toBe(1);
    expect(diagnostics).toMatchObject([
      { code: 'load-unreadable', start: { line: 2 }, message: expect.stringContaining('line 3: 1 cell') as string },
    ]);
  });

  test('a hunt that has errors reads no file; check reads none at all', async () => {
    const { stdout } = await windhover('check', write('l6.hf', 'x = LOAD nosuch.csv AS process'), '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    const { diagnostics } = await run('l7', 'x = LOAD nosuch.csv AS process DISP y');
    expect(diagnostics.map(({ code }) => code)).toEqual(['variable-unknown']);
  });

  test('explain names the files', async () => {
    write('few.csv', 'name\nsh\n');
    const hunt = write('l8.hf', 'x = LOAD few.csv AS process SAVE x TO out/x.json');
    const { stdout } = await windhover('explain', hunt, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      files: { reads: ['few.csv'], writes: ['out/x.json'] },
      nodes: [{ operator: 'LOAD', does: '1 constant row of few.csv' }],
    });
  });

  test('with state: the file is read at each call, and a changed one starts the hunt again', async () => {
    write('known.csv', 'name\na\n');
    const args = [write('l9.hf', 'x = LOAD known.csv AS process'), '--state', join(cwd, 'state'), '--format', 'json'];
    await windhover('run', ...args);
    const same = await windhover('run', ...args);
    write('known.csv', 'name\na\nb\n');
    const other = await windhover('run', ...args);
    expect(same.stderr).not.toContain('has changed');
    expect(other.stderr).toContain('a file that it loads, has changed');
    expect(JSON.parse(other.stdout)).toMatchObject({ hunts: [{ variables: [{ entities: 2 }] }] });
  });
});

describe('SAVE', () => {
  test('LOAD of a file saved above is the variable saved, rows of unknown values included', async () => {
    const text = `${P5} SAVE p TO t.csv q = LOAD t.csv DISP q ATTR name SORT BY name ASC`;
    const { variables, displays, saves } = await run('s1', text);
    expect(variables.map(({ entities }) => entities)).toEqual([5, 5]);
    expect(displays[0]?.rows).toEqual([['A'], ['a'], ['b'], ['c'], ['d']]);
    expect(saves).toEqual([{ statement: 2, variable: 'p', path: 't.csv', rows: 5 }]);
    const again = await run('s2', 'q = LOAD t.csv DISP q ATTR name, pid SORT BY name ASC');
    expect(again.displays[0]?.rows).toEqual([
      ['A', 2],
      ['a', 1],
      ['b', 2],
      ['c', null],
      ['d', 10],
    ]);
  });

  test('of entities of records: every column, references walked', async () => {
    const text = "p = GET process FROM fx WHERE name = 'cmd.exe' SAVE p TO tree.json";
    await run('s3', text, ...fixture('FX-TREE.json'));
    const rows = JSON.parse(readFileSync(join(cwd, 'tree.json'), 'utf8')) as Record<string, unknown>[];
    expect(rows).toHaveLength(2);
    expect(Object.keys(rows[0] ?? {})).toEqual(expect.arrayContaining(['type', 'name', 'parent_ref.name']));
    const back = await run('s4', "q = LOAD tree.json r = q WHERE name = 'cmd.exe' AND parent_ref.name IS NOT NULL");
    expect(back.variables.map(({ entities }) => entities)).toEqual([
      2,
      rows.filter((row) => row['parent_ref.name'] !== null).length,
    ]);
  });

  test.each(['t.xyz', 't.parquet', 't.csv.zip'])('to %s: the supported formats are named', async (path) => {
    const { stdout } = await windhover('check', write('s5.hf', `${P5} SAVE p TO ${path}`));
    expect(stdout).toContain('Supported are .csv, .json, .ndjson and .jsonl');
  });

  test('that fails is told at its statement, ends with 3, and stops nothing else', async () => {
    mkdirSync(join(cwd, 'taken.csv'));
    const bad = write('s6.hf', `${P5}\nSAVE p TO taken.csv\nSAVE p TO fine.csv`);
    const good = write('s7.hf', `${P5} SAVE p TO other.csv`);
    const { code, stdout, stderr } = await windhover('run', bad, good, '--format', 'json');
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      hunts: [
        {
          ok: false,
          diagnostics: [{ code: 'save-refused', start: { line: 2 } }],
          variables: [{ entities: 5 }],
          saves: [{ rows: null, failure: 'save-refused' }, { rows: 5 }],
        },
        { ok: true, saves: [{ rows: 5 }] },
      ],
    });
    expect(stderr).toContain('taken.csv cannot be saved: it is a folder');
  });

  test('of two hunts to one file: the second does not run', async () => {
    const first = write('s8.hf', `${P5} SAVE p TO same.csv`);
    const second = write('s9.hf', `${P5} SAVE p TO ./x/../same.csv`);
    const { code, stdout } = await windhover('run', first, second, '--format', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      hunts: [{ ok: true }, { ok: false, diagnostics: [{ code: 'save-twice' }] }],
    });
  });

  test('twice to one file in one hunt: the later one holds', async () => {
    await run('s10', `${P5} q = p WHERE pid = 1 SAVE p TO twice.csv SAVE q TO twice.csv`);
    expect(readFileSync(join(cwd, 'twice.csv'), 'utf8')).toBe('"type",name,pid\r\n"process","a",1\r\n');
  });

  test('of a run whose source failed leaves the file of the last run', async () => {
    write('kept.csv', 'name\nold\n');
    const hunt = write('s11.hf', "p = GET process FROM fx WHERE name = 'sh' SAVE p TO kept.csv");
    const broken = await windhover('run', hunt, '--source', 'fx=nosuch.ndjson');
    expect(broken.code).toBe(3);
    expect(readFileSync(join(cwd, 'kept.csv'), 'utf8')).toBe('name\nold\n');
  });
});

describe('displays', () => {
  test('DESCRIBE counts what is known', async () => {
    const text =
      'c = GET network-traffic FROM fx WHERE dst_port > 0 DESCRIBE c.dst_port DESCRIBE c.src_byte_count DESCRIBE c.src_ref.value';
    const { displays } = await run('d1', text, ...fixture('FX-NET.json'));
    expect(displays[0]?.properties).toEqual({ count: 8, mean: 195.125, min: 22, max: 445 });
    expect(displays[1]?.properties).toMatchObject({ count: 7, min: 10, max: 3000 });
    expect(displays[1]?.properties?.mean).toBeCloseTo(822.857, 3);
    expect(Object.keys(displays[2]?.properties ?? {})).toEqual(['count', 'unique', 'top', 'freq']);
  });

  test('DESCRIBE walks references, and knows the attributes', async () => {
    const { displays } = await run(
      'd2',
      'p = GET process FROM fx WHERE pid > 0 DESCRIBE p.parent_ref.name',
      ...fixture('FX-TREE.json'),
    );
    expect(displays[0]?.properties?.count).toBeGreaterThan(0);
    const { diagnostics } = await run('d3', `${P5} DESCRIBE p.nosuch`);
    expect(diagnostics[0]?.code).toBe('attribute-unknown');
  });

  test('INFO tells what a variable is', async () => {
    const text = "p = GET process FROM fx WHERE name = 'cmd.exe' c = FIND process CREATED BY p INFO p INFO c";
    const { displays } = await run('d4', text, '--records', ...fixture('FX-TREE.json'));
    expect(displays[0]?.properties).toMatchObject({
      'Entity Type': 'process',
      'Number of Entities': 2,
      'Customized Attributes': 'x_unique_id',
      'Birth Command': 'get',
      'Associated Datasource': 'stixshifter://fx',
      'Dependent Variables': '',
    });
    expect(displays[0]?.properties?.['Number of Records']).toBeGreaterThanOrEqual(2);
    expect(displays[1]?.properties).toMatchObject({ 'Birth Command': 'find', 'Dependent Variables': 'p' });
  });

  test('EXPLAIN shows the operators that a variable rests on, with their sizes', async () => {
    const text = `${P5} q = p WHERE pid = 2 unused = NEW file ["x"] EXPLAIN q`;
    const { displays } = await run('d5', text);
    expect(displays[0]?.nodes).toMatchObject([
      { operator: 'NEW', members: 5 },
      { operator: 'WHERE', members: 2 },
    ]);
    const { stdout } = await windhover('run', 'd5.hf');
    expect(stdout).toContain('EXPLAIN q');
    expect(stdout).toMatch(/\[1\] +q = WHERE process +statement 2/);
  });
});
