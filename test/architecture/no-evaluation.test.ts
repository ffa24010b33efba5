import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

/** Ways from a text to code, and to other programs; each with what it is allowed to be in. */
const WAYS: readonly {
  readonly name: string;
  readonly pattern: RegExp;
  readonly example: string;
  readonly but?: string;
}[] = [
  { name: 'eval', pattern: /\beval\b\s*[(.,;)]/, example: 'eval(text)' },
  { name: 'indirect eval', pattern: /\(0, *eval\)|globalThis\[|\['eval'\]/, example: '(0, eval)(text)' },
  {
    name: 'the Function constructor',
    pattern: /\bFunction\s*\(|\.constructor\s*\(/,
    example: "new Function('a', text)",
  },
  {
    name: 'a timer of text',
    pattern: /\bset(?:Timeout|Interval|Immediate)\(\s*['"`]/,
    example: "setTimeout('x()', 1)",
  },
  { name: 'vm', pattern: /['"](?:node:)?vm['"]/, example: "from 'node:vm'" },
  {
    name: 'a module that is computed',
    pattern: /\bimport\(\s*(?!['"][^'"$]*['"]\s*\))/,
    example: 'await import(path)',
  },
  { name: 'require', pattern: /\brequire\s*\(|createRequire/, example: 'require(path)' },
  {
    name: 'a worker',
    pattern: /new Worker\(|['"]node:(?:worker_threads|cluster)['"]/,
    example: "from 'node:worker_threads'",
  },
  {
    name: 'another program',
    pattern: /['"](?:node:)?child_process['"]/,
    example: "from 'node:child_process'",
    // `--against git:REVISION`: git, without a shell, with arguments of the user.
    but: 'cli/backtest/git-revision.ts',
  },
  { name: 'an addon', pattern: /process\.(?:dlopen|binding)\b/, example: 'process.dlopen(m, path)' },
  { name: 'WebAssembly', pattern: /\bWebAssembly\b/, example: 'WebAssembly.compile(bytes)' },
];

/** The text without comments: they may speak of anything. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !/\.(?:test|conformance)\.ts$|testing\//.test(name),
);

test.each(WAYS)('nothing becomes code through $name', ({ pattern, example, but }) => {
  expect(codeOf(example)).toMatch(pattern);
  const found = files.filter((name) => pattern.test(codeOf(readFileSync(join(SRC, name), 'utf8'))));
  expect(found).toEqual(but === undefined ? [] : [but]);
});
