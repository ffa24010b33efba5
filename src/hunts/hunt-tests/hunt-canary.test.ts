import { expect, test } from 'vitest';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { compileHunt, type CompiledHunt } from '../compile-hunt.ts';
import { parseHuntFile } from '../hunt-file/hunt-file-parse.ts';
import { HuntCanary } from './hunt-canary.ts';

function hunt(id: string, tests: string): CompiledHunt {
  const text = `hunt: ${id}\nhuntflow: |\n  p = GET process FROM s WHERE name = 'sh'\n${tests}`;
  const { hunt: definition } = parseHuntFile(`${id}.hunt.yaml`, text);
  if (definition?.huntflow.kind !== 'inline') throw new Error('no huntflow');
  const compiled = compileHunt(definition, definition.huntflow.text).hunt;
  if (compiled === undefined) throw new Error('it does not check');
  return compiled;
}

const record = JSON.stringify({
  '@timestamp': '2026-01-01T00:00:00Z',
  event: { sf_type: 'PE', action: 'process-start' },
  host: { id: 'h' },
  process: { pid: 1, start: '2026-01-01T00:00:00Z', name: 'sh', executable: '/bin/sh', thread: { id: 1 } },
});
const tests = (count: number): string =>
  `tests:\n  - name: finds it\n    records: [${record}]\n    expect: { p: { count: ${count} } }\n`;

test('each hunt with tests has its turn, and tells whether they pass', async () => {
  const timer = new ManualTimer();
  const told: [string, boolean, string | undefined][] = [];
  let hunts = [hunt('good', tests(1)), hunt('none', ''), hunt('dead', tests(2))];
  const canary = new HuntCanary({
    hunts: () => hunts,
    timer,
    told: (...each) => told.push(each),
  });
  /** Time for one turn passes, and the turn is taken. */
  const turn = async (): Promise<void> => {
    while (timer.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    timer.pass(60_000 / Math.max(1, hunts.length));
    while (timer.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  await turn();
  expect(told).toEqual([['good', true, undefined]]);
  await turn();
  expect(told).toHaveLength(1);
  await turn();
  expect(told.slice(1)).toEqual([['dead', false, 'finds it: p is not as expected']]);
  hunts = [hunt('other', tests(1))];
  await turn();
  expect(told.slice(2)).toEqual([['other', true, undefined]]);
  hunts = [];
  await turn();
  expect(told).toHaveLength(3);
  await canary.close();
  expect(timer.waiting).toBe(0);
});
