import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openElasticAlertsClient, type ElasticConnection } from './elastic-alerts-client.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

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

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

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
    const url = `http://${await listening(createServer(asElastic))}`;
    expect(await ask({ url, apiKey: 'abc' }, '{}\n')).toMatchObject({
      status: 200,
      body: { authorization: 'ApiKey abc', type: expect.stringContaining('ndjson') as string },
    });
    expect(await ask({ url, username: 'u', password: 'p' })).toMatchObject({ body: { authorization: 'Basic dTpw' } });
    expect(await ask({ url })).toMatchObject({ body: { authorization: null } });
  });

  test('gives answers that are errors as answers', async () => {
    const url = `http://${await listening(
      createServer((request, response) => {
        response.statusCode = 429;
        response.setHeader('retry-after', '3');
        asElastic(request, response);
      }),
    )}`;
    expect(await ask({ url })).toMatchObject({ status: 429, retryAfter: '3' });
  });

  test('says what is there in the place of Elasticsearch', async () => {
    const url = `http://${await listening(createServer((_request, response) => void response.end('{}')))}`;
    expect(await ask({ url })).toMatchObject({ code: 'elastic-product', retriable: true });
  });

  test('says that nobody is there', async () => {
    expect(await ask({ url: 'http://127.0.0.1:1' })).toMatchObject({ code: 'elastic-unreachable', retriable: true });
  });

  test('closing ends a request that hangs', async () => {
    let arrived = (): void => {};
    const there = new Promise<void>((resolve) => (arrived = resolve));
    const url = `http://${await listening(createServer(() => arrived()))}`;
    const client = await openElasticAlertsClient({ url });
    const asked = client.request({ method: 'GET', path: '/' }).catch((error: unknown) => error);
    await there;
    await client.close();
    expect(await asked).toMatchObject({ retriable: true });
  });
});

/** Certificates are made for the test; where nothing can make them it is reported as skipped. */
function hasOpenSsl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasOpenSsl())('TLS to Elasticsearch', () => {
  let folder = '';
  let cert = '';
  let key = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'windhover-tls-'));
    const [certPath, keyPath] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
    execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', keyPath, '-out', certPath], { stdio: 'ignore' });
    cert = readFileSync(certPath, 'utf8');
    key = readFileSync(keyPath, 'utf8');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('with the certificate of the CA, or its fingerprint, and with nothing else', async () => {
    const host = await listening(createSecureServer({ cert, key }, asElastic));
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
