import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseHuntFile } from '../src/hunts/hunt-file/hunt-file-parse.ts';
import type { HuntFile } from '../src/hunts/hunt-file/hunt-file.ts';
import { backtestRecording } from './library/backtest-recording.ts';
import { judgeBacktest } from './library/judge-backtest.ts';
import { RECORDED } from './library/recordings.ts';
import { bundledHunt, HAS_RECORDINGS, recording } from './support/recordings.ts';
import { runWindhover } from './support/run-windhover.ts';

const FILES = readdirSync(bundledHunt('')).filter((name) => name.endsWith('.hunt.yaml'));

function read(file: string): HuntFile {
  const { hunt, diagnostics } = parseHuntFile(file, readFileSync(bundledHunt(file), 'utf8'));
  expect(diagnostics).toEqual([]);
  return hunt!;
}

interface RunResult {
  readonly hunts: readonly {
    readonly hunt: string;
    readonly variables: readonly { readonly name: string; readonly entities: number }[];
    readonly alerts: { readonly opened: number; readonly retracted: number };
  }[];
}

async function run(hunts: readonly string[], source: string): Promise<RunResult> {
  const { code, stdout, stderr } = await runWindhover(['run', ...hunts, '--source', source, '--format', 'json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as RunResult;
}

describe('bundled hunts', () => {
  test('their tests pass', { timeout: 120_000 }, async () => {
    const { code, stdout } = await runWindhover(['test', bundledHunt('')]);
    expect(code, stdout).toBe(0);
  });

  test.each(FILES)(
    '%s says what it finds, in ATT&CK’s terms, what else may look like it, and is tested both ways',
    (file) => {
      const hunt = read(file);
      expect(file).toBe(`${hunt.id}.hunt.yaml`);
      expect(hunt.description?.length).toBeGreaterThan(100);
      expect(hunt.tags.some((tag) => /^attack\.t\d{4}/.test(tag))).toBe(true);
      expect(hunt.tags.some((tag) => /^attack\.[a-su-z_]/.test(tag))).toBe(true);
      expect(hunt.references.length).toBeGreaterThan(0);
      expect(hunt.falsePositives.length).toBeGreaterThan(0);
      const counts = hunt.tests.map((each) => each.expect.alerts?.count ?? -1);
      expect(counts.some((count) => count > 0)).toBe(true);
      expect(counts.includes(0)).toBe(true);
    },
  );

  describe('a test gives what a run over its records gives', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'windhover-bundled-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(FILES)('%s', { timeout: 120_000 }, async (file) => {
      for (const [i, { records, expect: expected, name }] of read(file).tests.entries()) {
        // A run has no moments: its clock ends with its last record.
        if (records.kind !== 'inline' || expected.at !== undefined) continue;
        const source = join(folder, `${file}-${i}.ndjson`);
        writeFileSync(source, records.text);
        const [hunt] = (await run([bundledHunt(file)], source)).hunts;
        for (const variable of hunt?.variables ?? []) {
          const count = expected[variable.name]?.count;
          if (count !== undefined) expect(variable.entities, `${name}: ${variable.name}`).toBe(count);
        }
        const alerts = (hunt?.alerts.opened ?? 0) - (hunt?.alerts.retracted ?? 0);
        if (expected.alerts?.count !== undefined) expect(alerts, name).toBe(expected.alerts.count);
      }
    });
  });
});

/** Recordings of hardly any records are looked at by the test of docs/detection.md. */
const LARGE = RECORDED.filter(({ small }) => small !== true);

describe.skipIf(!HAS_RECORDINGS)('bundled hunts over recordings', () => {
  test.each(LARGE.map((each) => [each.name, each] as const))(
    '%s: what is raised is what was judged',
    { timeout: 300_000 },
    async (_, each) => {
      const { alerts, missing } = judgeBacktest(each, await backtestRecording([recording(each.path)]));
      expect(alerts.filter(({ verdict }) => verdict === null)).toEqual([]);
      expect(missing).toEqual([]);
    },
  );
});
