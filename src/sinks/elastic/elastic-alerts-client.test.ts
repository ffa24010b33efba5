import { X509Certificate } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openElasticAlertsClient, type ElasticConnection } from './elastic-alerts-client.ts';
import { hasOpenSsl, LocalServers, selfSigned } from '../../sources/elastic/testing/local-servers.ts';

const servers = new LocalServers();
afterEach(() => servers.close());

const asElastic: RequestListener = (request, response) => {
  response.setHeader('x-elastic-product', 'Elasticsearch');
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      authorization: request.headers.authorization ?? null,
      type: request.headers['content-type'] ?? null,
    }),
  );
};

async function ask(connection: ElasticConnection, lines?: string): Promise<unknown> {
  const client = await openElasticAlertsClient(connection);
  try {
    return await client.request({ method: 'POST', path: '/_bulk', ...(lines === undefined ? {} : { lines }) });
  } catch (error) {
    return error;
  } finally {
    await client.close();
  }
}

describe('the client of Elasticsearch', () => {
  test('sends credentials, and lines as they are', async () => {
    const url = `http://${await servers.listening(createServer(asElastic))}`;
    expect(await ask({ url, apiKey: 'abc' }, '{}\n')).toMatchObject({
      status: 200,
      body: { authorization: 'ApiKey abc', type: expect.stringContaining('ndjson') as string },
    });
    expect(await ask({ url, username: 'u', password: 'p' })).toMatchObject({ body: { authorization: 'Basic dTpw' } });
    expect(await ask({ url })).toMatchObject({ body: { authorization: null } });
  });

  test('gives answers that are errors as answers', async () => {
    const url = `http://${await servers.listening(
      createServer((request, response) => {
        response.statusCode = 429;
        response.setHeader('retry-after', '3');
        asElastic(request, response);
      }),
    )}`;
    expect(await ask({ url })).toMatchObject({ status: 429, retryAfter: '3' });
  });

  test('says what is there in the place of Elasticsearch', async () => {
    const url = `http://${await servers.listening(createServer((_request, response) => void response.end('{}')))}`;
    expect(await ask({ url })).toMatchObject({ code: 'elastic-product', retriable: true });
  });

  test('says that nobody is there', async () => {
    expect(await ask({ url: 'http://127.0.0.1:1' })).toMatchObject({ code: 'elastic-unreachable', retriable: true });
  });

  test('closing ends a request that hangs', async () => {
    let arrived = (): void => {};
    const there = new Promise<void>((resolve) => (arrived = resolve));
    const url = `http://${await servers.listening(createServer(() => arrived()))}`;
    const client = await openElasticAlertsClient({ url });
    const asked = client.request({ method: 'GET', path: '/' }).catch((error: unknown) => error);
    await there;
    await client.close();
    expect(await asked).toMatchObject({ retriable: true });
  });
});

describe.skipIf(!hasOpenSsl())('TLS to Elasticsearch', () => {
  let cert = '';
  let key = '';
  beforeAll(() => {
    ({ cert, key } = selfSigned());
  });

  test('with the certificate of the CA, or its fingerprint, and with nothing else', async () => {
    const host = await servers.listening(createSecureServer({ cert, key }, asElastic));
    const url = `https://${host}`;
    const fingerprint = new X509Certificate(cert).fingerprint256;
    expect(await ask({ url, ca: cert })).toMatchObject({ status: 200 });
    expect(await ask({ url, fingerprint })).toMatchObject({ status: 200 });
    expect(await ask({ url, fingerprint: fingerprint.replaceAll(':', '').toLowerCase() })).toMatchObject({
      status: 200,
    });
    expect(await ask({ url })).toMatchObject({ code: 'elastic-tls' });
    expect(await ask({ url, fingerprint: fingerprint.replace(/^../u, '00') })).toMatchObject({ code: 'elastic-tls' });
    expect(await ask({ url: `http://${host}` })).toMatchObject({ code: 'elastic-unreachable' });
  });
});
