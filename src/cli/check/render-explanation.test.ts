import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../sinks/terminal/display-width.ts';
import { renderExplanation } from './render-explanation.ts';

const explanation: Parameters<typeof renderExplanation>[1] = {
  nodes: [
    {
      node: 0,
      statement: 1,
      operator: 'GET',
      type: 'process',
      inputs: [],
      does: `every process that a record selects: ${"name = 'a\u001b[31m' OR ".repeat(12)}pid = 3`,
      pushDown: null,
      index: 'records by value of name',
      state: 'grows with entities',
      retracts: null,
    },
    {
      node: 1,
      statement: 2,
      operator: 'WHERE',
      type: 'process',
      inputs: [0],
      does: 'members of [0] whose content satisfies pid > 3',
      pushDown: null,
      index: null,
      state: 'grows with entities',
      retracts: 'time passes (LAST); pid changes',
    },
  ],
  variables: [{ name: 'shells', type: 'process', node: 0, order: 'identity' }],
  files: { reads: ['hosts.csv'], writes: ['/tmp/shells.json'] },
  demand: {
    types: [{ type: 'process', identity: 'host, pid', onRequest: ['environment'] }],
    references: ['process.parent_ref'],
    patternTypes: ['file'],
    linked: [],
  },
  leftOut: { kinds: ['sysflow.NF'], allBecause: null },
};

describe('an explanation for terminals', () => {
  const text = renderExplanation('my-hunt', explanation);

  test('fits 80 columns', () => {
    expect(Math.max(...text.split('\n').map((line) => displayWidth(line)))).toBeLessThanOrEqual(80);
  });

  test('names variables, operators and why members leave', () => {
    expect(text).toContain('shells = GET process');
    expect(text).toMatch(/retracts +never/);
    expect(text).toMatch(/retracts +when time passes \(LAST\), or when pid changes/);
  });

  test('tells what is kept', () => {
    expect(text).toContain('process: host, pid');
    expect(text).toContain('environment');
    expect(text).toContain('process.parent_ref');
    expect(text).toContain('not kept: file');
    expect(text).toContain('Left out of an Elasticsearch index: documents that nothing is used of,\n  sysflow.NF\n');
  });

  test('shows control characters of a hunt as text', () => {
    expect(text).not.toContain('\u001b');
    expect(text).toContain('\\x1b');
  });
});
