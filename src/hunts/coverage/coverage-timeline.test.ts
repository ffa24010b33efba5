import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { endOf } from './coverage-hole.ts';
import { timelineAxis, timelineCells } from './coverage-timeline.ts';
import { PartitionCoverage } from './partition-coverage.ts';

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

function seen(...minutes: number[]): PartitionCoverage {
  const partition = new PartitionCoverage('s', 'p', 'file');
  const lastMs = Float64Array.from(minutes, (at) => START + at * MINUTE);
  const batch = { size: minutes.length, lastMs, undecodable: 0, rejects: [] } as unknown as RecordBatch;
  partition.take({ batch, outside: undefined, left: undefined, duplicates: 0 }, MINUTE);
  return partition;
}

const minutes = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('the timeline', () => {
  test('reaches from the first record to the last', () => {
    const axis = timelineAxis([seen(...minutes(60)), seen(...minutes(10, 90))]);
    expect(axis).toEqual({ fromMs: START, toMs: START + 99 * MINUTE, outside: 0 });
  });

  test('leaves out the few that a wrong clock has far away, on both ends', () => {
    const odd = seen(...minutes(1000), 4_000_000, 4_100_000, -56_000_000);
    expect(timelineAxis([odd])).toEqual({ fromMs: START, toMs: START + 999 * MINUTE, outside: 3 });
    // Many of them are no strays.
    const many = seen(...minutes(100), ...minutes(20, 4_000_000));
    expect(timelineAxis([many])).toEqual({ fromMs: START, toMs: START + 4_000_019 * MINUTE, outside: 0 });
  });

  test('of nothing there is none; of one instant it has a length', () => {
    expect(timelineAxis([seen()])).toBeUndefined();
    const one = seen(5);
    const axis = timelineAxis([one]);
    expect(timelineCells(one, axis!, 10)).toEqual(['seen', ...Array.from({ length: 9 }, () => 'silent')]);
  });

  test('the gravest is drawn', () => {
    const partition = seen(...minutes(50), ...minutes(51, 149));
    const at = (minute: number): number => START + minute * MINUTE;
    partition.note({ cause: 'gap', fromMs: at(0), toMs: at(19) });
    partition.note({ cause: 'undecodable', count: 1, fromMs: at(10), toMs: at(19) });
    const cells = timelineCells(partition, timelineAxis([partition])!, 20).join(' ');
    expect(cells).toBe(
      'doubtful lost seen seen seen silent silent silent silent silent silent silent silent silent seen seen seen seen seen seen',
    );
  });

  test('every cell says what lies in it, and none is left out', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 50, size: 'max' });
    const holes = fc.array(fc.tuple(fc.integer({ min: -100, max: 3100 }), fc.nat(300), fc.boolean()), { maxLength: 6 });
    fc.assert(
      fc.property(instants, holes, fc.integer({ min: 1, max: 90 }), (at, noted, width) => {
        const partition = seen(...at);
        for (const [from, length, isOpen] of noted)
          partition.note({
            cause: 'expired',
            fromMs: START + from * MINUTE,
            ...(isOpen ? {} : { toMs: START + (from + length) * MINUTE }),
          });
        const axis = timelineAxis([partition])!;
        const cells = timelineCells(partition, axis, width);
        expect(cells).toHaveLength(width);
        const cellMs = Math.max(1, axis.toMs - axis.fromMs) / width;
        const cellAt = (ms: number): number => Math.min(width - 1, Math.floor((ms - axis.fromMs) / cellMs));
        const lost = new Set<number>();
        for (const hole of partition.holes) {
          if (endOf(hole) < axis.fromMs || hole.fromMs > axis.toMs) continue;
          for (let i = cellAt(Math.max(axis.fromMs, hole.fromMs)); i <= cellAt(Math.min(axis.toMs, endOf(hole))); i++)
            lost.add(i);
        }
        const came = new Set(at.map((minute) => cellAt(START + minute * MINUTE)));
        cells.forEach((cell, i) => {
          expect(cell === 'lost').toBe(lost.has(i));
          if (came.has(i)) expect(cell).not.toBe('silent');
        });
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
