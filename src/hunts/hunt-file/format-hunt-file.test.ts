import { describe, expect, test } from 'vitest';
import { formatHuntFile } from './format-hunt-file.ts';

const FILE = `# our hunt
hunt: shells   # the id
title: 'Shells'
huntflow: |
    p = get process from s where name='sh'


    # shown
    disp p   # all

# alerts below
alerts:
  - {on: p, title: "a  b"}
`;

describe('formatting a hunt file', () => {
  test('touches its huntflow only', () => {
    const result = formatHuntFile('x.hunt.yaml', FILE);
    expect(result).toEqual({
      kind: 'formatted',
      text: FILE.replace(
        /    p = [^]*# all\n/,
        "    p = GET process FROM s WHERE name = 'sh'\n\n    # shown\n    DISP p # all\n",
      ),
    });
  });

  test('again changes nothing', () => {
    const once = formatHuntFile('x.hunt.yaml', FILE);
    if (once.kind !== 'formatted') throw new Error(once.kind);
    expect(formatHuntFile('x.hunt.yaml', once.text)).toEqual(once);
  });

  test.each(['|-', '|+', '|4', '|4-', '| # flow'])('written as %s', (header) => {
    const result = formatHuntFile('x.hunt.yaml', FILE.replace('huntflow: |', `huntflow: ${header}`));
    if (result.kind !== 'formatted') throw new Error(result.kind);
    expect(result.text).toContain(`huntflow: ${header}\n    p = GET process FROM s WHERE name = 'sh'\n\n    # shown\n`);
  });

  test('with the line ends of Windows', () => {
    const result = formatHuntFile('x.hunt.yaml', FILE.replaceAll('\n', '\r\n'));
    if (result.kind !== 'formatted') throw new Error(result.kind);
    expect(result.text).toContain("    p = GET process FROM s WHERE name = 'sh'\r\n\r\n    # shown\r\n");
    expect(result.text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test.each([
    ['a folded block', FILE.replace('huntflow: |', 'huntflow: >')],
    ['quotes', 'hunt: a\nhuntflow: "p = new process [\'a\']"\n'],
    ['a plain text', "hunt: a\nhuntflow: p = new process ['a']\n"],
  ])('%s is left alone, and why', (_, text) => {
    const result = formatHuntFile('x.hunt.yaml', text);
    expect(result).toMatchObject({ kind: 'left' });
    if (result.kind === 'left') expect(result.reason).toContain('huntflow: |');
  });

  test('an anchor that something else uses is left alone', () => {
    const text = `hunt: a\ndescription: &flow |\n  p = new process ['a']\nhuntflow: *flow\n`;
    expect(formatHuntFile('x.hunt.yaml', text)).toMatchObject({ kind: 'left' });
  });

  test('a huntflow in another file is named', () => {
    const result = formatHuntFile('x.hunt.yaml', 'hunt: a\nhuntflow: ./flow.hf\n');
    expect(result).toEqual({ kind: 'left', reason: 'its huntflow is ./flow.hf: format that file' });
  });

  test('errors stand where they are in the file', () => {
    const result = formatHuntFile('x.hunt.yaml', FILE.replace('disp p', 'disp ?'));
    expect(result).toMatchObject({ kind: 'errors', diagnostics: [{ range: { start: { line: 9, column: 10 } } }] });
    expect(formatHuntFile('x.hunt.yaml', 'hunt: [')).toMatchObject({ kind: 'errors' });
  });
});
