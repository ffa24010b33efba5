// Generates the lexer and the parser from the two grammar files, when they have changed.
//
// usage: node grammar/generate.mjs [--force]
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const grammarFolder = dirname(fileURLToPath(import.meta.url));
const outputFolder = resolve(grammarFolder, '../src/language/parser/generated');
const digestFile = join(grammarFolder, '.digest');
const grammars = ['KestrelLexer.g4', 'KestrelParser.g4'];
const outputs = ['KestrelLexer.ts', 'KestrelParser.ts'];
const require = createRequire(import.meta.url);
const generatorPackage = findPackage('antlr-ng');

function findPackage(name) {
  const entry = require.resolve.paths(name)?.map((folder) => join(folder, name, 'package.json'));
  const file = entry?.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`${name} is not installed: run npm install first`);
  return { folder: dirname(file), manifest: JSON.parse(readFileSync(file, 'utf8')) };
}

function digest() {
  const hash = createHash('sha256').update(generatorPackage.manifest.version);
  for (const file of [...grammars.map((grammar) => join(grammarFolder, grammar)), fileURLToPath(import.meta.url)]) {
    hash.update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function isUpToDate(current) {
  return (
    existsSync(digestFile) &&
    readFileSync(digestFile, 'utf8').trim() === current &&
    outputs.every((output) => existsSync(join(outputFolder, output)))
  );
}

function runGenerator(grammar, folder) {
  const bin = generatorPackage.manifest.bin;
  const script = join(generatorPackage.folder, typeof bin === 'string' ? bin : bin['antlr-ng']);
  const options = ['-Dlanguage=TypeScript', '-o', folder, '--lib', folder];
  const flags = ['--generate-visitor', 'false', '--generate-listener', 'false', '--warnings-are-errors', 'true'];
  const result = spawnSync(process.execPath, [script, ...options, ...flags, '--', grammar], {
    cwd: grammarFolder,
    encoding: 'utf8',
  });
  const messages = `${result.stdout}${result.stderr}`.trim();
  if (result.status !== 0 || /\b(error|warning)\(/.test(messages)) {
    throw new Error(`antlr-ng failed on ${grammar}:\n${messages || String(result.error)}`);
  }
}

const current = digest();
if (process.argv.includes('--force') || !isUpToDate(current)) {
  mkdirSync(dirname(outputFolder), { recursive: true });
  const scratch = mkdtempSync(`${outputFolder}-`);
  try {
    for (const grammar of grammars) runGenerator(grammar, scratch);
    for (const output of outputs) {
      const path = join(scratch, output);
      // Generated code is not written to our strictness; its declarations still type what uses it.
      writeFileSync(path, `// @ts-nocheck\n${readFileSync(path, 'utf8').trimStart()}`);
    }
    mkdirSync(outputFolder, { recursive: true });
    for (const output of outputs) renameSync(join(scratch, output), join(outputFolder, output));
    writeFileSync(digestFile, `${current}\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
