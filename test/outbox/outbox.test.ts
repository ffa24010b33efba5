import { expect, test } from 'vitest';
import { AlertOutbox } from '../../src/hunts/alerts/alert-outbox.ts';
import { StateFolder } from '../../src/hunts/state/state-folder.ts';
import { pendingAlerts } from '../../src/hunts/alerts/pending-alerts.ts';
import { SinkDelivery } from '../../src/sinks/delivery/sink-delivery.ts';
import { testAlert } from '../../src/sinks/testing/test-alert.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { Disk, OutboxUnderTest } from './outbox-under-test.ts';

const alerts = (...ids: string[]): ReturnType<typeof testAlert>[] => ids.map((id) => testAlert(id));
const ids = (disk: Disk, sink: string): string[] => (disk.taken.get(sink) ?? []).map(({ event }) => event.id);

function away(process: OutboxUnderTest, sink: string, writes = 1000): void {
  const fake = process.sinks.get(sink);
  for (let i = 0; i < writes; i++) fake?.mishaps.push({ kind: 'lost-answer', taken: 0 });
}

test('a sink that is away stops no other; what waits is sent in order once it is back', async () => {
  const disk = new Disk();
  const process = await OutboxUnderTest.start(disk, ['a', 'b']);
  away(process, 'a', 3);
  await process.commit(alerts('1', '2'));
  await process.commit(alerts('3'));
  expect([ids(disk, 'a'), ids(disk, 'b')]).toEqual([[], ['1', '2', '3']]);
  expect(process.counts[0]).toMatchObject({ pending: 3, sent: 0, retried: 1, problem: { code: 'memory-busy' } });
  await process.pass(60_000);
  await process.pass(60_000);
  await process.pass(60_000);
  expect(ids(disk, 'a')).toEqual(['1', '2', '3']);
  expect(process.counts[0]).toMatchObject({ pending: 0, pendingBytes: 0, sent: 3, retried: 3, problem: undefined });
  expect(process.told).toEqual(['degraded a memory-busy', 'recovered a']);
});

test('waits grow and stay bounded; new alerts do not shorten them', async () => {
  const process = await OutboxUnderTest.start(new Disk(), ['a']);
  away(process, 'a');
  await process.commit(alerts('1'));
  const retries = (): number => process.counts[0]?.retried ?? 0;
  await process.commit(alerts('2'));
  expect(retries()).toBe(1);
  // 375 ms: half of 500, and half of the rest.
  await process.pass(374);
  expect(retries()).toBe(1);
  await process.pass(1);
  expect(retries()).toBe(2);
  for (let i = 0; i < 20; i++) await process.pass(30_000);
  const before = retries();
  await process.pass(22_500);
  expect(retries()).toBe(before + 1);
});

test('beyond the limit the input waits, which is told once, until there is room', async () => {
  const process = await OutboxUnderTest.start(new Disk(), ['a', 'b'], { maxAlerts: 2, maxBytes: 1e9 });
  const { signal } = new AbortController();
  away(process, 'a', 1);
  await process.commit(alerts('1'));
  await process.outbox.room(signal);
  await process.commit(alerts('2'));
  let goesOn = 0;
  const waits = [process.outbox.room(signal), process.outbox.room(signal)].map((wait) => wait.then(() => goesOn++));
  await process.settle();
  expect([goesOn, process.told]).toEqual([0, ['degraded a memory-busy', 'full a']]);
  await process.pass(1000);
  await Promise.all(waits);
  expect(process.told.slice(2)).toEqual(['room', 'recovered a']);
});

test('the limit of bytes holds too, and the end of the run ends the wait', async () => {
  const process = await OutboxUnderTest.start(new Disk(), ['a'], { maxAlerts: 1000, maxBytes: 10 });
  away(process, 'a');
  await process.commit(alerts('1'));
  const abort = new AbortController();
  const wait = process.outbox.room(abort.signal);
  abort.abort();
  await wait;
});

test('what is not taken at the end stays in the state, and the next run sends it', async () => {
  const disk = new Disk();
  const first = await OutboxUnderTest.start(disk, ['a']);
  away(first, 'a');
  await first.commit(alerts('1', '2'));
  expect(await first.end(10_000)).toEqual([2]);
  expect((await pendingAlerts(disk.store)).get('a')).toMatchObject({ alerts: 2 });
  const second = await OutboxUnderTest.start(disk, ['a']);
  expect(ids(disk, 'a')).toEqual(['1', '2']);
  expect(await second.end(10_000)).toEqual([0]);
  expect((await pendingAlerts(disk.store)).size).toBe(0);
});

test('the end tries at once, and again within its time', async () => {
  const disk = new Disk();
  const process = await OutboxUnderTest.start(disk, ['a']);
  away(process, 'a', 8);
  await process.commit(alerts('1'));
  await process.pass(30_000);
  expect(ids(disk, 'a')).toEqual([]);
  expect(await process.end(10_000)).toEqual([0]);
});

test('what waits for a sink that is not called for stays, and is told', async () => {
  const disk = new Disk();
  const first = await OutboxUnderTest.start(disk, ['a']);
  away(first, 'a');
  await first.commit(alerts('1'));
  first.crash();
  const second = await OutboxUnderTest.start(disk, ['b']);
  expect([...second.outbox.others].map(([sink, { alerts: waiting }]) => [sink, waiting])).toEqual([['a', 1]]);
  await second.commit(alerts('2'));
  second.crash();
  await OutboxUnderTest.start(disk, ['a', 'b']);
  expect([ids(disk, 'a'), ids(disk, 'b')]).toEqual([['1'], ['2']]);
});

test('more than one batch is sent in order, each alert once', async () => {
  const disk = new Disk();
  const process = await OutboxUnderTest.start(disk, ['a']);
  const many = Array.from({ length: 1700 }, (_, i) => `n${i}`);
  await process.commit(alerts(...many));
  for (let i = 0; i < 10; i++) await process.settle();
  expect(ids(disk, 'a')).toEqual(many);
  expect(process.counts[0]).toMatchObject({ sent: 1700, retried: 0 });
});

test('a sink that hangs, closing included, does not keep the run from ending', async () => {
  const disk = new Disk();
  const process = await OutboxUnderTest.start(disk, ['a']);
  process.crash();
  const outbox = await AlertOutbox.open(disk.store, ['b']);
  await outbox.add(alerts('1'));
  const timer = new ManualTimer();
  const never = (): Promise<never> => new Promise(() => {});
  const delivery = new SinkDelivery({
    sink: { name: 'b', write: never, close: never },
    queue: outbox.queues[0] as (typeof outbox.queues)[number],
    timer,
    random: () => 0,
    refuse: never,
  });
  delivery.start();
  const ended = delivery.end(10_000);
  for (let i = 0; i < 3; i++) {
    await process.settle();
    timer.pass(5000);
  }
  expect(await ended).toBe(1);
});

test('a state folder keeps the second of its creation, and queues apart from what waits for the log', async () => {
  const { store } = new Disk();
  expect((await StateFolder.open(store, 1_777_000_000_999)).created).toBe(1_777_000_000);
  const folder = await StateFolder.open(store, 1_888_000_000_000);
  expect(folder.created).toBe(1_777_000_000);
  const outbox = await folder.openOutbox(['a']);
  await outbox.add(alerts('1', '2'));
  expect(await folder.undelivered()).toEqual([]);
  await folder.delivered(undefined);
  expect((await pendingAlerts(store)).get('a')).toMatchObject({ alerts: 2 });
});

test('alerts of a hunt that is tried out go to no sink', async () => {
  const disk = new Disk();
  const process = await OutboxUnderTest.start(disk, ['a']);
  const tried = testAlert('tried');
  await process.commit([{ ...tried, windhover: { ...tried.windhover, dry_run: true } }, testAlert('real')]);
  await process.commit([{ ...tried, windhover: { ...tried.windhover, dry_run: true } }]);
  expect(ids(disk, 'a')).toEqual(['real']);
  expect(process.counts[0]).toMatchObject({ pending: 0, sent: 1 });
});
