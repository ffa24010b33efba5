import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkExpectations } from './expectations.ts';

const subject = { alerts: 3, byHost: [['workstation5.theshire.local', 3]], byTitle: [], compare: undefined } as const;

/** Upper and lower case of a text, letter by letter as drawn. */
const inCases = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((upper) => [...text].map((each, i) => (upper[i] === true ? each.toUpperCase() : each)).join(''));

describe('a gate by host', () => {
  test('holds for a name however its letters are written', () => {
    fc.assert(
      fc.property(inCases('workstation5*'), inCases('workstation5.theshire.local'), (pattern, name) => {
        const results = checkExpectations(
          { hosts: { [pattern]: 0, [name]: 3 } },
          {
            ...subject,
            byHost: [
              [name, 2],
              ['Workstation5.theshire.local', 1],
              ['other', 7],
            ],
          },
        );
        const found = new Map(results.map((each) => [each.subject, each.found]));
        expect([found.get(`host ${pattern}`), found.get(`host ${name}`)]).toEqual([3, 3]);
        expect(results.some(({ ok }) => !ok)).toBe(true);
      }),
    );
  });

  test('is not so for titles, which are texts', () => {
    const titled = { ...subject, byTitle: [['ran SH', 2]] } as const;
    const [small, same] = checkExpectations({ titles: { 'ran sh': 0, 'ran SH': 2 } }, titled);
    expect([small?.found, same?.found]).toEqual([0, 2]);
  });
});
