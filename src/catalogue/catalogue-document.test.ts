import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogueDocument } from './catalogue-document.ts';
import { entityTypes } from './entity-type.ts';
import { markdownTable } from './markdown-table.ts';

describe('docs/catalogue.md', () => {
  it('is what the data says (else run scripts/catalogue-doc.mjs)', () => {
    const committed = readFileSync(new URL('../../docs/catalogue.md', import.meta.url), 'utf8');
    expect(catalogueDocument() === committed).toBe(true);
  });

  it('names every type, attribute and reference', () => {
    const text = catalogueDocument();
    for (const type of entityTypes()) {
      expect(text).toContain(`### \`${type.type}\``);
      for (const each of [...type.attributes, ...type.references]) expect(text).toContain(`\`${each.name}`);
    }
  });
});

describe('markdownTable', () => {
  it('pads columns and escapes pipes', () => {
    expect(markdownTable(['A', 'Long head'], [['a|b', 'c']])).toBe(
      ['| A    | Long head |', '| ---- | --------- |', '| a\\|b | c         |'].join('\n'),
    );
  });
});
