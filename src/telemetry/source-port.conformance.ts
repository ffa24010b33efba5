import { afterEach, describe, expect, it } from 'vitest';

/** Some items of a source, and where to go on behind them. */
export interface ReadItems {
  readonly items: readonly string[];
  /** As it lies in a state: serialisable. */
  readonly position: unknown;
}

/** A source that is being read from a position. */
export interface SourceReading {
  /** The next items; `undefined` at the end, and once closed. */
  next(): Promise<ReadItems | undefined>;
  close(): Promise<void>;
}

/** What the suite needs to know of a source. */
export interface SourceUnderTest {
  readonly name: string;
  /** Begins behind a position, at the beginning without one. Sources without an end wait there. */
  readonly read: (position: unknown) => SourceReading;
  /** Makes a place that holds these items, and nothing else; `read` reads it from then on. */
  readonly hold: (items: readonly string[]) => Promise<void>;
  readonly endless: boolean;
  /** Adds items to the place while it is read; absent where a reading does not see them. */
  readonly add?: (items: readonly string[]) => Promise<void>;
  /** Reads a place that is not there; absent where such a place is waited for. */
  readonly missing?: () => SourceReading;
  /** What a message names a missing place by. */
  readonly missingName?: string;
  readonly clean?: () => Promise<void>;
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `item-${i}`);

/** Registers the tests that every source has to pass. Items are given in the order of `hold`. */
export function testSource(subject: SourceUnderTest): void {
  describe(`${subject.name} as a source`, () => {
    const open = new Set<SourceReading>();
    const read = (position?: unknown): SourceReading => {
      // What a state keeps has been text.
      const reading = subject.read(position === undefined ? undefined : JSON.parse(JSON.stringify(position)));
      open.add(reading);
      return reading;
    };
    afterEach(async () => {
      for (const each of open) await each.close();
      open.clear();
      await subject.clean?.();
    });

    /** Reads until `count` items have come, and to the end where there is one. */
    async function take(reading: SourceReading, count: number): Promise<{ items: string[]; positions: unknown[] }> {
      const items: string[] = [];
      const positions: unknown[] = [];
      while (!subject.endless || items.length < count) {
        const found = await reading.next();
        if (found === undefined) break;
        items.push(...found.items);
        for (const _ of found.items) positions.push(found.position);
      }
      return { items, positions };
    }

    it('gives each item once, in order', async () => {
      await subject.hold(numbered(700));
      expect((await take(read(), 700)).items).toEqual(numbered(700));
    });

    it('gives the same to whoever reads again from the beginning', async () => {
      await subject.hold(numbered(20));
      const first = await take(read(), 20);
      expect((await take(read(), 20)).items).toEqual(first.items);
    });

    it('goes on behind any position that it told, with nothing twice and nothing left out', async () => {
      const all = numbered(300);
      await subject.hold(all);
      const { positions } = await take(read(), 300);
      // The last item that a position stands behind.
      const borders = positions.flatMap((position, i) => (positions[i + 1] === position ? [] : [i + 1]));
      expect(borders.at(-1)).toBe(300);
      for (const border of borders.filter((_, i) => i % Math.ceil(borders.length / 6) === 0)) {
        const reading = read(positions[border - 1]);
        expect((await take(reading, 300 - border)).items).toEqual(all.slice(border));
        await reading.close();
      }
    });

    it('may be closed in the middle, and is read again from what was taken', async () => {
      const all = numbered(600);
      await subject.hold(all);
      const reading = read();
      const found = (await reading.next()) as ReadItems;
      expect(found.items).toEqual(all.slice(0, found.items.length));
      await reading.close();
      await reading.close();
      const rest = await take(read(found.position), 600 - found.items.length);
      expect([...found.items, ...rest.items]).toEqual(all);
    });

    it('holds nothing where nothing is, and lets go of whoever waits there', async () => {
      await subject.hold([]);
      const reading = read();
      if (subject.endless) {
        const waiting = reading.next();
        // Far enough to wait for the source itself.
        for (let i = 0; i < 50; i++) await new Promise(setImmediate);
        await reading.close();
        expect(await waiting).toBeUndefined();
      } else expect((await take(reading, 0)).items).toEqual([]);
    });

    it.skipIf(subject.add === undefined)('gives what comes while it waits', async () => {
      await subject.hold(numbered(3));
      const reading = read();
      await take(reading, 3);
      const waiting = take(reading, 2);
      await subject.add?.(['later', 'last']);
      expect((await waiting).items).toEqual(['later', 'last']);
    });

    it.skipIf(subject.missing === undefined)('names a place that is not there, and what to do', async () => {
      const reading = subject.missing?.() as SourceReading;
      open.add(reading);
      const problem = await reading.next().then(
        () => undefined,
        (error: unknown) => error as { message: string; hint: string; exitCode: number; code: string },
      );
      expect(problem).toMatchObject({
        exitCode: 3,
        code: expect.stringMatching(/^[a-z-]+$/),
        hint: expect.any(String),
      });
      expect(problem?.message).toContain(subject.missingName);
      expect(problem?.hint).not.toBe('');
    });
  });
}
