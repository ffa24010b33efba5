import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { updatedCounts, type FailedTest } from '../src/cli/hunt-tests/update-expectations.ts';
import { parseHuntFile } from '../src/hunts/hunt-file/hunt-file-parse.ts';
import { HistoryFolder } from './backtest/history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const head = `hunt: shells
huntflow: |
  shells = GET process FROM s WHERE name = 'sh'
alerts: [{ on: shells }]
tests:
`;
const shell = '    records: [process: { pid: 1, name: sh }]\n';
const other = '    records: [process: { pid: 1, name: zsh }]\n';
const two = '    records: [process: { pid: 1, name: sh }, process: { pid: 2, name: sh }]\n';

interface Update {
  readonly text: string;
  readonly stderr: string;
}

async function update(tests: string, ...args: string[]): Promise<Update> {
  folder.write('u.hunt.yaml', head + tests);
  const { stderr } = await folder.windhover('test', 'u.hunt.yaml', '--update', ...args);
  return { text: readFileSync(join(folder.path, 'u.hunt.yaml'), 'utf8').replace(head, ''), stderr };
}

describe('counts that an alias gives to several tests', () => {
  test('are written once where all found the same', async () => {
    const tests = (count: number): string =>
      `  - name: a\n${two}    expect: &same\n      shells:\n        count: ${count}\n      alerts: { exclude: [{ title: no }] }\n` +
      `  - name: b\n${two}    expect: *same\n`;
    const { text, stderr } = await update(tests(100));
    expect(text).toBe(tests(2));
    expect(stderr).toBe('u.hunt.yaml: 1 counts updated\n');
  });

  test('stay where another test found another count, or what was expected, and where it was not run', async () => {
    const tests = (records: string): string =>
      `  - name: a\n${shell}    expect: { shells: &e { count: 0 } }\n  - name: b\n${records}    expect: { shells: *e }\n`;
    for (const [records, ...args] of [[two], [other], [shell, '--only', 'shells a']] as const) {
      const { text, stderr } = await update(tests(records), ...args);
      expect(text).toBe(tests(records));
      expect(stderr).toBe(
        'u.hunt.yaml:8:35: warning: the count 0 stays, though 1 was found: an alias makes other places say the same\n',
      );
    }
  });

  test('an alias for the number alone gives way to a number; what has the anchor stays', async () => {
    const { text } = await update(
      `  - name: a\n    records: [process: { pid: &n 7, name: sh }]\n    expect: { shells: { count: *n } }\n`,
    );
    expect(text).toBe(
      `  - name: a\n    records: [process: { pid: &n 7, name: sh }]\n    expect: { shells: { count: 1 } }\n`,
    );
    const kept = `  - name: a\n${shell}    expect: { shells: { count: &n 7, exclude: [{ pid: *n }] } }\n`;
    expect((await update(kept)).text).toBe(kept);
  });

  test('the same moment twice is two places', async () => {
    const tests = (count: number): string =>
      `  - name: a\n${shell}    expect: { at: [{ time: +5s, shells: { count: ${count} } }, { time: +5s, shells: { count: ${count} } }] }\n`;
    expect((await update(tests(30))).text).toBe(tests(1));
  });
});

test('a byte order mark stays', async () => {
  const text = (count: number): string =>
    `\ufeff${head}  - name: a\n${shell}    expect: { shells: { count: ${count} } }\n`;
  folder.write('m.hunt.yaml', text(5));
  await folder.windhover('test', 'm.hunt.yaml', '--update');
  expect(readFileSync(join(folder.path, 'm.hunt.yaml'), 'utf8')).toBe(text(1));
});

/** A way to write a count: with an anchor, as an alias for an earlier one, quoted into a map, on a line of its own. */
const written = fc.record({
  count: fc.nat({ max: 120 }),
  form: fc.constantFrom('plain', 'own-line', 'anchor-number', 'alias-number', 'anchor-map', 'alias-map'),
  found: fc.nat({ max: 3 }),
  comment: fc.boolean(),
});

test('whatever is written, the file stays a hunt file in which only counts of failed tests are others', () => {
  fc.assert(
    fc.property(fc.array(written, { minLength: 1, maxLength: 6 }), fc.constantFrom('\n', '\r\n'), (tests, newline) => {
      let hasNumber = false;
      let hasMap = false;
      const lines = tests.map(({ count, form, comment }, i) => {
        const start = `  - name: t${i}\n${shell}    expect:\n      shells: `;
        const end = comment ? ' # stays\n' : '\n';
        if (form === 'alias-number' && hasNumber) return `${start}{ count: *n }${end}`;
        if (form === 'alias-map' && hasMap) return `${start}*m${end}`;
        if (form === 'own-line') return `${start}\n        count: ${count}${end}        exclude: [{ pid: 9 }]\n`;
        if (form.endsWith('number')) {
          hasNumber = true;
          return `${start}{ count: &n ${count} }${end}`;
        }
        if (form.endsWith('map')) {
          hasMap = true;
          return `${start}&m\n        count: ${count}${end}        exclude: [{ pid: 9 }]\n`;
        }
        return `${start}{ count: ${count}, exclude: [{ pid: 9 }] }${end}`;
      });
      const text = (head + lines.join('')).replaceAll('\n', newline);
      const before = parseHuntFile('u.hunt.yaml', text).hunt;
      expect(before).toBeDefined();
      const failed = (before?.tests ?? []).flatMap((each, index): FailedTest[] => {
        const expected = each.expect['shells']?.count as number;
        const found = tests[index]?.found ?? 0;
        return expected === found
          ? []
          : [{ index, test: each, failures: [{ kind: 'count', subject: 'shells', expected, found, rows: [] }] }];
      });
      const updated = updatedCounts('u.hunt.yaml', text, failed);
      const after = parseHuntFile('u.hunt.yaml', updated.text).hunt;
      const counts = after?.tests.map(({ expect: { shells } }) => shells?.count as number) ?? [];
      const kept = new Set(updated.kept.map(({ expected }) => expected));
      for (const [index, each] of (before?.tests ?? []).entries()) {
        const old = each.expect['shells']?.count as number;
        const found = tests[index]?.found as number;
        expect(counts[index] === found || (counts[index] === old && (old === found || kept.has(old)))).toBe(true);
        // Nothing but an alias is a reason to leave a count.
        if (!/[&*]/u.test(lines[index] ?? '')) expect(counts[index]).toBe(found);
      }
      const numberless = (each: string): string => each.replaceAll(/count: (&n )?(\d+|\*n)/gu, 'count:');
      expect(numberless(updated.text)).toBe(numberless(text));
    }),
    { numRuns: 200 },
  );
});
