import { describe, expect, test } from 'vitest';
import type { RecordBatch } from '../../telemetry/record-batch.ts';
import { PlacesByTime } from './places-by-time.ts';
import type { BatchSupply } from './source-reader.ts';

/** A place whose batches begin at these moments; `null`: a batch without records. */
class MadePlace implements BatchSupply {
  readonly name: string;
  readonly #times: readonly (number | null)[];
  #next = 0;
  closed = false;
  prepared = false;

  constructor(name: string, times: readonly (number | null)[]) {
    this.name = name;
    this.#times = times;
  }

  next(): ReturnType<BatchSupply['next']> {
    const time = this.#times[this.#next++];
    if (time === undefined) return Promise.resolve(undefined);
    const batch = { size: time === null ? 0 : 1, firstMs: Float64Array.of(time ?? 0) } as unknown as RecordBatch;
    const position = { offset: this.#next, records: 0 };
    return Promise.resolve({ batch, position: { place: this.name, position, head: '', headLength: 0 } });
  }

  prepare(): void {
    this.prepared = true;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function opened(places: readonly (readonly (number | null)[])[]): {
  readonly supply: PlacesByTime;
  readonly open: MadePlace[];
  readonly surveyed: MadePlace[];
} {
  const open: MadePlace[] = [];
  const surveyed: MadePlace[] = [];
  const readers = (into: MadePlace[]) =>
    places.map((times, i) => () => {
      const place = new MadePlace(String(i), times);
      into.push(place);
      return place;
    });
  return { supply: new PlacesByTime('s', readers(surveyed), readers(open)), open, surveyed };
}

async function orderOf(supply: PlacesByTime): Promise<string[]> {
  const order: string[] = [];
  for (let read = await supply.next(); read !== undefined; read = await supply.next()) {
    order.push(`${read.position.place}:${read.batch.size === 0 ? '-' : read.batch.firstMs[0]}`);
  }
  return order;
}

describe('places that overlap in time', () => {
  test('give their batches by time, then by the order of the places', async () => {
    const { supply } = opened([[20, 30, 31], [10, 30, 40], [], [25]]);
    expect(await orderOf(supply)).toEqual(['1:10', '0:20', '3:25', '0:30', '1:30', '0:31', '1:40']);
    expect(await supply.next()).toBeUndefined();
  });

  test('batches without records go first', async () => {
    const { supply } = opened([
      [5, null, 6],
      [null, 1],
    ]);
    expect(await orderOf(supply)).toEqual(['1:-', '1:1', '0:5', '0:-', '0:6']);
  });

  test('a few are opened once, all at the same time', async () => {
    const { supply, open, surveyed } = opened([
      [1, 2],
      [30, 40],
      [50, 60],
    ]);
    expect((await supply.next())?.position.place).toBe('0');
    expect(open.map(({ name, prepared }) => [name, prepared])).toEqual([
      ['0', true],
      ['1', true],
      ['2', true],
    ]);
    await orderOf(supply);
    expect(surveyed).toEqual([]);
    expect(open.map(({ closed }) => closed)).toEqual([true, true, true]);
  });

  test('more of them, one after the other, are open one after the other, and closed', async () => {
    const { supply, open, surveyed } = opened(Array.from({ length: 9 }, (_, i) => [i * 10, i * 10 + 1]));
    expect((await supply.next())?.position.place).toBe('0');
    // The next one is opened while the first one is worked on.
    expect(open.map(({ name, prepared }) => [name, prepared])).toEqual([
      ['0', false],
      ['1', true],
    ]);
    await supply.next();
    expect(open).toHaveLength(2);
    expect(surveyed).toHaveLength(9);
    expect(surveyed.every(({ closed }) => closed)).toBe(true);
    await orderOf(supply);
    expect(open.map(({ closed }) => closed)).toEqual(open.map(() => true));
    expect(open).toHaveLength(9);
  });

  test('give the same order whether they are few or many', async () => {
    const few = [[5, 50], [1, 7, 90], [5, 6], [80], [null, 2], [], [60, 61], [3]];
    const { supply } = opened(few);
    const { supply: many } = opened([...few, []]);
    expect(await orderOf(supply)).toEqual(await orderOf(many));
  });

  test('are closed where one of them cannot be read', async () => {
    const readers: MadePlace[] = [];
    const places = [[1], [2], [3]].map((times, i) => () => {
      const place = new MadePlace(String(i), times);
      if (i === 1) place.next = () => Promise.reject(new Error('it cannot be read'));
      readers.push(place);
      return place;
    });
    const supply = new PlacesByTime('s', places, places);
    await expect(supply.next()).rejects.toThrow('it cannot be read');
    await supply.close();
    expect(readers.map(({ closed }) => closed)).toEqual([true, true, true]);
  });

  test('of very many that overlap, the latest wait; none is lost', async () => {
    const { supply, open } = opened(Array.from({ length: 300 }, (_, i) => [i, 1000 + i]));
    const first = await supply.next();
    expect(first?.batch.firstMs[0]).toBe(0);
    const rest = await orderOf(supply);
    expect(rest).toHaveLength(599);
    expect(new Set(rest.map((each) => each.split(':')[0])).size).toBe(300);
    expect(open).toHaveLength(300);
  });

  test('are closed before their end, and then give nothing', async () => {
    const { supply, open } = opened([[1, 2], [1, 3], [9]]);
    await supply.next();
    await supply.close();
    expect(open.map(({ closed }) => closed)).toEqual([true, true, true]);
    expect(await supply.next()).toBeUndefined();
  });
});
