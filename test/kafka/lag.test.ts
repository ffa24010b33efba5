import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { GROUP, processDocument, ReadSource, type ReadSourceOptions } from './read-source.ts';

let kafka: MemoryKafka;
beforeEach(() => {
  kafka = new MemoryKafka();
});

function source(options: Partial<ReadSourceOptions> = {}): ReadSource {
  return new ReadSource({ topics: ['t'], client: kafka.client(), timer: new ManualTimer(), ...options });
}

function fill(partition: number, count: number): void {
  for (let i = 0; i < count; i++) kafka.produce('t', partition, processDocument(i));
}

const of = (read: ReadSource, partition: number): number[] =>
  read.lags.flatMap((lag) => (lag.startsWith(`t/${partition}: `) ? [Number(lag.split(': ')[1])] : []));

describe('the lag of a partition', () => {
  test('is what lay behind each batch, up to the high watermark of its fetch', async () => {
    kafka.topic('t', 2);
    fill(0, 10);
    fill(1, 2);
    const read = await source().take();
    expect([of(read, 0), of(read, 1)]).toEqual([[7, 4, 1, 0], [0]]);
    fill(0, 4);
    await read.take();
    expect(of(read, 0)).toEqual([7, 4, 1, 0, 1, 0]);
  });

  test('counts down within a fetch that makes several batches', async () => {
    kafka.topic('t');
    kafka.fetchSize = 5;
    fill(0, 7);
    expect(of(await source({ batchSize: 2 }).take(), 0)).toEqual([5, 3, 2, 0]);
  });

  test('counts what is no record too: junk, tombstones, markers of transactions', async () => {
    kafka.topic('t');
    kafka.produce('t', 0, processDocument(1), 'junk', null, undefined, processDocument(2));
    const read = await source().take();
    expect(of(read, 0)).toEqual([2, 0]);
    expect([read.seen.length, read.undecodable]).toEqual([2, 1]);
  });

  test('goes on after a restart from where the state is', async () => {
    kafka.topic('t');
    fill(0, 9);
    const first = await source().take(2);
    const before = of(first, 0);
    expect(before.at(-1)).toBeGreaterThan(0);
    kafka.forget(GROUP);
    const again = await first.again().take();
    expect(of(again, 0).at(-1)).toBe(0);
    expect(Math.max(...of(again, 0))).toBeLessThan(Math.min(...before));
  });
});
