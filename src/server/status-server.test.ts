import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HealthAnswer } from './run-health.ts';
import { StatusServer } from './status-server.ts';

let server: StatusServer;
let alive: HealthAnswer;
let failure: Error | undefined;

beforeEach(async () => {
  alive = { ok: true, body: { ok: true } };
  failure = undefined;
  server = await StatusServer.listen(
    { host: '127.0.0.1', port: 0 },
    {
      metrics: () =>
        failure === undefined ? Promise.resolve({ text: 'a 1\n', type: 'text/plain' }) : Promise.reject(failure),
      alive: () => alive,
      ready: () => ({ ok: false, body: { ok: false, reason: 'r' } }),
    },
  );
});
afterEach(() => server.close());

/** What the server sends back for these bytes, until it ends the connection. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}

describe('the status server', () => {
  test('its pages', async () => {
    const metrics = await fetch(`${server.url}/metrics`);
    expect([metrics.status, await metrics.text()]).toEqual([200, 'a 1\n']);
    expect((await fetch(`${server.url}/healthz?x=1`)).status).toBe(200);
    alive = { ok: false, body: { ok: false, reason: 'hangs' } };
    const health = await fetch(`${server.url}/healthz`);
    expect([health.status, await health.json()]).toEqual([503, { ok: false, reason: 'hangs' }]);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    const head = await fetch(`${server.url}/metrics`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  test('nothing else, and nothing of what was asked', async () => {
    const lost = await fetch(`${server.url}/%3Cscript%3E`);
    expect(lost.status).toBe(404);
    expect(await lost.text()).not.toContain('script');
    const posted = await fetch(`${server.url}/metrics`, { method: 'POST', body: 'x' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(posted.headers.get('connection')).toBe('close');
    failure = new Error('secret');
    const failed = await fetch(`${server.url}/metrics`);
    expect(failed.status).toBe(500);
    expect(await failed.text()).not.toContain('secret');
  });

  test('long headers and what is no HTTP are refused, and the server goes on', async () => {
    expect(await raw(`GET /metrics HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(9000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/);
    expect(await raw('\u0000\u0001 nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  test('an address that is taken is said', async () => {
    const port = Number(new URL(server.url).port);
    const pages = { metrics: () => Promise.reject(new Error()), alive: () => alive, ready: () => alive };
    await expect(StatusServer.listen({ host: '127.0.0.1', port }, pages)).rejects.toMatchObject({
      code: 'metrics-listen',
    });
  });
});
