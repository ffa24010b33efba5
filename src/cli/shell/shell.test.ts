import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runWindhover } from '../../../test/support/run-windhover.ts';
import { DEFAULT_LATENESS_MS, DEFAULT_MAX_LINE_BYTES } from '../run/run-options.ts';
import { ShellSession } from './shell-session.ts';
import { runShell } from './shell.ts';
import { SourceResolver } from '../sources/source-resolver.ts';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
const UP = '\u001b[A';

const record = (pid: number, name: string, parent: string): unknown => ({
  '@timestamp': `2024-01-01T00:00:0${pid}.000Z`,
  event: { kind: 'event', category: 'process', action: 'process-start', sf_type: 'PE', sf_ret: 0 },
  host: { id: 'h1' },
  process: {
    pid,
    name,
    entity_id: `p${pid}`,
    command_line: `${name} -x`,
    parent: { pid: 1, name: parent, entity_id: 'p1', command_line: parent },
  },
});

const TELEMETRY = [record(2, 'sh', 'node'), record(3, 'bash', 'node'), record(4, 'ls', 'init')];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-shell-'));
  writeFileSync(join(folder, 't.ndjson'), TELEMETRY.map((each) => `${JSON.stringify(each)}\n`).join(''));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* input(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const shell = (text: string, ...args: string[]): ReturnType<typeof runWindhover> =>
  runWindhover(['shell', '--source', 't.ndjson', ...args], { cwd: folder, stdin: input(text) });

describe('statements from a pipe', () => {
  test('each runs with all before it, and shows what it found', async () => {
    const { code, stdout, stderr } = await shell(
      "p = GET process FROM s WHERE parent_ref.name = 'node'\nDISP p ATTR name SORT BY name ASC\nq = p WHERE name = 'sh'\n",
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe('p: 2 process\nDISP p (shell, statement 2)\nname\n────\nbash\nsh\nq: 1 process\n');
  });

  test('go on over lines until they are complete, and with a clause after that', async () => {
    const { code, stdout } = await shell(
      "p = GET process\n\nFROM s # from there\nWHERE parent_ref.name IN ('node',\n'init')\n\nLIMIT 2\nINFO p\n",
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^p: 2 process\nINFO p \(shell, statement 2\)/);
  });

  test('an entry with errors is shown with its place and leaves the session as it was', async () => {
    const { code, stdout, stderr } = await shell(
      "p = GET process FROM s WHERE name = 'sh'\np = p WHERE nam = 'x'\nDISP ?\nDISP nobody\nvars\n",
    );
    expect(code).toBe(1);
    expect(stderr).toContain('input:1:13: error: process has no attribute nam');
    expect(stderr).toContain("  1 | p = p WHERE nam = 'x'\n    |             ^^^\n");
    expect(stderr).toContain('input:1:6: error: unexpected character `?`');
    expect(stderr).toContain('variable nobody does not exist');
    expect(stdout).toMatch(/p +process +1\n$/);
  });

  test('what is not complete at the end is an error', async () => {
    const { code, stderr } = await shell('p = GET process FROM s');
    expect(code).toBe(1);
    expect(stderr).toContain('[syntax-end]');
  });

  test('a source that cannot be read is told, and the session goes on', async () => {
    const { code, stdout, stderr } = await shell(
      "a = GET process FROM file:missing.ndjson WHERE name = 'sh'\nn = NEW process ['x']\n",
    );
    expect(code).toBe(1);
    expect(stderr).toContain('missing.ndjson');
    expect(stdout).toBe('n: 1 process\n');
  });

  test('files are loaded and saved', async () => {
    writeFileSync(join(folder, 'a.csv'), 'value\n10.0.0.9\n');
    const { code, stdout, stderr } = await shell('a = LOAD a.csv AS ipv4-addr\nSAVE a TO b.csv\nDISP a\n');
    expect([code, stderr]).toEqual([0, 'b.csv: 1 row of a saved\n']);
    expect(stdout).toMatch(/^a: 1 ipv4-addr\nDISP a .*\nvalue[^]*10\.0\.0\.9\n$/);
    expect(readFileSync(join(folder, 'b.csv'), 'utf8')).toContain('10.0.0.9');
    const failed = await shell('a = LOAD a.csv AS ipv4-addr\nSAVE a TO missing/b.csv\nb = LOAD c.csv AS url\n');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('input:1:1: error: missing/b.csv cannot be saved');
    expect(failed.stderr).toContain('c.csv');
  });

  test('standard input is no source', async () => {
    const { stderr } = await runWindhover(['shell', '--source', 's=-'], {
      stdin: input('a = GET process FROM s WHERE pid = 1\n'),
    });
    expect(stderr).toContain('Standard input is where you type');
  });

  test('nothing is kept', async () => {
    const { code } = await shell("n = NEW process ['x']\n", '--history', 'h');
    expect(code).toBe(0);
    expect(existsSync(join(folder, 'h'))).toBe(false);
  });

  test('help, vars and quit; what comes after quit is not read', async () => {
    const { code, stdout } = await shell('help\nvars\nquit\nDISP nobody\n');
    expect(code).toBe(0);
    expect(stdout).toContain('Ctrl-D');
    expect(stdout).toMatch(/no variables yet\n$/);
  });
});

/** A shell on streams that are terminals; `type` sends keys and waits until the shell has asked again, or ended. */
class FakeTerminal {
  readonly stdin = Object.assign(new PassThrough(), { isTTY: true });
  readonly stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 60 });
  readonly stderr = Object.assign(new PassThrough(), { isTTY: true });
  readonly session: ShellSession;
  readonly code: Promise<number>;
  #shown = '';
  #looking: (() => void) | undefined;

  constructor(signal: AbortSignal = new AbortController().signal) {
    for (const stream of [this.stdout, this.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#shown += chunk.toString();
        this.#looking?.();
      });
    }
    this.session = new ShellSession({
      resolver: new SourceResolver(new Map([['container1', join(folder, 't.ndjson')]]), undefined, folder),
      retentionMs: Infinity,
      latenessMs: DEFAULT_LATENESS_MS,
      hostAliases: new Map(),
      maxLineBytes: DEFAULT_MAX_LINE_BYTES,
      cwd: folder,
      env: {},
      saveSink: { write: () => Promise.reject(new Error('nothing is saved here')) },
      now: () => 0,
    });
    const io = { stdout: this.stdout, stderr: this.stderr, env: { NO_COLOR: '1' }, cwd: folder, now: () => 0, signal };
    this.code = runShell(
      { session: this.session, history: join(folder, 'kept/history'), sources: ['container1'] },
      io,
      this.stdin,
    );
  }

  /** What was shown and told since the last look, without the sequences that move the cursor. */
  async until(shape: RegExp): Promise<string> {
    for (;;) {
      // oxlint-disable-next-line no-control-regex
      const seen = this.#shown.replace(/\u001b\[[\d;?]*[A-Za-z]/g, '');
      if (shape.test(seen)) {
        this.#shown = '';
        return seen;
      }
      await new Promise<void>((look) => (this.#looking = look));
    }
  }

  type(...keys: string[]): void {
    for (const key of keys) this.stdin.write(key);
  }
}

describe('on a terminal', () => {
  test('it asks, asks for more, completes, and ends with Ctrl-D', async () => {
    const terminal = new FakeTerminal();
    await terminal.until(/windhover> $/);
    terminal.type('p = get proc', '\t');
    await terminal.until(/process$/);
    terminal.type(' from con', '\t');
    await terminal.until(/container1$/);
    terminal.type('\r');
    await terminal.until(/ {7}\.\.\. $/);
    terminal.type("where parent_ref.name = 'node'\r");
    expect(await terminal.until(/windhover> $/)).toContain('p: 2 process\n');
    terminal.type('DISP ', '\t');
    await terminal.until(/DISP $/);
    terminal.type('\t');
    expect(await terminal.until(/RECORDS[^]*DISP $/)).toMatch(/p\s+_\s+TIMESTAMPED/);
    terminal.type('p ATTR command_line, name, pid, parent_ref.name, parent_ref.command_line SORT BY pid ASC\r');
    const table = await terminal.until(/windhover> $/);
    const rows = table.split('\n').filter((each) => /(?:sh|bash) -x/.test(each));
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.trimEnd().length).toBeLessThanOrEqual(60);
    terminal.type(CTRL_D);
    expect(await terminal.code).toBe(0);
  });

  test('Ctrl-C cancels what is typed, also the lines before', async () => {
    const terminal = new FakeTerminal();
    await terminal.until(/windhover> $/);
    terminal.type('n = NEW process\r');
    await terminal.until(/\.\.\. $/);
    terminal.type("['a'", CTRL_C);
    await terminal.until(/\^C\n[^]*windhover> $/);
    terminal.type("m = NEW process ['b']\r");
    expect(await terminal.until(/windhover> $/)).toContain('m: 1 process');
    expect(terminal.session.variables.map((each) => each.name)).toEqual(['m']);
    terminal.type(CTRL_D);
    expect(await terminal.code).toBe(0);
  });

  test('lines are kept for their owner alone, and come back', async () => {
    const first = new FakeTerminal();
    await first.until(/windhover> $/);
    first.type("n = NEW process ['a']\r");
    await first.until(/n: 1 process[^]*windhover> $/);
    first.type(CTRL_D);
    await first.code;
    const path = join(folder, 'kept/history');
    expect(readFileSync(path, 'utf8')).toBe("n = NEW process ['a']\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'kept')).mode & 0o777).toBe(0o700);
    const second = new FakeTerminal();
    await second.until(/windhover> $/);
    second.type(UP);
    expect(await second.until(/\]$/)).toContain("n = NEW process ['a']");
    second.type('\r');
    expect(await second.until(/windhover> $/)).toContain('n: 1 process');
    second.type(CTRL_D);
    await second.code;
  });

  test('a signal ends it with 130', async () => {
    const abort = new AbortController();
    const terminal = new FakeTerminal(abort.signal);
    await terminal.until(/windhover> $/);
    abort.abort('interrupted');
    expect(await terminal.code).toBe(130);
  });
});

describe('the session', () => {
  test('shows and stores once, and keeps what binds', async () => {
    const { session } = new FakeTerminal();
    const enter = (text: string): ReturnType<ShellSession['enter']> =>
      session.enter(text, new AbortController().signal, () => undefined);
    await enter("n = NEW process ['a', 'b'] DISP n m = n");
    expect(session.text).toBe("n = NEW process ['a', 'b']\nm = n\n");
    const clause = await enter("WHERE name = 'a'");
    expect(clause).toMatchObject({ kind: 'done', bound: [{ name: 'm', entities: 1 }], result: { displays: [] } });
    expect(session.text).toBe("n = NEW process ['a', 'b']\nm = n\nWHERE name = 'a'\n");
    expect(await enter('DISP m')).toMatchObject({ kind: 'done', result: { displays: [{ statement: 4 }] } });
    expect(await enter('LIMIT 0')).toMatchObject({ kind: 'done', result: { displays: [{ statement: 4, rows: [] }] } });
    expect(session.text).toBe("n = NEW process ['a', 'b']\nm = n\nWHERE name = 'a'\n");
  });

  test('an interrupted run leaves it as it was', async () => {
    const { session } = new FakeTerminal();
    const abort = new AbortController();
    abort.abort();
    expect(await session.enter("n = NEW process ['a']", abort.signal, () => undefined)).toEqual({
      kind: 'interrupted',
    });
    expect([session.text, session.variables]).toEqual(['', []]);
  });
});
