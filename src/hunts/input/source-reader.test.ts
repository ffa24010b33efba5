import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SourceError } from '../../errors/windhover-error.ts';
import { traceOf } from '../../telemetry/testing/avro-container.ts';
import { decodeOptions, demandOf, sourceOf } from '../../telemetry/testing/lines.ts';
import { smallTrace } from '../../telemetry/testing/trace-records.ts';
import { AheadBudget } from './ahead-budget.ts';
import { placeHead } from './place-head.ts';
import { SourceReader, type PlacePosition } from './source-reader.ts';
import { HeldPlace, settled } from './testing/held-place.ts';

function line(second: number): string {
  const time = new Date(Date.UTC(2026, 4, 1) + second * 1000).toISOString();
  return `{"@timestamp":"${time}","event":{"sf_type":"PE","start":"${time}","end":"${time}"},"process":{"pid":${second}}}\n`;
}

const FAILURES = {
  truncated: (place: string) => new SourceError('source-truncated', `${place} breaks off`, { hint: 'Copy it.' }),
  damaged: (place: string) => new SourceError('source-damaged', `${place} is damaged`, { hint: 'Look.' }),
  denied: (place: string) => new SourceError('source-denied', `${place} may not be read`, { hint: 'Ask.' }),
} as const;

interface File {
  readonly lines: readonly (number | 'broken')[];
  /** Where the bytes are cut into chunks. */
  readonly cuts: readonly number[];
  readonly fails: keyof typeof FAILURES | 'never';
  /** Bytes of the end that are missing. */
  readonly short: number;
}

function placeOf(name: string, { lines, cuts, fails, short }: File): HeldPlace {
  const whole = lines.map((each) => (each === 'broken' ? '{"broken\n' : line(each))).join('');
  const text = whole.slice(0, Math.max(0, whole.length - short));
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
  const chunks = at.slice(1).map((end, i) => text.slice(at[i], end));
  return new HeldPlace(
    name,
    chunks.filter((chunk) => chunk !== ''),
    fails === 'never' ? undefined : FAILURES[fails](name),
  );
}

interface Reading {
  readonly decode?: { readonly batchSize?: number; readonly maxSpanMs?: number };
  readonly known?: readonly PlacePosition[];
  readonly ahead?: AheadBudget;
  readonly batches?: number;
}

/** What a reader gives and tells, up to so many batches, and what is open once it is closed. */
async function readAll(places: readonly HeldPlace[], { decode, known = [], ahead, batches = Infinity }: Reading) {
  const told: unknown[] = [];
  for (const place of places) place.free = true;
  const reader = new SourceReader({
    name: 's',
    places,
    decode: decodeOptions({ demand: demandOf(['process']), ...decode }),
    known,
    onPlace: (notice) => told.push(notice),
    onNotice: (notice) => told.push(notice),
    ahead,
  });
  try {
    for (let i = 0; i < batches; i++) {
      const read = await reader.next();
      if (read === undefined) break;
      const { batch, position } = read;
      const rejects = batch.rejects.map(({ offset, length, reason }) => [offset, length, reason]);
      told.push({ times: [...batch.lastMs.subarray(0, batch.size)], rejects, position });
    }
  } catch (error) {
    told.push(error instanceof SourceError ? error.message : error);
  }
  await reader.close();
  return { told, handles: places.map(({ handles }) => handles) };
}

const files = fc.array(
  fc.record({
    lines: fc.array(fc.oneof({ weight: 4, arbitrary: fc.nat(900) }, fc.constant('broken' as const)), { maxLength: 12 }),
    cuts: fc.array(fc.nat(2000), { maxLength: 6 }),
    fails: fc.constantFrom('never', 'never', 'never', 'truncated', 'damaged', 'denied'),
    short: fc.constantFrom(0, 0, 40),
  }),
  { maxLength: 5 },
);

describe('places that are read one after the other', () => {
  test('give the same batches, places and failures, whether they are read ahead or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.record({ batchSize: fc.integer({ min: 1, max: 9 }), maxSpanMs: fc.constantFrom(Infinity, 60_000) }),
        fc.constantFrom(1, 300, 1_000_000),
        fc.oneof(fc.constant(Infinity), fc.nat(9)),
        async (all, decode, budget, batches) => {
          const places = (): HeldPlace[] => all.map((file, i) => placeOf(`p${i}`, file));
          const plain = await readAll(places(), { decode, batches });
          expect(await readAll(places(), { decode, batches, ahead: new AheadBudget(budget, budget) })).toEqual(plain);
          expect(plain.handles.every((open) => open === 0)).toBe(true);
          // Going on from any batch gives the rest.
          const last = plain.told.findLast((each): each is { position: PlacePosition } =>
            Object.hasOwn(each as object, 'position'),
          );
          if (last === undefined) return;
          const known = [last.position];
          const rest = await readAll(places(), { decode, known });
          expect(await readAll(places(), { decode, known, ahead: new AheadBudget(budget, budget) })).toEqual(rest);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('the next one is opened when all bytes of the one before are there, and no sooner', async () => {
    const texts = [0, 1, 2].map((i) => [line(i), line(i + 10), line(i + 20)]);
    const places = texts.map((chunks, i) => new HeldPlace(`p${i}`, chunks));
    const [first, second, third] = places as [HeldPlace, HeldPlace, HeldPlace];
    const decode = decodeOptions({ demand: demandOf(['process']), batchSize: 1 });
    // One chunk of one place at a time is read ahead.
    const ahead = new AheadBudget(1, 1);
    const reader = new SourceReader({ name: 's', places, decode, known: [], onPlace: () => {}, ahead });
    const read = reader.next();
    await first.letGo(3);
    expect([first.outstanding, second.opened]).toEqual([1, 0]);
    await first.letGo();
    expect((await read)?.position.place).toBe('p0');
    // The engine works on it, and the beginning of the next one comes.
    expect(second.outstanding).toBe(1);
    await second.letAllGo();
    expect([second.reads, third.opened]).toEqual([4, 0]);
    third.free = true;
    const order: (string | undefined)[] = [];
    for (let next = await reader.next(); next !== undefined; next = await reader.next()) {
      if (next.batch.size > 0) order.push(next.position.place);
    }
    expect(order).toEqual(['p0', 'p0', 'p1', 'p1', 'p1', 'p2', 'p2', 'p2']);
    expect(places.map(({ handles, opened }) => [handles, opened])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });

  test('one that cannot be opened is told when its turn comes', async () => {
    const places = [
      placeOf('p0', { lines: [1, 2, 3], cuts: [], fails: 'never', short: 0 }),
      placeOf('p1', { lines: [], cuts: [], fails: 'denied', short: 0 }),
    ];
    const { told } = await readAll(places, { decode: { batchSize: 1 }, ahead: new AheadBudget() });
    expect(told.at(-1)).toBe('p1 may not be read');
    expect(told.filter((each) => Object.hasOwn(each as object, 'times'))).toHaveLength(4);
  });

  test('one that breaks off is counted and told, and the others go on; once it is whole it goes on with the line that was cut', async () => {
    const file = { lines: [1, 2, 3], cuts: [], fails: 'never', short: 0 } as const;
    for (const fails of ['truncated', 'damaged'] as const) {
      // In the middle of a line, and before anything at all.
      for (const short of [40, 1_000_000]) {
        const broken = placeOf('b', { ...file, fails, short });
        const { told, handles } = await readAll([placeOf('a', file), broken, placeOf('c', file)], {
          ahead: new AheadBudget(),
        });
        const batches = told.filter((each): each is { times: number[]; rejects: unknown[]; position: PlacePosition } =>
          Object.hasOwn(each as object, 'times'),
        );
        const whole = short === 40 ? 2 : 0;
        expect(batches.map(({ times }) => times.length)).toEqual([3, whole, 3]);
        expect(batches[1]?.rejects).toEqual([
          [whole * line(1).length, short === 40 ? line(3).length - 40 : 0, `source-${fails}`],
        ]);
        const message = fails === 'truncated' ? 'breaks off. Copy it.' : 'is damaged. Look.';
        expect(told).toContainEqual({ place: 'b', code: `source-${fails}`, message });
        expect(handles).toEqual([0, 0, 0]);
        const known = [(batches[1] as { position: PlacePosition }).position];
        const rest = await readAll([placeOf('b', file)], { known });
        expect(rest.told.flatMap((each) => (each as { times?: number[] }).times ?? [])).toHaveLength(3 - whole);
        expect(rest.told[0]).toMatchObject({ resumed: true, replaced: false });
      }
    }
  });

  test('a trace that ends too early is told as a gzip stream is', async () => {
    const whole = traceOf(smallTrace(), { perBlock: 2 });
    const told: unknown[] = [];
    for (const bytes of [whole, whole.subarray(0, -40)]) {
      const reader = new SourceReader({
        name: 's',
        places: [sourceOf(bytes)],
        decode: decodeOptions({ demand: demandOf(['process']) }),
        known: [],
        onPlace: () => {},
        onNotice: (notice) => told.push(notice),
      });
      while ((await reader.next()) !== undefined);
    }
    const message =
      'ends in the middle of a block. Whole records before the break were read; copy the file again to have the rest.';
    expect(told).toEqual([{ place: 'memory', code: 'source-truncated', message }]);
  });

  test('is closed while its beginning is on its way: nothing is told, nothing stays open', async () => {
    const place = new HeldPlace('p', [line(1)]);
    const told: unknown[] = [];
    const reader = new SourceReader({
      name: 's',
      places: [place],
      decode: decodeOptions({ demand: demandOf(['process']) }),
      known: [],
      onPlace: (notice) => told.push(notice),
      ahead: new AheadBudget(),
    });
    const read = reader.next();
    await settled();
    const closed = reader.close();
    await place.letGo();
    await closed;
    expect(await read).toBeUndefined();
    expect([told, place.handles, place.opened]).toEqual([[], 0, 1]);
    expect(await reader.next()).toBeUndefined();
  });

  test('a place that begins differently is read as a new one', async () => {
    const known = { place: 'p', position: { offset: 10, records: 1 }, ...placeHead(Buffer.from('other')) };
    const place = placeOf('p', { lines: [1], cuts: [], fails: 'never', short: 0 });
    const { told } = await readAll([place], { known: [known], ahead: new AheadBudget() });
    expect(told[0]).toMatchObject({ resumed: false, replaced: true });
  });
});
