import { describe, expect, test } from 'vitest';

import { checkHuntflow } from './check-huntflow.ts';

function urisOf(from: string): readonly string[] | undefined {
  const { statements, diagnostics } = checkHuntflow(`x = GET process FROM ${from} WHERE name = 'sh'`);
  const [get] = statements;
  if (get?.kind !== 'get' || get.from.kind !== 'sources') return diagnostics.map((each) => each.code);
  return get.from.uris;
}

describe('data sources', () => {
  test.each([
    ['stixshifter://container1', ['stixshifter://container1']],
    ['container1', ['stixshifter://container1']],
    ['file:///data/a-b_c.json', ['file:///data/a-b_c.json']],
    ['a://b,a://c', ['a://b', 'a://c']],
    ['a://b,c', ['a://b', 'a://c']],
    ['b,c', ['stixshifter://b', 'stixshifter://c']],
    ['a://b,a://b', ['a://b']],
    ['"udi://My QRadar"', ['udi://My QRadar']],
    ['"kafka://h:9092,i:9092/t1,t2"', ['kafka://h:9092,i:9092/t1,t2']],
    ['"file://a,file://b"', ['file://a', 'file://b']],
    ['"https://a/b.json?raw=true"', ['https://a/b.json?raw=true']],
    ['a://b,c://d', ['source-schemes']],
    ['""', ['source-empty']],
  ])('%s', (from, uris) => {
    expect(urisOf(from)).toEqual(uris);
  });

  test('GET without FROM goes on with the source of the last GET that named one', () => {
    const { statements } = checkHuntflow(`
      x = GET process FROM a://b WHERE name = 'sh'
      y = GET process FROM x WHERE name = 'bash'
      z = GET file WHERE name = 'sh'`);
    expect(statements.map((each) => each.kind === 'get' && each.from)).toMatchObject([
      { kind: 'sources', uris: ['a://b'] },
      { kind: 'variable', variable: { id: 'x#1' } },
      { kind: 'sources', uris: ['a://b'] },
    ]);
  });
});
