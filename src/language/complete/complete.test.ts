import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { complete, type CompletionOptions } from './complete.ts';

const CONNS = 'conns = GET network-traffic FROM stixshifter://c1 WHERE dst_port = 443\n';
const PROCS = "procs = GET process FROM stixshifter://c1 WHERE name = 'sh'\n";

/** What is offered at `|`, or at the end. */
function offered(marked: string, options: CompletionOptions = {}): string[] {
  const at = marked.indexOf('|');
  const text = marked.replace('|', '');
  return complete(text, at < 0 ? text.length : at, options).items.map((each) => each.text);
}

describe('as Kestrel completes', () => {
  test('COMPLETE-02: the first word of a statement is a new name', () => {
    expect(offered(`${CONNS}c`)).toEqual([]);
    expect(offered('c')).toEqual([]);
  });

  test('COMPLETE-03: DISP takes variables and transforms', () => {
    expect(offered(`${CONNS}disp `)).toEqual(['conns', '_', 'TIMESTAMPED', 'ADDOBSID', 'RECORDS']);
  });

  test('COMPLETE-05: keywords in the case typed', () => {
    expect(offered('urls = g')).toEqual(['get', 'group']);
    expect(offered('urls = G')).toEqual(['GET', 'GROUP']);
    expect(complete('urls = g', 8)).toMatchObject({ from: 7, to: 8 });
  });

  test('COMPLETE-08: a relation takes a variable or BY', () => {
    expect(offered(`${CONNS}procs = FIND process created `)).toEqual(['conns', '_', 'BY']);
  });

  test('COMPLETE-09: after START comes STOP', () => {
    expect(offered("urls = get url where name = 'a' START 2022-01-01T00:00:00Z ")).toEqual(['STOP']);
  });

  test('COMPLETE-10: a timestamp is filled up', () => {
    expect(offered("x = GET p WHERE n = 'x' START 2021-05")).toEqual(['2021-05-01T00:00:00.000Z']);
    expect(offered("x = GET p WHERE n = 'x' START t'2021-05")).toEqual(["2021-05-01T00:00:00.000Z'"]);
    expect(offered('x = GET p WHERE n = 1 START t"2021')).toEqual(['2021-01-01T00:00:00.000Z"']);
    expect(offered("x = GET p WHERE n = 'x' START 2021-0x")).toEqual([]);
    expect(offered("x = GET p WHERE n = 'x' START 2021-05-01T00:00:00.1234567")).toEqual([
      '2021-05-01T00:00:00.1234567Z',
    ]);
  });

  test('COMPLETE-11: APPLY takes the analytics that there are', () => {
    const analytics = ['python://enrich-ip', 'python://enrich-url', 'python://score'];
    expect(offered('APPLY python://enrich', { analytics })).toEqual(['python://enrich-ip', 'python://enrich-url']);
    expect(offered('APPLY rar')).toEqual(['rarity']);
    expect(offered('APPLY windhover://ra')).toEqual(['windhover://rarity']);
  });
});

describe('keywords are those that the grammar takes', () => {
  test.each([
    [`${PROCS}d`, ['disp', 'describe']],
    ['x = GET process ', ['FROM', 'WHERE']],
    ['x = GET process wh', ['where']],
    [`${PROCS}x = procs o`, ['offset']],
    [`${PROCS}x = procs LIMIT 3 O`, ['OFFSET']],
    ['x = GET process FROM a WHERE b = 1 LIMIT 3 O', []],
    ["x = GET process FROM a WHERE b = 'c' AT", []],
    [`${PROCS}x = procs WHERE b = 'c' L`, ['LOAD', 'LIMIT']],
    [`${PROCS}x = procs WHERE b = 'c'\nLI`, ['LIMIT']],
    [`${PROCS}DISP procs SORT `, ['BY']],
    ['x = y WHERE a NO', ['NOT']],
    ['x = y WHERE a NOT I', ['IN', 'ISSUBSET', 'ISSUPERSET']],
    ['x = y WHERE a iss', ['issubset', 'issuperset']],
    ['x = y WHERE a IS ', ['NOT', 'NULL']],
    ["x = GET process FROM a WHERE b = 'c' LAST 5 ", ['DAYS', 'HOURS', 'MINUTES', 'SECONDS']],
    ["x = GET process FROM a WHERE b = 'c' LAST 5h", ['hours']],
    [`${PROCS}g = GROUP procs BY name WITH COU`, ['COUNT']],
    [`${PROCS}g = GROUP procs BY name WI`, ['WITH']],
    ['SAVE x ', ['TO']],
    ['APPLY python://a ', ['ON']],
    ['n = NEW [{"a": t', ['true']],
  ])('%j', (text, expected) => {
    expect(offered(text)).toEqual(expected);
  });

  test('at the beginning, all commands', () => {
    expect(offered('')).toEqual('GET FIND NEW LOAD SORT GROUP JOIN APPLY DISP INFO SAVE DESCRIBE EXPLAIN'.split(' '));
  });
});

describe('types, relations, attributes, sources', () => {
  test('types after GET, FIND, NEW and AS', () => {
    expect(offered('x = GET proc')).toEqual(['process']);
    expect(offered('x = FIND network')).toEqual(['network-traffic']);
    expect(offered('x = NEW ipv')).toEqual(['ipv4-addr', 'ipv6-addr']);
    expect(offered('x = LOAD a.csv AS ur')).toEqual(['url']);
  });

  test('relations that the type has', () => {
    expect(offered('x = FIND user-account ')).toEqual(['LINKED', 'LOADED', 'OWNED']);
    expect(offered('x = FIND process c')).toEqual(['created']);
    expect(offered('x = FIND url ')).toEqual(['LINKED']);
  });

  test('variables that fit the relation come first', () => {
    expect(offered(`${CONNS}${PROCS}x = FIND process CREATED BY `)).toEqual(['procs', '_', 'conns']);
    expect(offered(`${PROCS}${CONNS}x = FIND network-traffic CREATED BY `)).toEqual(['procs', 'conns', '_']);
  });

  test.each([
    ['x = GET process FROM a WHERE command', ['command_line']],
    ['x = GET process FROM a WHERE [process:command', ['process:command_line']],
    ['x = GET process FROM a WHERE (name = 1 OR parent_ref.comm', ['parent_ref.command_line']],
    ['x = GET process FROM a WHERE parent_ref.binary_ref.parent_d', ['parent_ref.binary_ref.parent_directory_ref.']],
    ['x = GET process FROM a WHERE x-oca-asset:hostn', ['x-oca-asset:hostname']],
    ['x = GET process FROM a WHERE process.parent.na', ['process.parent.name']],
    [`${CONNS}DISP conns ATTR dst_p`, ['dst_port', 'dst_packets', 'dst_payload_ref.']],
    [`${CONNS}DISP conns ATTR dst_port, src_po`, ['src_port']],
    [`${CONNS}DISP conns ATTR dst_port,src_po|rt LIMIT 3`, ['src_port']],
    [`${CONNS}DISP conns WHERE dst_port = 1 SORT BY src_po`, ['src_port']],
    [`${CONNS}SORT conns BY src_po`, ['src_port']],
    [`${CONNS}DESCRIBE conns.src_po`, ['src_port']],
    [`${CONNS}x = GET process FROM a WHERE pid = conns.src_po`, ['src_port']],
    [`${CONNS}${PROCS}j = JOIN conns, procs BY src_port, command`, ['command_line']],
    [`${CONNS}t = TIMESTAMPED(conns) WHERE src_po`, ['src_port']],
    [`${CONNS}SORT conns BY opened`, []],
  ])('%j', (text, expected) => {
    expect(offered(text).toSorted()).toEqual(expected.toSorted());
  });

  test('after a comma of ATTR, all attributes', () => {
    expect(offered(`${PROCS}DISP procs ATTR name, `)).toEqual(expect.arrayContaining(['pid', 'parent_ref.']));
    expect(offered(`${PROCS}DISP procs ATTR name `)).not.toContain('pid');
  });

  test('columns of a GROUP and no others; those of APPLY beside the attributes', () => {
    const grouped = `${CONNS}g = GROUP conns BY dst_port WITH COUNT(id) AS calls\n`;
    expect(offered(`${grouped}DISP g ATTR `)).toEqual(['dst_port', 'calls']);
    expect(offered(`${grouped}x = _ WHERE c`)).toContain('calls');
    const applied = offered(`${PROCS}APPLY rarity ON procs\nDISP procs SORT BY `);
    expect(applied).toEqual(expect.arrayContaining(['x_rarity_score', 'pid']));
    expect(offered(`n = NEW process [{"name": "a"}]\nDISP n ATTR na`).filter((each) => each === 'name')).toHaveLength(
      1,
    );
  });

  test('sources of the caller, and variables of the type', () => {
    const sources = ['container1', 'host101', 'file:a b'];
    expect(offered('x = GET process FROM ', { sources })).toEqual(['container1', 'host101', '"file:a b"']);
    expect(offered('x = GET process FROM stixshifter://c', { sources })).toEqual(['stixshifter://container1']);
    expect(offered('x = GET process FROM container1,h', { sources })).toEqual(['host101']);
    expect(offered(`${CONNS}${PROCS}x = GET process FROM `, { sources: [] })).toEqual(['procs', '_']);
  });

  test('references to variables as values, arguments of analytics', () => {
    expect(offered(`${PROCS}x = procs WHERE pid IN pr`)).toEqual(['procs.']);
    expect(offered(`${PROCS}APPLY rarity ON procs WITH `)).toContain('by=');
  });

  test('a variable counts from where it is bound', () => {
    expect(offered(`DISP |\n${PROCS}`)).not.toContain('procs');
  });
});

describe('nothing is offered', () => {
  test.each([
    ['in a text', "x = GET process FROM a WHERE name = 'pro"],
    ['in a comment', `${PROCS}DISP # pro`],
    ['in a number', `${PROCS}DISP procs LIMIT 3`],
    ['behind an error', `${PROCS}DISP procs ? ATT`],
    ['for an alias', `${PROCS}g = GROUP procs BY name WITH COUNT(pid) AS `],
  ])('%s', (_, text) => {
    expect(offered(text)).toEqual([]);
  });
});

test('whatever the text, it answers with texts for the place asked about', () => {
  const words = fc.constantFrom(
    ...'x = y GET process FROM a://b WHERE name IN ( 1 , "s" ) [ ] AND START t\'2021 LAST 5 d ATTR a, DISP NEW { # ? \n é . :'.split(
      ' ',
    ),
  );
  const soup = fc.array(words, { maxLength: 20 }).map((each) => each.join(' '));
  const text = fc.oneof(
    soup,
    soup.map((each) => CONNS + each),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: -1, max: 120 }), (written, offset) => {
      const { from, to, items } = complete(written, offset, { sources: ['a b'] });
      expect(from).toBeGreaterThanOrEqual(0);
      expect(from).toBeLessThanOrEqual(to);
      expect(to).toBe(Math.min(Math.max(0, offset), written.length));
      expect(new Set(items.map((each) => each.text)).size).toBe(items.length);
      for (const each of items) expect(each.text).not.toBe('');
    }),
    { numRuns: 100 },
  );
});
