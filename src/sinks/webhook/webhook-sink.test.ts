import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { testAlertSink } from '../alert-sink.conformance.ts';
import { latestOf } from '../testing/memory-sink.ts';
import { testAlert } from '../testing/test-alert.ts';
import { HookServer } from './testing/hook-server.ts';
import { WebhookSink, type WebhookSinkOptions } from './webhook-sink.ts';

let server: HookServer;
const timer = new ManualTimer();

function sink(options: Partial<WebhookSinkOptions> = {}): WebhookSink {
  const { url } = server;
  return new WebhookSink({
    name: 'hook',
    url,
    headers: {},
    batch: 100,
    single: false,
    timeoutMs: 1000,
    timer,
    ...options,
  });
}

testAlertSink({
  name: 'a webhook',
  cannotBeAsked: true,
  open: async () => {
    server = await HookServer.start();
    server.reply = ({ alerts }) => ({ status: alerts.some(({ event }) => event.id === 'poison') ? 422 : 200 });
    return sink();
  },
  reopen: async () => sink(),
  latest: async () => latestOf(server.taken),
  away: () => void (server.reply = () => ({ status: 503, body: 'down for repairs' })),
  back: () => void (server.reply = () => ({ status: 200 })),
  poison: testAlert('poison'),
  clean: () => server.stop(),
});

describe('a webhook', () => {
  beforeEach(async () => {
    server = await HookServer.start();
  });
  afterEach(() => server.stop());

  test('gets a list of alerts with the headers of the configuration', async () => {
    await sink({ headers: { authorization: 'Bearer secret' }, batch: 2 }).write(
      ['a', 'b', 'c'].map((id) => testAlert(id)),
    );
    expect(server.calls.map(({ alerts, isList }) => [alerts.length, isList])).toEqual([
      [2, true],
      [1, true],
    ]);
    expect(server.calls[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
    });
  });

  test('gets one alert in a call where that is wanted', async () => {
    await sink({ single: true }).write(['a', 'b'].map((id) => testAlert(id)));
    expect(server.calls.map(({ alerts, isList }) => [alerts[0]?.event.id, isList])).toEqual([
      ['a', false],
      ['b', false],
    ]);
  });

  test.each([408, 429, 500, 503])('%d: later, when it says', async (status) => {
    server.reply = () => ({ status, headers: { 'retry-after': '12' } });
    expect(await sink().write([testAlert('a')])).toMatchObject({
      left: [{}],
      problem: { code: 'webhook-busy', retriable: true },
      afterMs: 12_000,
    });
  });

  test.each([401, 403, 404])('%d is about the setup: the alerts wait', async (status) => {
    server.reply = () => ({ status });
    expect(await sink().write([testAlert('a')])).toMatchObject({ left: [{}], problem: { code: 'webhook-setup' } });
  });

  test.each([400, 410, 413, 422])('%d refuses for good, with what the receiver says', async (status) => {
    server.reply = () => ({ status, body: `no\n good ${'x'.repeat(1000)}` });
    const { refused, left } = await sink().write([testAlert('a')]);
    expect(left).toEqual([]);
    expect(refused[0]?.reason).toMatch(new RegExp(`^status ${status}: no good x+$`));
    expect(refused[0]?.reason.length).toBeLessThan(300);
  });

  test('after half of a batch was taken the rest is left, in order', async () => {
    server.reply = () => ({ status: server.calls.length > 1 ? 500 : 200 });
    const batch = ['a', 'b', 'c', 'd', 'e'].map((id) => testAlert(id));
    expect((await sink({ batch: 2 }).write(batch)).left).toEqual(batch.slice(2));
  });

  test('no answer in time', async () => {
    server.reply = () => {
      queueMicrotask(() => timer.pass(1000));
      return undefined;
    };
    expect(await sink().write([testAlert('a')])).toMatchObject({ left: [{}], problem: { code: 'webhook-timeout' } });
    expect(timer.waiting).toBe(0);
  });

  test('closing ends a call that hangs', async () => {
    const writer = sink();
    server.reply = () => {
      void writer.close();
      return undefined;
    };
    expect(await writer.write([testAlert('a')])).toMatchObject({ left: [{}] });
  });

  test('nobody there: neither address nor headers are repeated', async () => {
    const away = await HookServer.start();
    const url = `${away.url}/very-secret`;
    await away.stop();
    const { problem } = await sink({ url, headers: { 'x-key': 'very-secret' } }).write([testAlert('a')]);
    expect(problem).toMatchObject({ code: 'webhook-unreachable', message: 'no answer (ECONNREFUSED)' });
  });

  test('a redirection within the host is followed, to another host never', async () => {
    const other = await HookServer.start();
    server.reply = ({ path }) =>
      path === '/hook' ? { status: 308, headers: { location: '/moved' } } : { status: 200 };
    expect(await sink().write([testAlert('a')])).toEqual({ refused: [], left: [] });
    expect(server.calls.map(({ path }) => path)).toEqual(['/hook', '/moved']);
    for (const [status, location] of [
      [307, other.url],
      [302, '/moved'],
      [308, 'not a://url'],
      [307, '/hook'],
    ] as const) {
      server.reply = () => ({ status, headers: { location } });
      expect(await sink().write([testAlert('b')])).toMatchObject({ problem: { code: 'webhook-redirect' } });
    }
    expect(other.calls).toEqual([]);
    await other.stop();
  });
});
