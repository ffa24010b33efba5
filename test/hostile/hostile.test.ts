import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeState } from '../../src/store/state-codec.ts';
import { stateKeys } from '../../src/store/state-keys.ts';
import { RocksStateStore } from '../../src/store/rocks-state-store.ts';
import { sysflowSchema } from '../../src/telemetry/sysflow/sysflow-schema.ts';
import { containerOf, traceOf } from '../../src/telemetry/testing/avro-container.ts';
import { smallTrace } from '../../src/telemetry/testing/trace-records.ts';
import { processDocument } from '../support/process-document.ts';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';

let folder = '';
let hunt = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-hostile-'));
  hunt = write('h.hf', "p = GET process FROM s WHERE name = 'sh'\nDISP p ATTR name, command_line");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const document = (commandLine: string, second = 0): string => processDocument({ command_line: commandLine }, second);

interface Answer extends ProgramResult {
  readonly input: { readonly records: number; readonly undecodable: number; readonly ignored: number };
}

async function run(source: string, ...args: string[]): Promise<Answer> {
  const result = await runWindhover(['run', hunt, '--source', source, '--format', 'json', ...args]);
  return { ...result, input: (JSON.parse(result.stdout) as Answer).input };
}

describe('input that is no telemetry, or broken telemetry', () => {
  test('an empty file: a warning, 0', async () => {
    const { code, stderr, input } = await run(write('empty.ndjson', ''));
    expect([code, input.records]).toEqual([0, 0]);
    expect(stderr).toContain('no records');
  });

  test.each<[string, () => string | Uint8Array]>([
    ['binary', () => Uint8Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 251)],
    ['NUL-filled', () => new Uint8Array(100_000)],
    ['nested 100,000 deep', () => '['.repeat(100_000)],
    ['of another schema', () => '{"a":1}\n{"b":2}\n'],
    ['cut in the middle of its only line', () => document('x').slice(0, 200)],
    ['latin1 with high bytes', () => Buffer.from('caf\xe9 caf\xe9\n', 'latin1')],
  ])('%s: counted as undecodable, 3', async (name, content) => {
    const { code, input } = await run(write(`${name.length}.bad`, content()));
    expect(code).toBe(3);
    expect(input.undecodable).toBeGreaterThan(0);
  });

  test('UTF-16: refused with the remedy, 3', async () => {
    const path = write('utf16.ndjson', Buffer.from(`\uFEFF${document('x')}`, 'utf16le'));
    const { code, stderr } = await runWindhover(['run', hunt, '--source', path]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/UTF-16[\s\S]*UTF-8/);
  });

  test('an Avro file of another schema, or another codec: refused with the remedy, 3', async () => {
    const sale = '{"type": "record", "name": "shop.Sale", "fields": [{"name": "sum", "type": "int"}]}';
    const other = write('sale.avro', containerOf(sale, [Buffer.from([2])]));
    const packed = write('snappy.sf', traceOf(smallTrace(), { codec: 'snappy' }));
    for (const [path, message] of [
      [other, /shop\.Sale[\s\S]*JSON lines/],
      [packed, /snappy[\s\S]*deflate/],
    ] as const) {
      const { code, stderr } = await runWindhover(['run', hunt, '--source', path]);
      expect(code).toBe(3);
      expect(stderr).toMatch(message);
    }
  });

  test('a trace that breaks off, or is damaged in the middle: its other records count, the rest is told', async () => {
    const whole = traceOf(smallTrace(), { perBlock: 6 });
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, whole.length - 260, whole.length - 240);
    for (const [bytes, told] of [
      [whole.subarray(0, -40), 'broken.sf: ends in the middle of a block. '],
      [damaged, 'broken.sf: is damaged in 1 block at byte '],
    ] as const) {
      const { code, stderr, input } = await run(write('broken.sf', bytes));
      expect(stderr).toContain(told);
      expect([code, input.undecodable]).toEqual([0, 1]);
      expect(input.records).toBeGreaterThan(0);
      expect(stderr).toContain('could not be decoded');
    }
  });

  test('a block that unpacks to gigabytes: one undecodable, never unpacked', { timeout: 60_000 }, async () => {
    const bomb = containerOf(JSON.stringify(sysflowSchema()), [Buffer.alloc(100 << 20)]);
    const { code, input } = await run(write('bomb.sf', bomb));
    expect([code, input.undecodable, input.records]).toEqual([3, 1, 0]);
  });

  test('broken lines between good ones: the good ones count, the broken ones go to the dead-letter file', async () => {
    const lines = [document('a', 1), '{"broken', '\u0000\u0000', document('b', 2), '[]', document('c', 3)];
    const dead = join(folder, 'dead.ndjson');
    const { code, input } = await run(write('mixed.ndjson', lines.join('\n')), '--dead-letter', dead);
    expect([code, input.records]).toEqual([0, 3]);
    expect(input.undecodable).toBeGreaterThanOrEqual(2);
    const [first] = readFileSync(dead, 'utf8').split('\n');
    expect(JSON.parse(first as string)).toMatchObject({ offset: expect.any(Number), reason: expect.any(String) });
  });

  test('a gzip stream that breaks off: its whole lines count, the rest is told', async () => {
    const whole = gzipSync(Array.from({ length: 2000 }, (_, i) => document(`run ${i * 7919}`, i % 60)).join('\n'));
    const { code, stderr, input } = await run(write('cut.ndjson.gz', whole.subarray(0, whole.length >> 1)));
    expect(code).toBe(0);
    expect(input.records).toBeGreaterThan(100);
    expect(stderr).toContain('could not be decoded');
  });

  test('gzip cut before its first line, or damaged, in a folder: told and counted, the other files are read', async () => {
    const lines = (i: number): string =>
      Array.from({ length: 300 }, (_, k) => document(`r${i}.${k * 7919}`)).join('\n');
    for (const at of [2, 12, 60, 'damaged'] as const) {
      const files = join(folder, `broken-${at}`);
      mkdirSync(files);
      const packed: Buffer[] = [0, 1, 2].map((i) => gzipSync(lines(i)));
      const middle = packed[1] as Buffer;
      if (at === 'damaged') middle.fill(0xaa, 20, 60);
      else packed[1] = middle.subarray(0, at);
      for (const [i, bytes] of packed.entries()) writeFileSync(join(files, `${i}.gz`), bytes);
      const { code, stderr, input } = await run(files);
      expect([code, input.undecodable, input.records]).toEqual([0, 1, 600]);
      expect(stderr).toMatch(
        at === 'damaged' ? /1\.gz: is damaged.*gzip -t/ : /1\.gz: ends in the middle.*copy the file again/,
      );
      const alone = await run(join(files, '1.gz'));
      expect([alone.code, alone.input.undecodable]).toEqual([3, 1]);
    }
  });

  test('a line without an end: passed by in bounded memory, one undecodable', { timeout: 60_000 }, async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${document('a', 1)}\n`);
      for (let i = 0; i < 80; i++) yield Buffer.alloc(1 << 20, 'x');
      yield Buffer.from(`\n${document('b', 2)}\n`);
    }
    const result = await runWindhover(['run', hunt, '--source', '-', '--format', 'json'], { stdin: endless() });
    expect((JSON.parse(result.stdout) as Answer).input).toMatchObject({ records: 2, undecodable: 1 });
  });

  test('keys that mean something to JavaScript: keys like others', async () => {
    const path = write(
      'proto.ndjson',
      `${document('a').replace('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},')}\n`,
    );
    expect((await run(path)).input.records).toBe(1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('lines that are odd, and telemetry all the same', () => {
  const odd = document('OLD');
  /** What comes of the lines: their count, and the command line and pid that the hunt shows. */
  async function read(name: string, content: string | Uint8Array): Promise<readonly unknown[]> {
    const result = await run(write(`${name.replaceAll(/\W/g, '-')}.ndjson`, content), '--rows', 'p');
    const { hunts } = JSON.parse(result.stdout) as {
      hunts: { variables: { rows: { command_line?: string; pid?: number }[] }[] }[];
    };
    const { command_line: text, pid } = hunts[0]?.variables[0]?.rows[0] ?? {};
    return [result.code, result.input.records, result.input.undecodable, text, pid];
  }

  test.each<[string, string | Uint8Array, readonly unknown[]]>([
    ['a key that stands twice', odd.replace('"pid":7', '"pid":8,"pid":7'), [0, 1, 0, 'OLD', 7]],
    ['a lone surrogate', odd.replace('OLD', 'a\\ud800b'), [0, 1, 0, 'a\ud800b', 7]],
    ['NUL in a text', odd.replace('OLD', 'a\\u0000b'), [0, 1, 0, 'a\0b', 7]],
    ['a byte order mark and line ends of Windows', `\ufeff${odd}\r\n${odd}\r\n`, [0, 2, 0, 'OLD', 7]],
    [
      'bytes that are no UTF-8 within a text',
      Buffer.from(odd.replace('OLD', 'a\xff\xc3b'), 'latin1'),
      [0, 1, 0, 'a\ufffd\ufffdb', 7],
    ],
    ['a list of a million members', odd.replace('{', `{"tags":[${'1,'.repeat(1_000_000)}1],`), [0, 1, 0, 'OLD', 7]],
    ['a text of a megabyte', odd.replace('OLD', 'a'.repeat(1 << 20)), [0, 1, 0, 'a'.repeat(1 << 20), 7]],
  ])('%s: read as JSON says it', async (name, content, expected) => {
    expect(await read(name, content)).toEqual(expected);
  });

  test('a number beyond 2^53: kept to the last digit', async () => {
    const source = write('wide.ndjson', odd.replace('"pid":7', '"pid":9007199254740993'));
    const { stdout } = await runWindhover([
      'run',
      write('wide.hf', 'p = GET process FROM s WHERE pid = 9007199254740993\nDISP p ATTR pid'),
      '--source',
      `s=${source}`,
    ]);
    expect(stdout).toContain('9007199254740993');
  });

  test('a raw NUL within a line: one undecodable, the others count', async () => {
    expect((await read('raw', `${odd.replace('OLD', 'a\0b')}\n${odd}\n`)).slice(0, 3)).toEqual([0, 1, 1]);
  });

  test(
    'a gzip stream that unpacks to hundreds of megabytes of one line: passed by in bounded memory',
    { timeout: 60_000 },
    async () => {
      const bomb = gzipSync(
        Buffer.concat([Buffer.from(`${odd}\n`), Buffer.alloc(200 << 20, 'x'), Buffer.from(`\n${odd}\n`)]),
      );
      const { code, input } = await run(write('bomb.ndjson.gz', bomb));
      expect([code, input.records, input.undecodable]).toEqual([0, 2, 1]);
    },
  );
});

describe('places that are no files', () => {
  test('a pipe: refused with the remedy, without waiting for its writer', async () => {
    const path = join(folder, 'pipe.ndjson');
    execFileSync('mkfifo', [path]);
    const { code, stderr } = await runWindhover(['run', hunt, '--source', path]);
    expect([code, stderr]).toEqual([3, expect.stringMatching(/is a pipe[\s\S]*--source -/)]);
  });

  test('a pipe, and a link to its own folder, in a folder: passed by', async () => {
    const inside = join(folder, 'mixed');
    mkdirSync(inside);
    execFileSync('mkfifo', [join(inside, 'a.ndjson')]);
    symlinkSync('.', join(inside, 'self'));
    writeFileSync(join(inside, 'b.ndjson'), `${document('a')}\n`);
    const { code, input } = await run(inside);
    expect([code, input.records]).toEqual([0, 1]);
  });

  test('a link that leads to itself, or nowhere: refused with the remedy, 3', async () => {
    symlinkSync('loop.ndjson', join(folder, 'loop.ndjson'));
    symlinkSync('nowhere.ndjson', join(folder, 'gone.ndjson'));
    for (const name of ['loop.ndjson', 'gone.ndjson']) {
      const { code, stderr } = await runWindhover(['run', hunt, '--source', join(folder, name)]);
      expect([code, stderr]).toEqual([3, expect.stringMatching(/leads nowhere|does not exist/)]);
    }
  });

  test('a device without an end, as a hunt: the call is wrong, 2', async () => {
    const { code, stderr } = await runWindhover(['check', '/dev/zero']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('4194304')]);
  });

  test('a pipe in a folder of hunts: passed by', async () => {
    const inside = join(folder, 'hunts');
    mkdirSync(inside);
    execFileSync('mkfifo', [join(inside, 'a.hf')]);
    writeFileSync(join(inside, 'b.hf'), 'p = GET process FROM s WHERE pid = 7');
    const { code, stdout } = await runWindhover(['check', inside]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 file')]);
  });
});

describe('what telemetry says never acts on the terminal', () => {
  test('escape sequences and bidi controls: written out, never sent to the terminal', async () => {
    const path = write('escape.ndjson', document('sh -c \u001b[2J\u0007 \u202egnp.exe \u009b31m'));
    const { stdout, stderr } = await runWindhover(['run', hunt, '--source', path, '--alert', 'p']);
    // oxlint-disable-next-line no-control-regex
    expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).toContain('\\x1b[2J');
  });
});

describe('hunts that cannot run', () => {
  test.each([
    ['an unknown variable', 'x = y WHERE pid = 1', 'variable-unknown'],
    ['an unknown attribute', "x = GET process FROM s WHERE nmae = 'a'", 'attribute-unknown'],
    [
      'a relation that plain huntflows lack',
      'x = GET process FROM s WHERE pid = 1\ny = FIND file CREATED BY x',
      'relation-extended',
    ],
    ['an unknown source', 'x = GET process FROM nosuch WHERE pid = 1', 'source-unknown'],
    [
      'a statement that does not run yet',
      'x = GET process FROM s WHERE pid = 1\nAPPLY python://a ON x',
      'not-executed',
    ],
    ['a syntax error', 'x = GET', 'syntax-end'],
  ])('%s: told with a code, the other hunt runs, 1', async (name, text, code) => {
    const bad = write(`bad${name.length}.hf`, text);
    const source = write('good.ndjson', document('a'));
    const result = await runWindhover(['run', bad, hunt, '--source', `s=${source}`, '--format', 'json']);
    expect(result.code).toBe(1);
    const { hunts } = JSON.parse(result.stdout) as {
      hunts: { ok: boolean; diagnostics: { code: string }[]; variables: { entities: number }[] }[];
    };
    expect(hunts[0]?.ok).toBe(false);
    expect(hunts[0]?.diagnostics.map((each) => each.code)).toContainEqual(expect.stringContaining(code));
    expect(hunts[1]).toMatchObject({ ok: true, variables: [{ entities: 1 }] });
  });
});

describe('calls that are wrong', () => {
  test.each<[string, string[]]>([
    ['an unknown command', ['hunt']],
    ['an unknown option', ['run', 'x.hf', '--fast']],
    ['a missing hunt', ['run', 'nosuch.hf']],
    ['no hunt', ['run']],
    ['a format that is none', ['run', 'x.hf', '--format', 'xml']],
    ['snapshots without ndjson', ['run', 'x.hf', '--snapshots']],
    ['a duration that is none', ['run', 'x.hf', '--retention', 'soon']],
    ['a missing configuration', ['run', 'x.hf', '--config', 'nosuch.yaml']],
    ['an attack that is none', ['simulate', '--attacks', 'earthquake']],
  ])('%s: 2, with the remedy', async (_name, args) => {
    const { code, stderr } = await runWindhover(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: /);
  });
});

describe('places that fail', () => {
  test('a source that is not there: 3', async () => {
    const { code, stderr } = await runWindhover(['run', hunt, '--source', join(folder, 'nosuch.ndjson')]);
    expect(code).toBe(3);
    expect(stderr).toContain('does not exist');
  });

  test('an alert log that cannot be written: 3', async () => {
    mkdirSync(join(folder, 'a-folder'), { recursive: true });
    const source = write('one.ndjson', document('a'));
    const { code, stderr } = await runWindhover([
      'run',
      hunt,
      '--source',
      source,
      '--alerts',
      join(folder, 'a-folder'),
    ]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/alert log[\s\S]*--alerts/);
  });

  test('a state folder in use by another run: 3', async () => {
    const state = join(folder, 'used');
    const store = await RocksStateStore.open(state);
    const { code, stderr } = await runWindhover([
      'run',
      hunt,
      '--source',
      write('two.ndjson', document('a')),
      '--state',
      state,
    ]);
    await store.close();
    expect(code).toBe(3);
    expect(stderr).toContain('in use');
  });

  test('a state folder of another version: 3, and nothing of it is touched', async () => {
    const state = join(folder, 'newer');
    const store = await RocksStateStore.open(state);
    const value = encodeState({ version: 99 });
    await store.write([{ kind: 'put', key: stateKeys.meta('folder'), value }]);
    await store.close();
    const { code, stderr } = await runWindhover([
      'run',
      hunt,
      '--source',
      write('three.ndjson', document('a')),
      '--state',
      state,
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('layout 99');
    const again = await RocksStateStore.open(state);
    expect(await again.get(stateKeys.meta('folder'))).toEqual(value);
    await again.close();
  });

  test('Ctrl-C in the middle: 130, and the next call goes on with nothing lost', { timeout: 60_000 }, async () => {
    const lines = Array.from({ length: 6000 }, (_, i) => document(`run ${i}`, i % 60));
    const source = write('long.ndjson', lines.join('\n'));
    const state = join(folder, 'interrupted');
    const args = ['run', hunt, '--source', source, '--state', state, '--format', 'json'];
    const first = await runWindhover(args, { interrupt: (now) => setImmediate(() => setTimeout(now, 0)) });
    expect([0, 130]).toContain(first.code);
    const second = await runWindhover(args);
    const records = (result: ProgramResult): number => (JSON.parse(result.stdout) as Answer).input.records;
    expect(records(first) + records(second)).toBe(6000);
  });
});
