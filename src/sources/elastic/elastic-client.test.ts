import { X509Certificate } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openElastic } from './elastic-client.ts';
import type { ElasticSettings } from './elastic-settings.ts';
import { hasOpenSsl, LocalServers, selfSigned } from './testing/local-servers.ts';

const servers = new LocalServers();
afterEach(() => servers.close());

function answering(text: string): RequestListener {
  return (_request, response) => {
    response.setHeader('x-elastic-product', 'Elasticsearch');
    response.setHeader('content-type', 'application/json');
    response.end(text);
  };
}

const request = {
  pit: 'p',
  size: 10,
  slice: undefined,
  query: {},
  mixedTimes: false,
  after: undefined,
  fields: undefined,
};

async function searched(text: string, largest?: number): Promise<unknown> {
  const gateway = await openElastic(`http://${await servers.listening(createServer(answering(text)))}`, {}, largest);
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

  test('one that is too large is told as that; a document that is too large comes without its content', async () => {
    const hit = (length: number): string =>
      `{"_index":"i","_id":"1","_source":{"a":"${'é'.repeat(length)}"},"sort":["t",1]}`;
    await expect(searched(around(hit(600)), 1000)).rejects.toMatchObject({ kind: 'large' });
    expect(await searched(around(hit(600)), 2000)).toMatchObject([{ source: { a: 'é'.repeat(600) } }]);
    const [found] = (await searched(around(hit(9 * 1024 * 1024)))) as object[];
    expect(found).toEqual({ index: 'i', id: '1', source: {}, sort: ['t', 1], tooLarge: true });
  });

  test('what no Elasticsearch writes, what is no JSON, and what lacks shards is told', async () => {
    await expect(searched('{"hits": {"hits": []}}')).rejects.toMatchObject({ kind: 'lasting', type: 'form' });
    await expect(searched('{"hits":[')).rejects.toMatchObject({ kind: 'lasting', type: 'DeserializationError' });
    await expect(searched(around('{"_index":'))).rejects.toMatchObject({ type: 'no-json' });
    await expect(searched(around('', 1))).rejects.toMatchObject({ kind: 'again', type: 'partial' });
  });
});

describe.skipIf(!hasOpenSsl())('TLS to a source', () => {
  let cert = '';
  let key = '';
  beforeAll(() => {
    ({ cert, key } = selfSigned());
  });

  test('with the certificate of the CA, its fingerprint, or unverified, and with nothing else', async () => {
    const node = `https://${await servers.listening(createSecureServer({ cert, key }, answering('{"count":3}')))}`;
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
