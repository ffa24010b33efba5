import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertDocument } from '../../src/hunts/alerts/alert-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

const FLOWS = fileURLToPath(new URL('../fixtures/stix/FX-NET.json', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-rows-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hunt(name: string, huntflow: readonly string[], alerts: readonly string[]): string {
  const file = join(folder, `${name}.hunt.yaml`);
  const lines = [
    `hunt: ${name}`,
    'title: Rows',
    'description: Rows that alert.',
    'severity: high',
    'huntflow: |',
    ...huntflow.map((line) => `  ${line}`),
    'alerts:',
    ...alerts.map((line) => `  ${line}`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

interface Outcome {
  readonly hunts: readonly {
    readonly ok: boolean;
    readonly diagnostics: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
    readonly variables: readonly { readonly name: string; readonly entities: number; readonly records?: number }[];
    readonly displays: readonly { readonly columns: readonly string[]; readonly rows: readonly unknown[][] }[];
  }[];
}

async function run(...args: readonly string[]): Promise<{ readonly code: number; readonly outcome: Outcome }> {
  const { code, stdout } = await runWindhover(['run', ...args, '--format', 'json']);
  return { code, outcome: JSON.parse(stdout) as Outcome };
}

function alertsIn(file: string): AlertDocument[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AlertDocument);
}

const flows = `c = GET network-traffic FROM file://${FLOWS} WHERE dst_port > 0`;

describe('alerts on rows', () => {
  test('a group shows its key in ECS fields and its aggregates beside them, under an id of its key', async () => {
    const file = hunt(
      'busy-port',
      [flows, 'g = GROUP c BY dst_port WITH SUM(src_byte_count) AS bytes, COUNT(id) AS n', 'h = g WHERE bytes > 2000'],
      ['- on: h', '  title: "port {dst_port}: {bytes} bytes in {n} flows"', '  suppress: {by: [dst_port], for: 1h}'],
    );
    const log = join(folder, 'busy.ndjson');
    expect((await run(file, '--alerts', log)).code).toBe(0);
    const [alert, ...more] = alertsIn(log);
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      '@timestamp': '2024-01-01T12:00:10.000Z',
      message: 'port 443: 4000 bytes in 2 flows',
      destination: { port: 443 },
      windhover: {
        entity: { type: 'network-traffic', id: 'g#1 [443]' },
        attributes: { bytes: 4000, n: 2 },
        episode: '0',
      },
    });
    expect(alert?.windhover.chain).toBeUndefined();
  });

  test('a group over LAST is one alert for as long as it stays, whoever leaves it meanwhile', async () => {
    const file = hunt(
      'talkative',
      [`${flows} LAST 2 MINUTES`, 'g = GROUP c BY src_ref.value WITH COUNT(dst_port) AS n'],
      ['- on: g', '  title: "{src_ref.value} {n}"'],
    );
    const log = join(folder, 'talkative.ndjson');
    await run(file, '--alerts', log);
    const told = alertsIn(log).map(({ message, event: { id }, windhover: { episode, revision, status } }) => ({
      id,
      said: [message, episode, revision, status],
    }));
    // Read first while their oldest flow was in the window, told once it had left.
    expect(told.map(({ said }) => said)).toEqual([
      ['10.0.0.5 1', '2024-01-01T12:00:00.000Z', 1, 'open'],
      ['10.0.0.6 1', '2024-01-01T12:00:20.000Z', 1, 'open'],
      ['10.0.0.7 2', '2024-01-01T12:01:10.000Z', 1, 'open'],
      ['192.168.1.9 1', '2024-01-01T12:02:10.000Z', 1, 'open'],
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(4);
  });

  test('a title may name columns of the rows only', async () => {
    const file = hunt(
      'misspelt',
      [flows, 'g = GROUP c BY dst_port WITH COUNT(id) AS flows'],
      ['- on: g', '  title: "{flow} of {src_port}"'],
    );
    const { code, outcome } = await run(file);
    expect(code).toBe(1);
    expect(outcome.hunts[0]?.diagnostics).toMatchObject([
      { code: 'alert-attribute-unknown', message: 'The grouped g has no column flow', hint: 'Did you mean flows?' },
      { code: 'alert-attribute-unknown', hint: 'It has dst_port, flows.' },
    ]);
  });

  test('rows keep their alerts over a restart', async () => {
    const file = hunt(
      'kept',
      [flows, 'g = GROUP c BY dst_port WITH COUNT(id) AS n', 'h = g LIMIT 2', 't = TIMESTAMPED(c)'],
      ['- on: h', '  title: "{dst_port}"', '- on: t', '  title: "{first_observed}"'],
    );
    const [state, log] = [join(folder, 'state'), join(folder, 'kept.ndjson')];
    const first = await run(file, '--state', state, '--alerts', log);
    const told = alertsIn(log).length;
    const again = await run(file, '--state', state, '--alerts', log);
    expect(told).toBe(10);
    expect(alertsIn(log)).toHaveLength(told);
    expect(again.outcome.hunts[0]?.variables).toEqual(first.outcome.hunts[0]?.variables);
  });
});

describe('rows that are too many, or none', () => {
  test('a JOIN that explodes stops its hunt, and says where and how large', async () => {
    const rows = Array.from({ length: 600 }, (_, pid) => `{"name": "a", "pid": ${pid}}`).join(', ');
    const large = join(folder, 'large.hf');
    writeFileSync(large, `p = NEW process [${rows}]\nq = p WHERE pid < 500\nj = JOIN p, q BY name, name\n`);
    const good = join(folder, 'good.hf');
    writeFileSync(good, 'p = NEW process [{"name": "a"}]\nj = JOIN p, p BY name, name\n');
    const { code, outcome } = await run(large, good);
    expect(code).toBe(1);
    expect(outcome.hunts[0]?.ok).toBe(false);
    const [diagnostic] = outcome.hunts[0]?.diagnostics ?? [];
    expect(diagnostic?.code).toBe('join-too-large');
    expect(diagnostic?.message).toContain(
      'JOIN in statement 3 (j) has more than 250,000 rows: 600 on the left and 500 on the right by name, name.',
    );
    expect(outcome.hunts[1]).toMatchObject({ ok: true, variables: [{ entities: 1 }, { name: 'j', entities: 1 }] });
  });

  test('aggregates of nothing are null, counts are 0', async () => {
    const file = join(folder, 'nothing.hf');
    writeFileSync(
      file,
      'p = NEW process [{"name": "a"}, {"name": "b", "pid": 3}]\n' +
        'g = GROUP p BY name WITH AVG(pid) AS a, SUM(pid) AS s, MIN(pid) AS m, COUNT(pid) AS n, NUNIQUE(pid) AS u, SUM(name)\n' +
        'e = p WHERE name = "zz"\nh = GROUP e BY name WITH AVG(pid)\nDISP g\n',
    );
    const { outcome } = await run(file);
    expect(outcome.hunts[0]?.displays[0]).toMatchObject({
      columns: ['name', 'a', 's', 'm', 'n', 'u', 'sum_name'],
      rows: [
        ['a', null, null, null, 0, 0, null],
        ['b', 3, 3, 3, 1, 1, null],
      ],
    });
    expect(outcome.hunts[0]?.variables).toMatchObject([
      {},
      { entities: 2 },
      { entities: 0 },
      { name: 'h', entities: 0 },
    ]);
  });

  test('records of rows are counted once', async () => {
    const file = join(folder, 'records.hf');
    writeFileSync(file, `${flows}\nt = TIMESTAMPED(c)\nr = RECORDS(t)\ng = GROUP t BY dst_port\n`);
    const { outcome } = await run(file, '--records');
    expect(outcome.hunts[0]?.variables.map(({ name, entities, records }) => [name, entities, records])).toEqual([
      ['c', 8, 8],
      ['t', 8, 8],
      ['r', 8, 8],
      ['g', 5, 0],
    ]);
  });
});
