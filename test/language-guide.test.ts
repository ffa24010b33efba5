import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileWithTables } from '../src/cli/load-hunts.ts';
import { huntFromHuntflow } from '../src/hunts/hunt-file/hunt-file-parse.ts';
import { DiagnosticCollector } from '../src/language/diagnostic-collector.ts';
import { LineIndex } from '../src/language/line-index.ts';
import { parseHuntflow } from '../src/language/parser/parse-huntflow.ts';
import { runWindhover } from './support/run-windhover.ts';

const GUIDE = readFileSync(new URL('../docs/language.md', import.meta.url), 'utf8');

const record = (pid: number, name: string, parent: readonly [number, string]): string =>
  `${JSON.stringify({
    '@timestamp': `2021-10-17T10:00:00.${pid}Z`,
    event: { kind: 'event', category: 'process', action: 'process-start', sf_type: 'PE', sf_ret: 0 },
    host: { id: 'h1' },
    tags: ['mitre:T1059'],
    process: {
      pid,
      name,
      entity_id: `p${pid}`,
      command_line: `${name} -x`,
      parent: { pid: parent[0], name: parent[1], entity_id: `p${parent[0]}`, command_line: parent[1] },
    },
  })}\n`;

const TELEMETRY = record(1001, 'sh', [1, 'node']) + record(1002, 'ls', [1001, 'sh']) + record(1003, 'id', [1001, 'sh']);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-guide-'));
  writeFileSync(join(folder, 't.ndjson'), TELEMETRY);
  writeFileSync(join(folder, 'assets.csv'), 'value\n10.0.0.9\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMMANDS = 'apply assign describe disp explain find get group info join load merge new save sort'.split(' ');

/**
 * The statements of the guide's examples that this version executes, and the kinds of command among them. Sources are
 * made one; files lie in the test's folder.
 */
async function executable(): Promise<{ huntflow: string; kinds: ReadonlySet<string> }> {
  const text = [...GUIDE.matchAll(/^```\n(.*?)^```$/gms)]
    .map(([, example]) => example)
    .join('\n')
    .replace(/FROM stixshifter:\S+/g, 'FROM stixshifter://container1')
    .replace(/\/(?:data|tmp)\/(?=\w)/g, `${folder}/`);
  const kinds = new Set<string>();
  let huntflow = '';
  for (const item of parseHuntflow(text, new DiagnosticCollector(new LineIndex(text)))) {
    if ('broken' in item) throw new Error(`broken: ${text.slice(item.start, item.end)}`);
    const longer = `${huntflow}${text.slice(item.start, item.end)}\n`;
    const { hunt } = await compileWithTables(huntFromHuntflow('guide.hf', longer), longer, { cwd: folder, env: {} });
    if (hunt === undefined) continue;
    huntflow = longer;
    kinds.add(item.command.kind);
  }
  return { huntflow, kinds };
}

describe('the examples of the language guide', () => {
  test('hold every command', () => {
    const text = [...GUIDE.matchAll(/^```\n(.*?)^```$/gms)].map(([, example]) => example).join('\n');
    const items = parseHuntflow(text, new DiagnosticCollector(new LineIndex(text)));
    const kinds = new Set(items.map((each) => ('broken' in each ? 'broken' : each.command.kind)));
    expect([...kinds].sort()).toEqual(COMMANDS);
  });

  test('run: every command at least once, analytics outside the process apart', async () => {
    const { huntflow, kinds } = await executable();
    expect([...kinds].sort()).toEqual(COMMANDS);
    writeFileSync(join(folder, 'guide.hf'), huntflow);
    const { code, stdout, stderr } = await runWindhover(
      ['run', 'guide.hf', '--source', 't.ndjson', '--format', 'json', '--rows', 'q'],
      { cwd: folder },
    );
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const [hunt] = (JSON.parse(stdout) as { hunts: HuntDocument[] }).hunts;
    const sizes = Object.fromEntries((hunt?.variables ?? []).map(({ name, entities }) => [name, entities]));
    expect(sizes).toMatchObject({ p: 1, q: 1, children: 2, hosts: 2, procs: 2 });
    expect(hunt?.displays.length).toBeGreaterThanOrEqual(2);
    expect(hunt?.displays.every((each) => each.rows.length > 0)).toBe(true);
  });
});

interface HuntDocument {
  readonly variables: readonly { readonly name: string; readonly entities: number }[];
  readonly displays: readonly { readonly rows: readonly unknown[] }[];
}
