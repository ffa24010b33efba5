// Builds dist/ from src/: generates the parser where the grammar changed, compiles, marks the entry executable.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

if (!existsSync(`${root}src`)) process.exit(0); // the published package carries dist/ and nothing to build
run('grammar/generate.mjs');
rmSync(`${root}dist`, { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
chmodSync(`${root}dist/main.js`, 0o755);
