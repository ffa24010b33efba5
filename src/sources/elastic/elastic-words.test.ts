import { X509Certificate } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { boundedConnection } from './bounded-connection.ts';
import { clientOptions } from './client-options.ts';
import { elasticLibrary } from './elastic-library.ts';
import type { ElasticSettings } from './elastic-settings.ts';
import { answeredTrouble, thrownTrouble } from './elastic-trouble.ts';
import { ELASTIC_CODES, elasticWords, type ElasticWords } from './elastic-words.ts';
import { hasOpenSsl, LocalServers, selfSigned } from './testing/local-servers.ts';

const servers = new LocalServers();
afterEach(() => servers.close());

/** What the client throws of a search, in words. */
async function said(node: string, settings: ElasticSettings = {}): Promise<ElasticWords> {
  const library = await elasticLibrary();
  const client = new library.Client({
    ...clientOptions(node, settings),
    Connection: boundedConnection(library, 1024 * 1024),
  });
  try {
    const answer: unknown = await client.search({ index: 'a' });
    throw new Error(`it answered ${JSON.stringify(answer)}`);
  } catch (error) {
    return elasticWords(thrownTrouble(error), { indices: 'a' });
  } finally {
    await client.close();
  }
}

function answering(status: number, body: string, headers: Record<string, string>): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

const AS_ELASTIC = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' };
const PAGE = { 'content-type': 'text/html' };

async function of(listener: RequestListener): Promise<ElasticWords> {
  return said(`http://${await servers.listening(createServer(listener))}`);
}

const security = (reason: string): object => ({ error: { type: 'security_exception', reason } });
const refused = (action: string, scope: string, granted: string): object =>
  security(
    `action [${action}] is unauthorized for API key id [x] of user [u] on indices [i], this action is granted by the ${scope} privileges [${granted}]`,
  );

describe('what a server answers', () => {
  test.each<[number, unknown, Partial<ElasticWords>]>([
    [
      401,
      security('unable to authenticate user [u] for REST request [/]'),
      {
        code: 'elastic-credentials',
        what: 'the server refuses the credentials',
        hint: expect.stringContaining('api_key') as string,
      },
    ],
    [
      401,
      security('missing authentication credentials for REST request [/]'),
      { code: 'elastic-credentials', what: 'the server wants credentials, and there are none' },
    ],
    [401, '<html>Login</html>', { code: 'elastic-credentials' }],
    [404, { error: { type: 'index_not_found_exception', reason: 'no such index [b]' } }, { code: 'elastic-index' }],
    [400, { error: { type: 'index_closed_exception', reason: 'closed' } }, { code: 'elastic-index' }],
    [
      400,
      {
        error: {
          type: 'illegal_argument_exception',
          reason: 'mapper [event.id] cannot be changed from type [long] to [keyword]',
        },
      },
      { code: 'elastic-refused', what: expect.stringContaining('from type [long] to [keyword]') as string },
    ],
    [
      400,
      {
        error: {
          type: 'document_parsing_exception',
          reason: 'failed to parse field [a]',
          caused_by: { reason: 'not an IP' },
        },
      },
      { code: 'elastic-refused', what: 'answers 400: failed to parse field [a]: not an IP' },
    ],
    [403, { error: { type: 'cluster_block_exception', reason: 'disk' } }, { code: 'elastic-blocked', retriable: true }],
    [
      429,
      { error: { type: 'es_rejected_execution_exception', reason: 'no' } },
      { code: 'elastic-busy', retriable: true },
    ],
    [429, 'slow down', { code: 'elastic-busy', retriable: true }],
    [503, { error: 'no master' }, { code: 'elastic-busy', what: 'answers 503: no master', retriable: true }],
    [500, {}, { code: 'elastic-busy', what: 'answers 500: status 500', retriable: true }],
    [
      404,
      { error: { type: 'search_phase_execution_exception', root_cause: [{ reason: 'No search context' }] } },
      { code: 'elastic-busy', what: 'No search context' },
    ],
    [
      403,
      '<html><head><title>403  Forbidden</title></head></html>',
      {
        code: 'elastic-answer',
        what: 'answers 403 with a page that is none of Elasticsearch: 403 Forbidden',
        retriable: true,
      },
    ],
    [502, '<h1>Bad Gateway</h1>', { code: 'elastic-answer', hint: expect.stringContaining('proxy') as string }],
    [200, { hits: 'none' }, { code: 'elastic-answer', retriable: true }],
  ])('%d %j', (status, body, words) => {
    expect(elasticWords(answeredTrouble(status, body))).toMatchObject(words);
  });

  test.each([
    ['indices:data/read/search', 'index', 'read,all', 'Grant the index privilege read on i-*.'],
    ['indices:data/read/open_point_in_time', 'index', 'read,all', 'Grant the index privilege read on i-*.'],
    ['indices:admin/resolve/index', 'index', 'x', 'Grant the index privilege view_index_metadata on i-*.'],
    ['indices:admin/mappings/get', 'index', 'x', 'Grant the index privilege view_index_metadata on i-*.'],
    ['indices:admin/aliases/get', 'index', 'x', 'Grant the index privilege view_index_metadata on i-*.'],
    ['indices:admin/create', 'index', 'x', 'Grant the index privilege create_index on i-*.'],
    ['indices:admin/auto_create', 'index', 'x', 'Grant the index privilege auto_configure (or create_index) on i-*.'],
    ['indices:admin/mapping/put', 'index', 'x', 'Grant the index privilege manage on i-*.'],
    ['indices:data/write/bulk', 'index', 'x', 'Grant the index privilege index on i-*.'],
    ['indices:admin/index_template/put', 'cluster', 'x', 'Grant the cluster privilege manage_index_templates.'],
    ['cluster:monitor/main', 'cluster', 'x', 'Grant the cluster privilege monitor.'],
    ['indices:other/new', 'index', 'one,two', 'Grant one of the index privileges one, two on i-*.'],
    ['cluster:other/new', 'cluster', 'one', 'Grant one of the cluster privileges one.'],
  ])('403 of %s', (action, scope, granted, hint) => {
    const words = elasticWords(answeredTrouble(403, refused(action, scope, granted)), { indices: 'i-*' });
    expect(words).toMatchObject({ code: 'elastic-permission', hint, retriable: false });
  });

  test('what a server says is bounded, and without credentials', () => {
    const reason = `Authorization: ApiKey c2VjcmV0LXNlY3JldA== ${'x'.repeat(10_000)}`;
    for (const body of [{ error: { reason } }, reason, { error: reason }, { error: { type: reason } }]) {
      const { what } = elasticWords(answeredTrouble(400, body));
      expect(what.length).toBeLessThan(700);
      expect(what).not.toContain('c2VjcmV0');
    }
  });
});

describe('what a client of a real connection throws', () => {
  test('nobody listens there', async () => {
    expect(await said('http://127.0.0.1:1')).toMatchObject({
      code: 'elastic-unreachable',
      what: expect.stringContaining('ECONNREFUSED') as string,
      hint: 'Check address and port, and whether the server runs.',
      retriable: true,
    });
  });

  test('there is no such host', async () => {
    const { code } = await said('http://nobody.invalid:9200');
    expect(code).toBe('elastic-address');
  });

  test.each([
    ['a web server', 200, '{}', { 'content-type': 'application/json' }, 'elastic-product'],
    ['a page in place of the server', 200, '<html>Sign in</html>', PAGE, 'elastic-product'],
    ['a page of a proxy', 503, '<html>Try again</html>', PAGE, 'elastic-answer'],
    ['JSON that is cut', 200, '{"hits":', AS_ELASTIC, 'elastic-answer'],
    ['an index that is missing', 404, '{"error":{"reason":"no such index [a]"}}', AS_ELASTIC, 'elastic-index'],
  ])('%s', async (_, status, body, headers, code) => {
    expect(await of(answering(status, body, headers))).toMatchObject({ code });
  });

  test('something that speaks no HTTP', async () => {
    const server = createTcpServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end('SSH-2.0-OpenSSH_9.6\r\n'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await said(`http://127.0.0.1:${port}`)).toMatchObject({ code: 'elastic-unreachable' });
      expect(await said(`https://127.0.0.1:${port}`)).toMatchObject({
        code: 'elastic-tls',
        what: expect.stringContaining('does not speak TLS') as string,
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe.skipIf(!hasOpenSsl())('what comes of certificates', () => {
  const listener = answering(200, '{}', AS_ELASTIC);

  test('one that nobody vouches for, another fingerprint, another CA, and http against https', async () => {
    const { cert, key } = selfSigned();
    const host = await servers.listening(createSecureServer({ cert, key }, listener));
    const untrusted = { code: 'elastic-tls', what: expect.stringContaining('is not trusted') as string };
    expect(await said(`https://${host}`)).toMatchObject(untrusted);
    expect(await said(`https://${host}`, { ca: selfSigned().cert })).toMatchObject(untrusted);
    const fingerprint = new X509Certificate(cert).fingerprint256.replace(/^../u, '00');
    expect(await said(`https://${host}`, { fingerprint })).toMatchObject({
      code: 'elastic-tls',
      what: expect.stringContaining('another fingerprint') as string,
    });
    expect(await said(`http://${host}`)).toMatchObject({
      code: 'elastic-unreachable',
      hint: expect.stringContaining('whether it wants https') as string,
    });
  });

  test('https against http', async () => {
    const host = await servers.listening(createServer(listener));
    expect(await said(`https://${host}`)).toMatchObject({
      code: 'elastic-tls',
      what: expect.stringMatching(/does not speak TLS: .*\S$/su) as string,
      hint: expect.stringContaining('http://') as string,
    });
  });

  test('one of another host', async () => {
    const { cert, key } = selfSigned('DNS:other.example');
    const host = await servers.listening(createSecureServer({ cert, key }, listener));
    expect(await said(`https://${host}`, { ca: cert })).toMatchObject({
      code: 'elastic-tls',
      what: expect.stringContaining('one of another host') as string,
    });
  });
});

test.each([
  ['certificate has expired', 'has expired'],
  ['certificate is not yet valid', 'not valid yet'],
  ['unable to verify the first certificate', 'not trusted'],
  ['self-signed certificate in certificate chain', 'not trusted'],
  ['unable to get local issuer certificate', 'not trusted'],
])('TLS: %s', (reason, what) => {
  const trouble = { status: 0, type: 'ConnectionError', reason, isPage: false };
  expect(elasticWords(trouble)).toMatchObject({ code: 'elastic-tls', what: expect.stringContaining(what) as string });
});

test('TLS: what OpenSSL says, without where its source says so', () => {
  const reason =
    '809C07D3E87F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/openssl/ssl/record/ssl3_record.c:350:\\n';
  const { what } = elasticWords({ status: 0, type: 'ConnectionError', reason, isPage: false });
  expect(what).toBe('no TLS connection: what answers does not speak TLS: wrong version number');
});

test('a timeout, and a name service that is away, may pass', () => {
  for (const [type, reason, code] of [
    ['TimeoutError', 'Request timed out', 'elastic-timeout'],
    ['ConnectionError', 'getaddrinfo EAI_AGAIN es', 'elastic-address'],
  ] as const) {
    expect(elasticWords({ status: 0, type, reason, isPage: false })).toMatchObject({ code, retriable: true });
  }
  expect(ELASTIC_CODES).toContain('elastic-timeout');
});
