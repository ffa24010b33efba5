import { createServer, type Server } from 'node:http';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { elasticProblem, openElastic } from '../../src/cli/sources/elastic-client.ts';
import { testAlert } from '../../src/sinks/testing/test-alert.ts';
import { WebhookSink } from '../../src/sinks/webhook/webhook-sink.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { processDocument } from '../support/process-document.ts';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';

/** Whatever stands behind this word is a secret. */
const SECRET = 'planted-s3cr3t';
const SPELLINGS = [SECRET, encodeURIComponent(SECRET)];

let server: Server;
let address = '';
let status = 403;
beforeAll(async () => {
  // Answers everything with what it was asked, credentials included: nobody has to be kind to a log.
  server = createServer((request, response) => {
    const told = JSON.stringify({ url: request.url, headers: request.headers });
    response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
    response.end(
      JSON.stringify({ error: { type: told, reason: told, root_cause: [{ type: 'x', reason: told }] }, status }),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((done) => server.close(done)));

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-secrets-'));
  writeFileSync(join(cwd, 's.ndjson'), `${processDocument()}\n`);
  writeFileSync(
    join(cwd, 'h.hunt.yaml'),
    "hunt: h\nhuntflow: p = GET process FROM s WHERE name = 'sh'\nalerts: [{on: p}]\n",
  );
  writeFileSync(join(cwd, 'e.hf'), 'p = GET process FROM basic WHERE pid = 1\nq = GET process FROM lab WHERE pid = 1');
  writeFileSync(
    join(cwd, 'windhover.yaml'),
    `state: ./state
outbox: { drain: 1s }
sources:
  s: { history: { files: ./s.ndjson } }
  keyed: { history: { elastic: { url: "http://${address}", index: x, api_key: "\${ES_API_KEY}" } } }
  basic: { history: { elastic: { url: "http://${address}", index: x, username: u, password: ${SECRET}-2 } } }
  topic: { live: { kafka: { brokers: ["127.0.0.1:1"], topics: [t], sasl: { mechanism: plain, username: u, password: ${SECRET}-3 } } } }
alerts:
  - webhook: { url: "http://${address}/hook/${SECRET}-4?token=${SECRET}-5", headers: { Authorization: "Bearer ${SECRET}-6", X-Key: ${SECRET}-7 } }
  - elastic: { url: "http://${address}", api_key: ${SECRET}-8 }
  - name: es2
    elastic: { url: "http://${address}", username: u, password: ${SECRET}-9 }
`,
  );
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const env = {
  ES_API_KEY: `${SECRET}-1`,
  WINDHOVER_KAFKA_PASSWORD: `${SECRET}-10`,
  WINDHOVER_KAFKA_USERNAME: 'u',
  WINDHOVER_KAFKA_SASL: 'plain',
  WINDHOVER_ELASTIC_API_KEY: `${SECRET}-11`,
  STIXSHIFTER_LAB_CONNECTOR: 'elastic_ecs',
  STIXSHIFTER_LAB_CONNECTION: '{"host": "127.0.0.1", "port": 1, "indices": "x"}',
  STIXSHIFTER_LAB_CONFIG: `{"auth": {"id": "i", "api_key": "${SECRET}-12"}}`,
};

/** The secret in any spelling, in clear or within Base64. */
function leaks(text: string): string[] {
  const decoded = [...text.matchAll(/[A-Za-z0-9+/_-]{16,}={0,2}/g)].map(([each]) =>
    Buffer.from(each, 'base64').toString('latin1'),
  );
  return [text, ...decoded].flatMap((each) => {
    const at = SPELLINGS.map((secret) => each.indexOf(secret)).find((found) => found >= 0);
    return at === undefined ? [] : [each.slice(Math.max(0, at - 80), at + 40)];
  });
}

/** In all files below the working folder but those that the user wrote. */
function leaksOfFiles(): string[] {
  return readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'windhover.yaml')
    .flatMap((entry) =>
      leaks(readFileSync(join(entry.parentPath, entry.name), 'latin1')).map((each) => `${entry.name}: ${each}`),
    );
}

const call = (...args: string[]): Promise<ProgramResult> => runWindhover(args, { cwd, env });

test('leaks are found', () => {
  expect(leaks(`Authorization: ${SECRET}-1`)).toHaveLength(1);
  expect(leaks(`Basic ${Buffer.from(`u:${SECRET}-1`).toString('base64')}`)).toHaveLength(1);
});

describe('secrets stay where they are', () => {
  test.each<[string, string[]]>([
    ['config show', ['config', 'show']],
    ['config show as JSON', ['config', 'show', '--format', 'json']],
    ['doctor', ['doctor', '--format', 'json']],
    ['setup elastic', ['setup', 'elastic']],
    ['setup elastic, dry', ['setup', 'elastic', '--dry-run']],
    ['a run over Elasticsearch', ['run', 'e.hf', '--state', 'other', '--format', 'json']],
    ['replay', ['replay', 's.ndjson', '--to', `elastic+http://ADDRESS/x`, '--speed', 'max']],
    [
      'a source with credentials in it',
      ['run', 'h.hunt.yaml', '--source', `s=elastic+http://u:${SECRET}-13@127.0.0.1:1/x`],
    ],
    ['a topic with credentials in it', ['run', 'h.hunt.yaml', '--source', `s=kafka://u:${SECRET}-13@127.0.0.1:1/x`]],
  ])('in %s', async (_, args) => {
    const { stdout, stderr } = await call(...args.map((each) => each.replace('ADDRESS', address)));
    expect(stdout + stderr).not.toBe('');
    expect(leaks(stdout + stderr)).toEqual([]);
    expect(leaksOfFiles()).toEqual([]);
  });

  test.each([400, 401, 403, 422, 429, 500])(
    'in a run whose sinks answer %i with the request, and in its state',
    async (answer) => {
      status = answer;
      const { stdout, stderr } = await call('run', 'h.hunt.yaml', '--format', 'json');
      expect(leaks(stdout + stderr)).toEqual([]);
      expect(leaksOfFiles()).toEqual([]);
      const alerts = await call('alerts', '--pending', '--format', 'json');
      expect(leaks(alerts.stdout + alerts.stderr)).toEqual([]);
      expect(readdirSync(join(cwd, 'state'))).toContain('outbox-status.json');
    },
  );

  test('in errors about a configuration that is wrong', async () => {
    for (const text of [
      `sources: { a: { history: { elastic: { url: ${SECRET}-1, api_key: ${SECRET}-1 } } } }`,
      `sources: { a: { live: { kafka: { brokers: [x], topics: [t], sasl: { mechanism: ${SECRET}-1, username: u, password: ${SECRET}-1 } } } } }`,
      `alerts: [{ webhook: { url: "nonsense ${SECRET}-1" } }]`,
      `alerts: [{ webhook: { url: "http://h/", headers: { X: [${SECRET}-1] } } }]`,
      `alerts: [{ elastic: { url: "http://u:${SECRET}-1@h:9200" } }]`,
      `sources: { a: { history: { elastic: { url: "http://u:${SECRET}-1@h:9200", index: x } } } }`,
      `alerts: [{ elastic: { url: "http://h", api_key: [${SECRET}-1 } }]`,
    ]) {
      writeFileSync(join(cwd, 'wrong.yaml'), text);
      const { code, stdout, stderr } = await call(
        'run',
        'h.hunt.yaml',
        '--source',
        's.ndjson',
        '--config',
        'wrong.yaml',
      );
      rmSync(join(cwd, 'wrong.yaml'));
      expect([text, code]).toEqual([text, 2]);
      expect(leaks(stdout + stderr)).toEqual([]);
    }
    const broken = await runWindhover(['run', 'e.hf'], {
      cwd,
      env: { ...env, STIXSHIFTER_LAB_CONFIG: `{"auth": "${SECRET}-1"` },
    });
    expect(leaks(broken.stdout + broken.stderr)).toEqual([]);
  });
});

describe('what a crash would print', () => {
  const shown = (value: unknown): string => inspect(value, { depth: 12, maxStringLength: Infinity });

  test('of a webhook, and of its failures', async () => {
    status = 500;
    const sink = new WebhookSink({
      name: 'hook',
      url: `http://${address}/${SECRET}-1`,
      headers: { Authorization: `Bearer ${SECRET}-2` },
      batch: 1,
      single: false,
      timeoutMs: 5000,
      timer: new ManualTimer(),
    });
    const outcome = await sink.write([testAlert('a')]);
    expect(leaks(shown(sink))).toEqual([]);
    expect(leaks(shown(outcome))).toEqual([]);
    await sink.close();
  });

  test.each([{ apiKey: `${SECRET}-1` }, { username: 'u', password: `${SECRET}-2` }])(
    'of a failure of Elasticsearch: %o',
    async (access) => {
      status = 401;
      const client = await openElastic({ url: `http://${address}`, ...access }, 5000);
      const failure: unknown = await client.info().catch((cause: unknown) => cause);
      const { message, hint, stack } = elasticProblem(failure, `http://${address}`);
      expect(leaks(shown({ message, hint, stack }))).toEqual([]);
      await client.close();
    },
  );
});
