import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> };
const locked = Object.entries(packages).filter(([place]) => place !== '');
const delivered = locked.filter(([, { dev }]) => dev !== true);

/** Licences that may be delivered with software under the Apache License 2.0. */
const DELIVERED = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);
/** What only builds and tests may be under the MPL too. */
const BUILDING = new Set([...DELIVERED, 'MPL-2.0']);

describe('what the lock file names', () => {
  test('is under licences that fit', () => {
    expect(delivered.length).toBeGreaterThan(20);
    const wrong = locked.filter(([, { dev, license = '' }]) => !(dev === true ? BUILDING : DELIVERED).has(license));
    expect(wrong.map(([place, { license }]) => `${place}: ${license ?? 'none'}`)).toEqual([]);
  });

  test('is pinned by a hash', () => {
    expect(locked.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-')).map(([place]) => place)).toEqual(
      [],
    );
  });

  test('runs no programs when it is installed, but for those that are known', () => {
    const running = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([place]) => place);
    // esbuild: for tests only. msgpackr-extract: optional, and nothing is missing without its script.
    expect(running).toEqual(['node_modules/esbuild', 'node_modules/msgpackr-extract']);
  });

  test('is asked for in exact versions', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const versions = Object.values({ ...dependencies, ...devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

test('the bill of materials names every delivered package', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const [program = '', ...args] = (scripts['sbom'] ?? '').split(' ');
  const { stdout, status } = spawnSync(program, args, { cwd: ROOT, encoding: 'utf8' });
  expect(status).toBe(0);
  const { bomFormat, components } = JSON.parse(stdout) as {
    bomFormat: string;
    components: { name: string; version: string; group?: string }[];
  };
  expect(bomFormat).toBe('CycloneDX');
  const named = new Set(
    components.map(({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name}@${version}`),
  );
  const missing = delivered
    .map(([place, { version }]) => `${place.slice(place.lastIndexOf('node_modules/') + 13)}@${version}`)
    .filter((each) => !named.has(each));
  expect(missing).toEqual([]);
  expect([...named].filter((each) => /^(?:vitest|typescript|prettier)@/.test(each))).toEqual([]);
});

test('a release audits strictly and publishes the bill of materials', () => {
  const workflow = parse(read('.github/workflows/release.yml')) as {
    permissions: unknown;
    jobs: { release: { steps: { run?: string }[] } };
  };
  const runs = workflow.jobs.release.steps.flatMap(({ run }) => run ?? []);
  const at = (part: string): number => runs.findIndex((run) => run.includes(part));
  expect(workflow.permissions).toEqual({ contents: 'read' });
  for (const before of ['npm test', 'audit.mjs --strict', 'run --silent sbom']) {
    expect(at(before)).toBeGreaterThanOrEqual(0);
    expect(at(before)).toBeLessThan(at('npm publish'));
  }
  expect(at('gh release create')).toBeGreaterThan(at('npm publish'));
  expect(runs[at('gh release create')]).toContain('windhover.cdx.json');
});
