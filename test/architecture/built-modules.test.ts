import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const BUILT = /\bdist\/([\w/-]+)\.js\b/gu;

const scripts = ['benchmarks', 'scripts'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => `${folder}/${name}`),
);

it.each(scripts)('%s imports modules that are built', (script) => {
  const modules = [...readFileSync(join(ROOT, script), 'utf8').matchAll(BUILT)].map(([, module]) => module);
  expect(modules.filter((module) => !existsSync(join(ROOT, `src/${module}.ts`)))).toEqual([]);
});
