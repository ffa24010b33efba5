import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openElastic } from './elastic-client.ts';
import type { ElasticSettings } from './elastic-settings.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answering(text: string): RequestListener {
  return (_request, response) => {
    response.setHeader('x-elastic-product', 'Elasticsearch');
    response.setHeader('content-type', 'application/json');
    response.end(text);
  };
}

const request = { pit: 'p', size: 10, slice: undefined, query: {}, mixedTimes: false, after: undefined };

async function searched(text: string): Promise<unknown> {
  const gateway = await openElastic(`http://${await listening(createServer(answering(text)))}`, {});
  try {
    const { hits } = await gateway.search(request);
    return Array.from({ length: hits.length }, (_, i) => hits.at(i));
  } finally {
    await gateway.close();
  }
}

describe('answers to a search', () => {
  const around = (hits: string, failed = 0): string =>
    `{"pit_id":"p","timed_out":false,"_shards":{"failed":${failed}},"hits":{"max_score":null,"hits":[${hits}]}}`;

  test('a member called __proto__ is data', async () => {
    const hit = '{"_index":"i","_id":"1","_source":{"__proto__":{"a":1},"b":2},"sort":["t",1]}';
    const [found] = (await searched(around(hit))) as { source: object }[];
    expect(Object.keys(found?.source ?? {})).toEqual(['__proto__', 'b']);
    expect(found?.source).not.toHaveProperty('a');
  });

  test('what no Elasticsearch writes, what is no JSON, and what lacks shards is told', async () => {
    await expect(searched('{"hits": {"hits": []}}')).rejects.toMatchObject({ kind: 'lasting', type: 'form' });
    await expect(searched('{"hits":[')).rejects.toMatchObject({ kind: 'again', type: 'DeserializationError' });
    await expect(searched(around('{"_index":'))).rejects.toMatchObject({ type: 'no-json' });
    await expect(searched(around('', 1))).rejects.toMatchObject({ kind: 'again', type: 'partial' });
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

describe.skipIf(!hasOpenSsl())('TLS to a source', () => {
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

  test('with the certificate of the CA, its fingerprint, or unverified, and with nothing else', async () => {
    const node = `https://${await listening(createSecureServer({ cert, key }, answering('{"count":3}')))}`;
    const count = async (settings: ElasticSettings): Promise<unknown> => {
      const gateway = await openElastic(node, settings);
      return gateway.count('i', {}).finally(() => gateway.close());
    };
    const { fingerprint256: fingerprint } = new X509Certificate(cert);
    expect(await count({ ca: cert })).toBe(3);
    expect(await count({ fingerprint })).toBe(3);
    expect(await count({ insecure: true })).toBe(3);
    const refused = { kind: 'lasting', status: 0 };
    await expect(count({})).rejects.toMatchObject(refused);
    await expect(count({ fingerprint: fingerprint.replace(/^../u, '00') })).rejects.toMatchObject(refused);
  });
});
