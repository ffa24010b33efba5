// Runs the tests and ends with the runner's own summary and a line "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'windhover-test-'));
const report = join(folder, 'report.json');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const services = startServices();
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, ...services.env } },
);
services.stop();
let passed = 0;
let failed = 0;
try {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that does not load has no tests to count, and is a failure all the same.
  const broken = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  passed = numPassedTests;
  failed = numFailedTests + broken;
} catch {
  // The runner said above why there is no report.
}
// Errors outside of any test, or no report at all: the runner failed, though no test did.
if (status !== 0 && failed === 0) failed = 1;
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(status ?? 1);

/**
 * A folder with programs `up` and `down` that start Kafka and Elasticsearch and print their addresses, where there is one
 * (WINDHOVER_SERVICES, or beside the project). Without it, and without addresses in the environment, the tests that need
 * a real server are skipped.
 */
function startServices() {
  const folder = process.env.WINDHOVER_SERVICES ?? join(root, '../shared/services');
  const isGiven = process.env.WINDHOVER_TEST_KAFKA !== undefined || process.env.WINDHOVER_TEST_ELASTIC !== undefined;
  // Whoever runs a single file wants it quick.
  if (isGiven || process.argv.length > 2 || !existsSync(join(folder, 'up'))) return { env: {}, stop: () => {} };
  const run = mkdtempSync(join(tmpdir(), 'windhover-services-'));
  // The server runs as another user where the tests run as root.
  chmodSync(run, 0o755);
  const env = { WINDHOVER_SERVICES_RUN: run };
  const call = (program, ...names) =>
    spawnSync(join(folder, program), names, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
      timeout: 300_000,
    });
  const { status: started, stdout } = call('up', 'kafka', 'elastic');
  const stop = () => {
    call('down');
    rmSync(run, { recursive: true, force: true });
  };
  if (started !== 0) {
    console.error('The servers for tests did not start: tests that need them are skipped.');
    stop();
    return { env: {}, stop: () => {} };
  }
  // Those that kill servers start some for themselves.
  env.WINDHOVER_TEST_SERVICES = folder;
  for (const [, name, value] of stdout.matchAll(/^export (WINDHOVER_TEST_\w+)=(\S+)$/gm)) env[name] = value;
  return { env, stop };
}
