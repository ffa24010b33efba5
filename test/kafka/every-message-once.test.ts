import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SourceError } from '../../src/errors/windhover-error.ts';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { GROUP, offsets, processDocument, ReadSource, settle } from './read-source.ts';

const PARTITIONS = 3;
const away = new SourceError('kafka-unreachable', 'no answer', { hint: 'Wait.', retriable: true });

type Step =
  | { readonly kind: 'produce'; readonly partition: number; readonly count: number }
  | { readonly kind: 'take'; readonly batches: number }
  | { readonly kind: 'rebalance' | 'away' | 'back' | 'restart' }
  | { readonly kind: 'stall'; readonly partition: number; readonly stalled: boolean }
  | { readonly kind: 'pass'; readonly ms: number };

const partition = fc.nat(PARTITIONS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('produce' as const), partition, count: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('take' as const), batches: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('rebalance', 'away', 'back', 'restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stall' as const), partition, stalled: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(500, 20_000, 90_000) }) },
);

test('each message comes once and in order, whatever happens to brokers, group and process', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (steps, batchSize) => {
      const kafka = new MemoryKafka();
      const timer = new ManualTimer();
      kafka.topic('t', PARTITIONS);
      const produced = Array.from({ length: PARTITIONS }, () => 0);
      const seen: string[] = [];
      let read = new ReadSource({ topics: ['t'], client: kafka.client(), timer, batchSize });
      const pass = async (ms: number): Promise<void> => {
        for (let left = ms; left > 0; left -= 1000) {
          timer.pass(Math.min(1000, left));
          await settle(3);
        }
      };
      for (const each of steps) {
        if (each.kind === 'produce') {
          for (let i = 0; i < each.count; i++) kafka.produce('t', each.partition, processDocument(i));
          produced[each.partition] = (produced[each.partition] as number) + each.count;
        } else if (each.kind === 'take') await read.take(each.batches, () => settle(6));
        else if (each.kind === 'rebalance') kafka.rebalance();
        else if (each.kind === 'away') kafka.fail(away);
        else if (each.kind === 'back') kafka.fail(undefined);
        else if (each.kind === 'stall') kafka.stall('t', each.partition, each.stalled);
        else if (each.kind === 'pass') await pass(each.ms);
        else {
          // Killed: its group forgets it, and it hears of nothing any more.
          seen.push(...read.seen);
          kafka.forget(GROUP);
          read = read.again();
        }
        if (read.failure !== undefined) {
          // Brokers that were away for too long at the start.
          seen.push(...read.seen);
          read = read.again();
        }
      }
      kafka.fail(undefined);
      for (let i = 0; i < PARTITIONS; i++) kafka.stall('t', i, false);
      await read.take(Infinity, () => settle(6));
      await pass(60_000);
      kafka.rebalance();
      await read.take(Infinity, () => settle(6));
      seen.push(...read.seen);
      for (let i = 0; i < PARTITIONS; i++) {
        expect(seen.filter((at) => at.startsWith(`t/${i}:`))).toEqual(offsets(`t/${i}`, 0, produced[i] as number));
      }
      await read.reader.close();
    }),
    process.env['WINDHOVER_LONG'] === undefined ? { numRuns: 60, seed: 7 } : { numRuns: 2000 },
  );
});
