import { expect, test } from 'vitest';
import { stixShifterSources } from './stixshifter-sources.ts';

function sources(host: string): unknown {
  return [
    ...stixShifterSources(
      {
        STIXSHIFTER_A_CONNECTOR: 'elastic_ecs',
        STIXSHIFTER_A_CONNECTION: JSON.stringify({ host, port: 9200, indices: 'sysflow-a' }),
      },
      '/',
    ).sources,
  ];
}

test('a host is taken as it is; one with a scheme or a path is refused, as it would become another host', () => {
  expect(sources('es.example')).toEqual([['a', 'elastic+https://es.example:9200/sysflow-a']]);
  for (const host of ['https://es.example', 'es.example/path', '', 'a b']) {
    expect(() => sources(host)).toThrow(/STIXSHIFTER_A_CONNECTION: host is missing or not what is expected/u);
  }
});
