import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunMetrics } from '../../src/server/run-metrics.ts';
import { processDocument } from '../support/process-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

/** Moves the cursor, sets the title, turns text around, hides it, breaks lines. */
const ACTS = '\u001b[2J\u001b]0;t\u0007\u009b31m\u202e\u2066\u2069\u200e\u200f\u061c\u200b\ufeff\u2028\u0085\r\b\u0000';
/** Ends attributes, elements, comments, scripts, CDATA and entities. */
const BREAKS = `"'><script>alert(1)</script><!-- --><img src=x onerror=alert(1)>]]>&lt;&#x0;\`\${x}`;
const TEXT = `${ACTS}${BREAKS}`;
// oxlint-disable-next-line no-control-regex
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

let cwd = '';
const file = (name: string): string => readFileSync(join(cwd, name), 'utf8');
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-escaped-'));
  const document = { command_line: TEXT, executable: `/bin/${TEXT}`, args: TEXT };
  writeFileSync(join(cwd, 's.ndjson'), `${processDocument(document).replaceAll('"h"', JSON.stringify(`h${TEXT}`))}\n`);
  // What a stranger writes into a hunt.
  const hunt = {
    hunt: 'h',
    title: `title ${TEXT}`,
    description: TEXT,
    references: [`javascript:alert(1)//${TEXT}`],
    huntflow: "p = GET process FROM s WHERE name = 'sh'\nDISP p ATTR name, command_line\nDESCRIBE p.command_line",
    alerts: [{ on: 'p', title: 'seen {command_line}' }],
    expect: { alerts: 5, hosts: { [`h${TEXT}`]: 9 }, titles: { [TEXT]: 3 } },
    tests: [
      {
        name: `test ${TEXT}`,
        records: [{ process: { pid: 7, name: 'sh', command_line: `sh ${TEXT}` } }],
        expect: { p: { include: [{ command_line: `other${TEXT}` }] } },
      },
    ],
  };
  writeFileSync(join(cwd, 'h.hunt.yaml'), JSON.stringify(hunt));
  writeFileSync(
    join(cwd, 'bad.hf'),
    `p = GET process FROM s WHERE name = '${TEXT.replaceAll(/['\\]/g, '')}' AND nosuch${'\u202e'} = 1`,
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function call(...args: string[]): Promise<string> {
  const { stdout, stderr } = await runWindhover(args, { cwd });
  return stdout + stderr;
}

describe('a terminal gets no character that acts on it', () => {
  test.each<[string, string[]]>([
    ['run', ['run', 'h.hunt.yaml', '--source', 's.ndjson', '--alerts', 'a.ndjson', '--rows', '*']],
    ['a hunt with errors', ['check', 'bad.hf']],
    ['explain', ['explain', 'h.hunt.yaml']],
    ['test', ['test', 'h.hunt.yaml', '--coverage']],
    ['backtest', ['backtest', 'h.hunt.yaml', '--source', 's.ndjson']],
    ['doctor', ['doctor', 's.ndjson']],
    ['alerts', ['alerts', '--log', 'a.ndjson']],
    ['fmt of what is wrong', ['fmt', '--check', 'bad.hf']],
    ['a name of a file', ['run', `${ACTS.replaceAll('\0', '')}.hf`]],
    ['a name of a source', ['run', 'h.hunt.yaml', '--source', `s=${TEXT.replaceAll('\0', '')}`]],
    ['an option', ['run', 'h.hunt.yaml', `--${TEXT}`]],
    ['a command', [TEXT]],
    ['a value of an option', ['run', 'h.hunt.yaml', '--retention', TEXT]],
    ['a choice', ['run', 'h.hunt.yaml', '--format', TEXT]],
  ])('from %s', async (_, args) => {
    const text = await call(...args);
    expect(text).not.toBe('');
    expect(ACTING.exec(text.replaceAll('\n', ''))).toBeNull();
  });

  test('from why, which shows the alert and its records', async () => {
    await call('run', 'h.hunt.yaml', '--source', 's.ndjson', '--alerts', 'w.ndjson');
    const [line = ''] = file('w.ndjson').split('\n');
    const { event } = JSON.parse(line) as { event: { id: string } };
    for (const format of ['text', 'html']) {
      const text = await call('why', event.id, '--log', 'w.ndjson', '--hunt', 'h.hunt.yaml', '--format', format);
      expect(text).toContain('seen');
      expect(ACTING.exec(text.replaceAll('\n', ''))).toBeNull();
      if (format === 'html') expectNoMarkup(text);
    }
  });
});

/** No element, attribute or script of the page was made by the text. */
function expectNoMarkup(page: string): void {
  expect(page).not.toMatch(/<script|<img|<!--[^>]*-->|javascript:[^<]*"|\son\w+\s*=\s*["'a-z]*alert\(1\)>/i);
  expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src 'none'`);
  // Every quote of the text is an entity: outside of tags there is none.
  for (const [, tag = ''] of page.matchAll(/<([^>]*)>/g))
    expect(tag.replaceAll(/"[^"]*"/g, '')).not.toMatch(/alert|["`]/);
}

test('a report as HTML has no markup of telemetry and hunts', async () => {
  await call('backtest', 'h.hunt.yaml', '--source', 's.ndjson', '--format', 'html', '--output', 'r.html');
  const page = file('r.html');
  expect(page).toContain('&lt;script&gt;');
  expect(ACTING.exec(page.replaceAll('\n', ''))).toBeNull();
  expectNoMarkup(page);
});

describe('JUnit XML', () => {
  test.each<[string, string[]]>([
    ['a backtest', ['backtest', 'h.hunt.yaml', '--source', 's.ndjson', '--format', 'junit', '--output', 'r.xml']],
    ['a test', ['test', 'h.hunt.yaml', '--format', 'junit']],
  ])('of %s is well-formed and holds nothing that XML 1.0 forbids', async (_, args) => {
    const { stdout } = await runWindhover(args, { cwd });
    const xml = args.includes('--output') ? file('r.xml') : stdout;
    // oxlint-disable-next-line no-control-regex
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/);
    expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot|#\d+);)/);
    // Tags open and close in order, with nothing but quoted attributes in them.
    const open: string[] = [];
    for (const [tag, end, name = '', , self] of xml
      .replace(/^<\?.*?\?>/, '')
      .matchAll(/<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|</g)) {
      expect(tag).not.toBe('<');
      if (end === '/') expect(open.pop()).toBe(name);
      else if (self !== '/') open.push(name);
    }
    expect(open).toEqual([]);
    expect(xml).toContain('&lt;script&gt;');
  });
});

test('lines of JSON stay lines, whatever they hold', async () => {
  const { stdout } = await runWindhover(
    ['run', 'h.hunt.yaml', '--source', 's.ndjson', '--format', 'ndjson', '--alerts', 'n.ndjson', '--rows', '*'],
    { cwd },
  );
  for (const line of `${stdout}${file('n.ndjson')}`.split('\n').filter((each) => each !== '')) JSON.parse(line);
  expect(JSON.parse(file('n.ndjson').split('\n')[0] ?? '')).toMatchObject({ process: { command_line: TEXT } });
});

test('labels of metrics cannot end their line', async () => {
  const metrics = new RunMetrics({
    now: () => 0,
    sinks: () => [{ sink: `a"} 1\nevil{x="\\`, pending: 1, bytes: 0, sent: 0, retried: 0, rejected: 0 } as never],
    stateBytes: async () => undefined,
  });
  const text = await metrics.registry.metrics();
  expect(text).toContain(String.raw`a\"} 1\nevil{x=\"\\`);
  expect(text.split('\n').filter((line) => line.startsWith('evil'))).toEqual([]);
});
