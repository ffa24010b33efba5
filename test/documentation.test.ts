import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../src/cli/config/config-file.ts';
import { configKeysAt } from '../src/cli/config/config-schema.ts';
import { buildProgram } from '../src/cli/program.ts';
import { compileHunt } from '../src/hunts/compile-hunt.ts';
import { parseHuntFile } from '../src/hunts/hunt-file/hunt-file-parse.ts';
import { compileTests } from '../src/hunts/hunt-tests/compile-test.ts';
import { InlineByteSource } from '../src/hunts/hunt-tests/inline-byte-source.ts';
import { runTest } from '../src/hunts/hunt-tests/run-test.ts';
import { checkHuntflow } from '../src/language/check/check-huntflow.ts';
import { formatHuntflow } from '../src/language/format/format-huntflow.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMANDS = join(ROOT, 'docs/commands');

const pages = [ROOT, join(ROOT, 'docs'), COMMANDS, join(ROOT, 'grammar')].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The first block of a language (`''`: none) in a page. */
function block(page: string, language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(read(page))?.[1];
  if (found === undefined) throw new Error(`${page} has no such block`);
  return found;
}

/** Nothing of it is used to build a command line. */
const program = buildProgram({} as Parameters<typeof buildProgram>[0]);
const commands = program.commands.map((command) => ({
  name: command.name(),
  options: [command, ...command.commands].flatMap((each) => each.options),
}));

describe('documentation', () => {
  test('its links lead somewhere', () => {
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => target as string)
        .filter((target) => !/^https?:/.test(target) && !existsSync(resolve(dirname(page), target)))
        .map((target) => `${page.slice(ROOT.length)} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('there is a page for every command, and no other', () => {
    expect(readdirSync(COMMANDS).sort()).toEqual(commands.map(({ name }) => `${name}.md`).sort());
  });

  test.each(commands)('the page of $name names every flag that there is, and no other', ({ name, options }) => {
    const rows = read(`docs/commands/${name}.md`)
      .split('\n')
      .filter((line) => line.startsWith('| `--'));
    const told = rows.flatMap((row) => row.split('|')[1]?.match(/--[a-z-]+/g) ?? []);
    expect(told.sort()).toEqual(options.map(({ long }) => long).sort());
  });

  test('the hunt files it shows check', () => {
    const { hunt, diagnostics } = parseHuntFile('example.hunt.yaml', block('docs/hunt-files.md', 'yaml'));
    expect(diagnostics).toEqual([]);
    if (hunt?.huntflow.kind !== 'inline') throw new Error('no huntflow');
    expect(compileHunt(hunt, hunt.huntflow.text).diagnostics).toEqual([]);
  });

  test('the tests in it pass', async () => {
    const { hunt: definition } = parseHuntFile('example.hunt.yaml', block('docs/hunt-files.md', 'yaml'));
    if (definition?.huntflow.kind !== 'inline') throw new Error('no huntflow');
    const { hunt } = compileHunt(definition, definition.huntflow.text);
    const { tests, diagnostics } = compileTests(hunt!);
    expect(diagnostics).toEqual([]);
    expect(tests.length).toBeGreaterThan(1);
    for (const each of tests) {
      const { records } = each.test;
      if (records.kind !== 'inline') throw new Error('no records');
      expect(await runTest(hunt!, each, new InlineByteSource(records.text))).toEqual({ failures: [] });
    }
  });

  test('the typed records it shows are right', () => {
    const [, shown] = /### Typed records\n[^]*?^```\n([^]*?)^```/m.exec(read('docs/hunt-files.md')) ?? [];
    const text = `hunt: a\nhuntflow: x\ntests:\n  - name: t\n    expect: {}\n${shown?.replace(/^/gm, '    ')}`;
    expect(parseHuntFile('a.hunt.yaml', text).diagnostics).toEqual([]);
  });

  test('the layout it shows is the one that fmt makes', () => {
    const [written, shown] = [...read('docs/commands/fmt.md').matchAll(/^```kestrel\n([^]*?)^```/gm)].map(
      ([, text]) => text,
    );
    expect(formatHuntflow(written ?? '')).toEqual({ ok: true, text: shown });
  });

  test('the first huntflow of the readme checks', () => {
    expect(checkHuntflow(block('README.md', '')).diagnostics).toEqual([]);
  });

  test('the configuration it shows is read', () => {
    const config = parseConfig(block('docs/commands/run.md', 'yaml'), { file: 'w.yaml', folder: '/x', env: {} });
    expect([...config.sources.keys()]).toEqual(['container1', 'host101']);
    expect(config.retentionMs).toBe(604_800_000);
  });

  test('the page on Kafka shows a configuration that is read, and names every key that there is', () => {
    const env = { KAFKA_PASSWORD: 'x' };
    const { kafka } = parseConfig(block('docs/kafka.md', 'yaml'), { file: 'w.yaml', folder: '/x', env });
    expect([...kafka.keys()]).toEqual(['kafka://broker1:9093,broker2:9093/sysflow,sysflow-alerts']);
    const [, keys = ''] = read('docs/kafka.md').split('\n## Configuration\n');
    const told = [...keys.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, key]) => key);
    expect(told).toEqual(configKeysAt(['sources', 'container1', 'live', 'kafka']));
  });

  test('the page on alerts shows a configuration that is read, and names every key that there is', () => {
    const env = { ES_API_KEY: 'a', KAFKA_PASSWORD: 'b', SOC_WEBHOOK: 'https://soc.example/x', SOC_TOKEN: 'c' };
    const { alertSinks } = parseConfig(block('docs/alerts.md', 'yaml'), { file: 'w.yaml', folder: '/x', env });
    expect(alertSinks.map(({ kind }) => kind)).toEqual(['elastic', 'kafka', 'webhook']);
    const told = [...read('docs/alerts.md').matchAll(/^\| `([a-z_.]+)` +\|/gm)].map(([, key]) => key);
    const kinds = configKeysAt(['alerts', 0]).filter((key) => key !== 'name');
    const keys = (place: string, path: readonly (string | number)[]): string[] =>
      configKeysAt(path).map((key) => `${place}.${key}`);
    expect(told).toEqual([
      'name',
      ...kinds.flatMap((kind) => keys(kind, ['alerts', 0, kind])),
      ...keys('outbox', ['outbox']),
    ]);
  });
});
