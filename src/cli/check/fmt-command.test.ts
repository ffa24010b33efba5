import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runWindhover } from '../../../test/support/run-windhover.ts';

const UGLY = "x=new process['a']\ndisp x";
const NICE = "x = NEW process ['a']\nDISP x\n";

let folder: string;
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);
const fmt = (...args: string[]): ReturnType<typeof runWindhover> => runWindhover(['fmt', ...args], { cwd: folder });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-fmt-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function* input(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

describe('windhover fmt', () => {
  test('rewrites what is not formatted, and names it', async () => {
    mkdirSync(join(folder, 'hunts'));
    put('hunts/a.hf', UGLY);
    put('hunts/b.hf', NICE);
    put('hunts/c.hunt.yaml', `hunt: c\nhuntflow: |\n  disp x\n  # end\n`);
    const before = statSync(join(folder, 'hunts/b.hf'), { bigint: true }).mtimeNs;
    expect(await fmt('hunts')).toEqual({ code: 0, stdout: 'hunts/a.hf\nhunts/c.hunt.yaml\n', stderr: '' });
    expect(read('hunts/a.hf')).toBe(NICE);
    expect(read('hunts/c.hunt.yaml')).toBe(`hunt: c\nhuntflow: |\n  DISP x\n  # end\n`);
    expect(statSync(join(folder, 'hunts/b.hf'), { bigint: true }).mtimeNs).toBe(before);
    expect(readdirSync(join(folder, 'hunts'))).toHaveLength(3);
    expect(await fmt('hunts')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('--check changes nothing and says so', async () => {
    put('a.hf', UGLY);
    put('b.hf', NICE);
    expect(await fmt('--check', 'a.hf', 'b.hf')).toEqual({ code: 1, stdout: 'a.hf\n', stderr: '' });
    expect(read('a.hf')).toBe(UGLY);
    expect(await fmt('--check', 'b.hf')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('a text with syntax errors is left alone, the others are formatted', async () => {
    put('a.hf', 'disp\n');
    put('b.hf', UGLY);
    const { code, stdout, stderr } = await fmt('a.hf', 'b.hf');
    expect([code, stdout]).toEqual([1, 'b.hf\n']);
    expect(stderr).toContain('a.hf:1:5: error:');
    expect(read('a.hf')).toBe('disp\n');
  });

  test('a hunt file that cannot be formatted safely says why', async () => {
    put('a.hunt.yaml', 'hunt: a\nhuntflow: "disp x"\n');
    const { code, stderr } = await fmt('a.hunt.yaml');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^a\.hunt\.yaml is left as it is: .*huntflow: \|/);
  });

  test('keeps permissions and symbolic links', async () => {
    put('a.hf', UGLY);
    chmodSync(join(folder, 'a.hf'), 0o640);
    symlinkSync('a.hf', join(folder, 'link.hf'));
    expect((await fmt('link.hf')).stdout).toBe('link.hf\n');
    expect(read('a.hf')).toBe(NICE);
    expect(statSync(join(folder, 'a.hf')).mode & 0o777).toBe(0o640);
  });

  test('what is not UTF-8 would be lost, and is refused', async () => {
    put('a.hf', Buffer.from([0x23, 0xe9, 0x0a]));
    expect(await fmt('a.hf')).toMatchObject({ code: 2, stderr: expect.stringContaining('not UTF-8') as string });
    expect(readFileSync(join(folder, 'a.hf'))).toEqual(Buffer.from([0x23, 0xe9, 0x0a]));
  });

  test('standard input goes to standard output', async () => {
    expect(await runWindhover(['fmt', '-'], { stdin: input(UGLY) })).toEqual({ code: 0, stdout: NICE, stderr: '' });
    expect(await runWindhover(['fmt', '--check', '-'], { stdin: input(UGLY) })).toEqual({
      code: 1,
      stdout: '',
      stderr: '',
    });
    expect(await runWindhover(['fmt', '--check', '-'], { stdin: input(NICE) })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(await runWindhover(['fmt', '-'], { stdin: input('disp') })).toMatchObject({ code: 1, stdout: '' });
  });

  test('a wrong call', async () => {
    expect((await fmt('-', 'a.hf')).code).toBe(2);
    expect((await fmt('missing.hf')).code).toBe(2);
    expect((await fmt()).code).toBe(2);
  });
});
