import { describe, expect, test } from 'vitest';

import { checkFiles } from './check.ts';
import { renderCheckReport } from './render-check-report.ts';

const GOOD = { file: 'good.hf', text: "x = NEW process ['sh']\nDISP x\n" };
const BAD = { file: 'bad.hf', text: "x = NEW process ['sh']\n\tDISP x ATTR nam\r\n" };

describe('the report', () => {
  test('tells files, statements and diagnostics', () => {
    expect(checkFiles([GOOD, BAD])).toEqual({
      ok: false,
      files: [
        { file: 'good.hf', ok: true, statements: 2, diagnostics: [] },
        {
          file: 'bad.hf',
          ok: false,
          statements: 1,
          diagnostics: [
            {
              code: 'attribute-unknown',
              severity: 'error',
              message: 'process has no attribute nam',
              hint: 'Did you mean name?',
              start: { line: 2, column: 14 },
              end: { line: 2, column: 17 },
            },
          ],
        },
      ],
    });
  });

  test('warnings leave a file in order', () => {
    const text = "x = GET proces FROM a://b WHERE name = 'sh'";
    expect(checkFiles([{ file: 'w.hf', text }])).toMatchObject({ ok: true, files: [{ ok: true, statements: 1 }] });
  });

  test('positions of an embedded huntflow are those in the file around it', () => {
    const problem = {
      code: 'hunt-key-unknown',
      severity: 'error',
      message: 'unknown key',
      range: { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 4, offset: 3 } },
    } as const;
    const report = checkFiles([{ file: 'h.hunt.yaml', text: 'any' }, GOOD], {
      extract: (file) =>
        file.endsWith('.hunt.yaml')
          ? [
              {
                huntflow: 'DISP nobody',
                mapPosition: ({ line, column, offset }) => ({ line: line + 10, column: column + 4, offset }),
                diagnostics: [problem],
              },
              { mapPosition: (position) => position, diagnostics: [] },
            ]
          : undefined,
    });
    expect(report.files[0]?.diagnostics).toMatchObject([
      { code: 'hunt-key-unknown', start: { line: 1, column: 1 } },
      { code: 'variable-unknown', start: { line: 11, column: 10 }, end: { line: 11, column: 16 } },
    ]);
    expect(report.files[1]?.ok).toBe(true);
  });
});

describe('the report for people', () => {
  test('shows the line with the place underlined', () => {
    const report = checkFiles([GOOD, BAD]);
    expect(renderCheckReport(report, { color: false, texts: [GOOD, BAD] }))
      .toBe(`bad.hf:2:14: error: process has no attribute nam [attribute-unknown]
  2 |  DISP x ATTR nam
    |              ^^^
  hint: Did you mean name?

2 files, 3 statements: 1 error
`);
  });

  test('does without the text', () => {
    expect(renderCheckReport(checkFiles([BAD]), { color: false })).not.toContain('|');
  });

  test('says so when nothing is wrong', () => {
    expect(renderCheckReport(checkFiles([GOOD]), { color: false })).toBe('1 file, 2 statements: ok\n');
  });

  test('lets nothing through that acts on a terminal', () => {
    const bad = { file: 'a\u001b[2J.hf', text: 'DISP x \u001b[31m\u202e?' };
    const text = renderCheckReport(checkFiles([bad]), { color: false, texts: [bad] });
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text).toContain('\\x1b');
  });

  test('shows the surroundings of the place in a long line, and wide characters', () => {
    const long = {
      file: 'l.hf',
      text: `x = NEW process ['${'日本'.repeat(100)}'] DISP nobody ATTR ${'a'.repeat(300)}`,
    };
    const [, line, marks] = renderCheckReport(checkFiles([long]), { color: false, texts: [long] }).split('\n');
    expect(line).toMatch(/^ {2}1 \| …[日本]+'\] DISP nobody ATTR a+…$/);
    expect(marks?.trimEnd().endsWith('^^^^^^')).toBe(true);
  });

  test('colours only when asked to', () => {
    const report = checkFiles([BAD]);
    expect(renderCheckReport(report, { color: true, texts: [BAD] })).toContain('\u001b[31merror\u001b[0m');
  });
});
