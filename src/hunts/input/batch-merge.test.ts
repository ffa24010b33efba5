import { expect, test } from 'vitest';
import { BatchMerge } from './batch-merge.ts';
import type { ReadBatch, SourceReader } from './source-reader.ts';

function reader(name: string, times: readonly number[]): SourceReader {
  let at = 0;
  const next = async (): Promise<ReadBatch | undefined> => {
    const time = times[at++];
    if (time === undefined) return undefined;
    const batch = { size: Number.isNaN(time) ? 0 : 1, firstMs: Float64Array.of(time) };
    return {
      batch,
      position: { place: name, position: { offset: at, records: at }, head: '', headLength: 0 },
    } as unknown as ReadBatch;
  };
  return { name, next } as unknown as SourceReader;
}

async function order(...readers: SourceReader[]): Promise<string[]> {
  const merge = new BatchMerge(readers);
  const result: string[] = [];
  for (let next = await merge.next(); next !== undefined; next = await merge.next()) {
    result.push(`${next.source}@${next.batch.firstMs[0]}/${next.position.position.offset}`);
  }
  return result;
}

test('batches of several sources come by earliest time, then name, with the position of their own source', async () => {
  const expected = ['a@1/1', 'b@2/1', 'a@5/2', 'b@5/2', 'a@9/3'];
  expect(await order(reader('a', [1, 5, 9]), reader('b', [2, 5]))).toEqual(expected);
  expect(await order(reader('b', [2, 5]), reader('a', [1, 5, 9]))).toEqual(expected);
});

test('a batch without records goes first', async () => {
  expect(await order(reader('a', [1, 3]), reader('b', [NaN, 2]))).toEqual(['b@NaN/1', 'a@1/1', 'b@2/2', 'a@3/2']);
});
