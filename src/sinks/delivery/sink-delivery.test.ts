import { expect, test } from 'vitest';
import { SinkError } from '../../errors/windhover-error.ts';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { AlertOutbox } from '../../hunts/alerts/alert-outbox.ts';
import { MemoryStateStore } from '../../store/memory-state-store.ts';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { ALL_TAKEN, type RefusedAlert, type WriteOutcome } from '../alert-sink.ts';
import { testAlert } from '../testing/test-alert.ts';
import { SinkDelivery } from './sink-delivery.ts';

const refused = new SinkError('elastic-credentials', 'the server refuses the credentials', {
  hint: 'Check them.',
  retriable: true,
});

async function deliveryTo(
  write: (alerts: readonly AlertDocument[]) => Promise<WriteOutcome>,
  refuse: (sink: string, refused: readonly RefusedAlert[]) => Promise<void> = async () => {},
) {
  const timer = new ManualTimer();
  const outbox = await AlertOutbox.open(new MemoryStateStore(), ['a'], undefined, {});
  const told: string[] = [];
  const written: number[] = [];
  const delivery = new SinkDelivery({
    sink: {
      name: 'a',
      write: (alerts) => {
        written.push(alerts.length);
        return write(alerts);
      },
      close: async () => {},
    },
    queue: outbox.queues[0]!,
    timer,
    random: () => 0.5,
    refuse,
    observer: {
      degraded: ({ problem, pending }) => told.push(`${problem?.code} ${pending}`),
      recovered: () => told.push('recovered'),
    },
  });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  delivery.start();
  await settle();
  return { delivery, outbox, timer, told, written, settle };
}

test('a sink that takes nothing is told at the start, before there is an alert, and once it is repaired', async () => {
  let isRepaired = false;
  const { delivery, timer, told, written, settle } = await deliveryTo(async () => {
    if (!isRepaired) throw refused;
    return ALL_TAKEN;
  });
  expect(told).toEqual(['elastic-credentials 0']);
  expect(delivery.counts.problem).toBe(refused);
  isRepaired = true;
  timer.pass(60_000);
  await settle();
  expect(told).toEqual(['elastic-credentials 0', 'recovered']);
  expect(written).toEqual([0, 0]);
  await delivery.end(1000);
});

test('a sink that takes alerts is asked once, and then given them', async () => {
  const { delivery, outbox, told, written, settle } = await deliveryTo(async () => ALL_TAKEN);
  await outbox.add([testAlert('1'), testAlert('2')]);
  await settle();
  expect(written).toEqual([0, 2]);
  expect(told).toEqual([]);
  await delivery.end(1000);
});

test('a sink that does not answer keeps no run from ending that has nothing for it', async () => {
  const { delivery } = await deliveryTo(() => new Promise(() => {}));
  // Time does not pass.
  expect(await delivery.end(10_000)).toBe(0);
});

test('alerts wait for the answer that is due: writes do not overlap', async () => {
  const answers: ((outcome: WriteOutcome) => void)[] = [];
  const { delivery, outbox, written, settle } = await deliveryTo(() => new Promise((done) => answers.push(done)));
  await outbox.add([testAlert('1')]);
  await settle();
  expect(written).toEqual([0]);
  answers[0]?.(ALL_TAKEN);
  await settle();
  expect(written).toEqual([0, 1]);
  answers[1]?.(ALL_TAKEN);
  await delivery.end(1000);
});

test('where refused alerts cannot be kept, what the sink took is not sent again, and the tries are told once', async () => {
  let hasRoom = false;
  const kept: string[] = [];
  let tries = 0;
  const full = new SinkError('alerts-rejected-unwritable', 'no space left on device', { hint: 'Make room.' });
  const { delivery, outbox, timer, told, written, settle } = await deliveryTo(
    async (alerts) => ({
      refused: alerts.filter(({ event }) => event.id.startsWith('bad')).map((alert) => ({ alert, reason: 'bad' })),
      left: [],
    }),
    async (_sink, refused) => {
      tries++;
      if (!hasRoom) throw full;
      kept.push(...refused.map(({ alert }) => alert.event.id));
    },
  );
  await outbox.add(['1', 'bad1', '2', 'bad2', '3'].map((id) => testAlert(id)));
  await settle();
  expect(written).toEqual([0, 5]);
  expect(delivery.counts).toMatchObject({ sent: 3, pending: 2, rejected: 0 });
  const documents = ['bad1', 'bad2'].map((id) => JSON.stringify(testAlert(id)).length);
  expect(delivery.counts.pendingBytes).toBe(documents[0]! + documents[1]!);
  await outbox.add([testAlert('4')]);
  for (let i = 0; i < 120; i++) {
    timer.pass(500);
    await settle();
  }
  expect(written).toEqual([0, 5]);
  // 0.5 s, 1 s, 2 s ... 30 s, each shortened by chance.
  expect(tries).toBeLessThan(10);
  expect(told).toEqual(['alerts-rejected-unwritable 2']);
  hasRoom = true;
  timer.pass(60_000);
  await settle();
  expect(kept).toEqual(['bad1', 'bad2']);
  await settle();
  expect(written).toEqual([0, 5, 1]);
  expect(told).toEqual(['alerts-rejected-unwritable 2', 'recovered']);
  expect(delivery.counts).toMatchObject({ sent: 4, pending: 0, rejected: 2, problem: undefined });
  await delivery.end(1000);
});
