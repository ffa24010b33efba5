import { describe, expect, it } from 'vitest';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { SourceSummaries } from './source-summaries.ts';

function batch(size: number, ignored: Record<string, number> = {}, undecodable = 0): RecordBatch {
  const kinds = new Map(Object.entries(ignored));
  const sum = [...kinds.values()].reduce((a, b) => a + b, 0);
  return { size, ignored: sum, ignoredAs: kinds, undecodable } as unknown as RecordBatch;
}

const NAMES = new Map([['/a', new Set(['web'])]]);

describe('summaries of sources', () => {
  it('are a line per source, over all of its places', () => {
    const summaries = new SourceSummaries();
    summaries.place('/a', { place: '1', format: 'sysflow-ecs' });
    summaries.batch('/a', batch(10));
    summaries.place('/a', { place: '2', format: 'winlogbeat' });
    summaries.batch('/a', batch(86, { 'events of Security': 2, x: 1 }, 1));
    summaries.place('/b\u0007', { place: '3', format: 'unknown' });
    summaries.batch('/b\u0007', batch(0, {}, 3));
    expect(summaries.lines(NAMES)).toEqual([
      'web: sysflow-ecs and winlogbeat, 96 records, 3 ignored (2 events of Security, 1 x), 1 undecodable: 96.0 % usable',
      '/b\\x07: nothing recognised, 0 records, 0 ignored, 3 undecodable: 0 % usable',
    ]);
  });

  it('do not count twice what two scopes read', () => {
    const summaries = new SourceSummaries();
    for (const records of [5, 7]) {
      summaries.place('/a', { place: '1', format: 'ecs' });
      summaries.batch('/a', batch(records));
    }
    expect(summaries.lines(NAMES)).toEqual(['web: ecs, 7 records, 0 ignored, 0 undecodable']);
  });

  it('say nothing of a source with nothing new, and name only the first kinds of what was ignored', () => {
    const summaries = new SourceSummaries();
    summaries.place('/b', { place: '1', format: 'unknown' });
    summaries.place('/a', { place: '1', format: 'ecs' });
    summaries.batch('/a', batch(99_999, { a: 1, b: 1, c: 1, d: 1 }));
    expect(summaries.lines(NAMES)).toEqual([
      'web: ecs, 99999 records, 4 ignored (1 a, 1 b, 1 c …), 0 undecodable: 99.9 % usable',
    ]);
  });
});
