import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import type { AlertSink } from './alert-sink.ts';
import { testAlert } from './testing/test-alert.ts';

/** What the suite needs to know of a sink. */
export interface AlertSinkUnderTest {
  readonly name: string;
  /** A sink whose target holds nothing yet. */
  readonly open: () => Promise<AlertSink>;
  /** Another sink over the same target. */
  readonly reopen: () => Promise<AlertSink>;
  /** Id → the state that holds, for whoever reads the target. */
  readonly latest: () => Promise<ReadonlyMap<string, AlertDocument>>;
  /** Takes the target away, and gives it back; absent where that cannot be done. */
  readonly away?: () => void | Promise<void>;
  readonly back?: () => void | Promise<void>;
  /** Whether the target is there shows only with an alert. */
  readonly cannotBeAsked?: true;
  /** An alert that the target refuses for good; absent where it takes all. */
  readonly poison?: AlertDocument;
  readonly clean?: () => Promise<void>;
}

/** Registers the tests that every alert sink has to pass. */
export function testAlertSink(subject: AlertSinkUnderTest): void {
  describe(`${subject.name} as an alert sink`, () => {
    const open: AlertSink[] = [];
    let sink: AlertSink;
    const keep = (each: AlertSink): AlertSink => {
      open.push(each);
      return each;
    };
    const revisions = async (): Promise<Record<string, number>> =>
      Object.fromEntries([...(await subject.latest())].map(([id, { windhover }]) => [id, windhover.revision]));

    beforeEach(async () => {
      sink = keep(await subject.open());
    });
    afterEach(async () => {
      await subject.back?.();
      for (const each of open.splice(0)) await each.close();
      await subject.clean?.();
    });

    it('takes alerts as they are', async () => {
      const hostile = testAlert('hostile', 1, {
        message: 'line\nbreak "quotes" \u001b[31m \u202e ünïcödé 🦅 \u0000',
        fields: { process: { command_line: 'x'.repeat(16_000), pid: 4_294_967_295 }, host: { name: '__proto__' } },
      });
      expect(await sink.write([testAlert('a'), hostile])).toEqual({ refused: [], left: [] });
      const latest = await subject.latest();
      expect([...latest.keys()].sort()).toEqual(['a', 'hostile']);
      expect(latest.get('hostile')).toEqual(hostile);
    });

    it('takes an empty batch', async () => {
      expect(await sink.write([])).toEqual({ refused: [], left: [] });
      expect(await revisions()).toEqual({});
    });

    it.skipIf(subject.away === undefined || subject.cannotBeAsked)(
      'tells of an empty batch that nobody would take it',
      async () => {
        await subject.away?.();
        await expect(sink.write([])).rejects.toMatchObject({ name: 'SinkError', retriable: true });
        await subject.back?.();
        expect(await sink.write([])).toEqual({ refused: [], left: [] });
      },
    );

    it('shows of an alert its latest revision, within a batch and over batches', async () => {
      await sink.write([testAlert('a', 1), testAlert('b', 1), testAlert('a', 2)]);
      await sink.write([testAlert('b', 2), testAlert('b', 3)]);
      expect(await revisions()).toEqual({ a: 2, b: 3 });
    });

    it('takes again what it was given before', async () => {
      const batch = [testAlert('a', 1), testAlert('a', 2), testAlert('b', 1)];
      await sink.write(batch);
      expect(await sink.write(batch)).toEqual({ refused: [], left: [] });
      await sink.close();
      const after = keep(await subject.reopen());
      expect(await after.write(batch)).toEqual({ refused: [], left: [] });
      expect(await revisions()).toEqual({ a: 2, b: 1 });
    });

    it('takes many at once', async () => {
      const many = Array.from({ length: 1300 }, (_, i) => testAlert(`n${i}`, 1, { message: 'm'.repeat(2000) }));
      expect(await sink.write(many)).toEqual({ refused: [], left: [] });
      expect(Object.keys(await revisions())).toHaveLength(1300);
    });

    it('takes nothing once it is closed; closing twice is harmless', async () => {
      await sink.write([testAlert('a')]);
      await sink.close();
      await sink.close();
      await expect(sink.write([testAlert('b')])).rejects.toMatchObject({ code: 'sink-closed' });
      expect(await revisions()).toEqual({ a: 1 });
    });

    it.skipIf(subject.away === undefined)('says that its target is away, and goes on when it is back', async () => {
      await sink.write([testAlert('a', 1)]);
      await subject.away?.();
      const batch = [testAlert('a', 2), testAlert('b', 1)];
      const outcome = await sink.write(batch).catch((problem: unknown) => ({ refused: [], left: batch, problem }));
      expect(outcome).toMatchObject({ refused: [], left: batch, problem: { retriable: true } });
      expect((outcome.problem as { hint: string }).hint).not.toBe('');
      await subject.back?.();
      expect(await sink.write(outcome.left)).toEqual({ refused: [], left: [] });
      expect(await revisions()).toEqual({ a: 2, b: 1 });
    });

    it.skipIf(subject.poison === undefined)('refuses what its target never takes, and takes the rest', async () => {
      const poison = subject.poison as AlertDocument;
      const batch = [testAlert('a'), testAlert('b'), poison, testAlert('c')];
      const { refused, left } = await sink.write(batch);
      expect(left).toEqual([]);
      expect(refused.map(({ alert }) => alert)).toEqual([poison]);
      expect(refused[0]?.reason).not.toBe('');
      expect(Object.keys(await revisions()).sort()).toEqual(['a', 'b', 'c']);
    });
  });
}
