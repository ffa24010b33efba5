// Known vulnerabilities of what is delivered, as the registry tells them. Ends with 1 where there are some of at least
// moderate severity. A registry that does not answer (offline, a mirror without advisories) is told, and is no failure:
// `--strict` makes it one, for releases.
import { spawnSync } from 'node:child_process';

const isStrict = process.argv.includes('--strict');
const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=moderate', '--json'], {
  encoding: 'utf8',
  timeout: 120_000,
  maxBuffer: 64 * 1024 * 1024,
});
const counts = countsOf(stdout ?? '');
if (counts === undefined) {
  console.log('The registry gives no advisories: nothing was audited.');
  process.exitCode = isStrict ? 1 : 0;
} else {
  const { moderate = 0, high = 0, critical = 0, total = 0 } = counts;
  console.log(`${total} known vulnerabilities: ${critical} critical, ${high} high, ${moderate} moderate`);
  if (moderate + high + critical > 0) {
    console.log('See npm audit --omit=dev.');
    process.exitCode = 1;
  }
}

/** @param {string} text */
function countsOf(text) {
  try {
    const counts = JSON.parse(text)?.metadata?.vulnerabilities;
    return typeof counts === 'object' && counts !== null ? counts : undefined;
  } catch {
    return undefined;
  }
}
