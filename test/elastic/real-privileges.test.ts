import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openElasticAlertsClient, type ElasticAlertsClient } from '../../src/sinks/elastic/elastic-alerts-client.ts';
import { ElasticSink } from '../../src/sinks/elastic/elastic-sink.ts';
import { setUpElastic, type SetupStep } from '../../src/sinks/elastic/set-up-elastic.ts';
import { testAlert } from '../../src/sinks/testing/test-alert.ts';

/** `http://USER:PASSWORD@HOST:PORT` of a server with security. */
const SECURE = process.env['WINDHOVER_TEST_ELASTIC_SECURE'];

describe.skipIf(SECURE === undefined)('privileges in a real Elasticsearch', { timeout: 120_000 }, () => {
  const { origin: url, username, password } = new URL(SECURE ?? 'http://nobody:x@nowhere');
  const alias = `test-${randomBytes(4).toString('hex')}`;
  const names = [alias, `${alias}-*`];
  let admin: ElasticAlertsClient;
  const open: ElasticAlertsClient[] = [];

  beforeAll(async () => {
    admin = await openElasticAlertsClient({ url, username, password });
  });
  afterAll(async () => {
    const found = await admin.request({ method: 'GET', path: `/_alias/${alias}` });
    for (const path of [`/${Object.keys(found.body as object).join(',')}`, `/_index_template/${alias}`]) {
      await fetch(`${url}${path}`, {
        method: 'DELETE',
        headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
      });
    }
    for (const client of [...open, admin]) await client.close();
  });

  /** A client with an API key that may do this and no more. */
  async function client(
    cluster: readonly string[],
    index: readonly string[],
    on: readonly string[] = names,
  ): Promise<ElasticAlertsClient> {
    const { status, body } = await admin.request({
      method: 'POST',
      path: '/_security/api_key',
      body: { name: alias, role_descriptors: { only: { cluster, index: [{ names: on, privileges: index }] } } },
    });
    expect(status).toBe(200);
    const made = await openElasticAlertsClient({ url, apiKey: (body as { encoded: string }).encoded });
    open.push(made);
    return made;
  }

  const setUp = (by: ElasticAlertsClient): Promise<SetupStep[]> =>
    setUpElastic({ client: by, alias, month: '2026.05', isDryRun: false });
  const sink = (by: ElasticAlertsClient): ElasticSink =>
    new ElasticSink({ client: by, alias, generation: 1, name: 'es' });

  test('setting up names what is missing, step by step, until it has all that the page says', async () => {
    await expect(setUp(await client([], ['manage']))).rejects.toMatchObject({
      code: 'elastic-permission',
      hint: 'Grant the cluster privilege manage_index_templates.',
    });
    await expect(setUp(await client(['manage_index_templates'], ['view_index_metadata']))).rejects.toMatchObject({
      code: 'elastic-permission',
      hint: expect.stringContaining(`on the indices ${alias}-*`) as string,
    });
    const steps = await setUp(await client(['manage_index_templates'], ['manage']));
    expect(steps.map(({ outcome }) => outcome)).toEqual(['unchanged', 'created', 'created']);
  });

  test('what the page says is enough to write, in a month that has no index yet too', async () => {
    const writer = sink(await client([], ['create_index', 'index', 'view_index_metadata']));
    const batch = [testAlert('a'), testAlert('b', 1, { time: '2024-02-01T00:00:00Z' })];
    expect(await writer.write(batch)).toEqual({ refused: [], left: [] });
    const { body } = await admin.request({ method: 'GET', path: `/_alias/${alias}` });
    expect(Object.keys(body as object).sort()).toEqual([`${alias}-2024.02`, `${alias}-2026.05`]);
  });

  test('who may write to indices but see none writes', async () => {
    const writer = sink(await client([], ['index']));
    expect(await writer.write([testAlert('c')])).toEqual({ refused: [], left: [] });
  });

  test.each([
    [
      'may not write',
      ['view_index_metadata'],
      '2026-05-01T00:00:00Z',
      `Grant the index privilege index on the indices`,
    ],
    [
      'may not make an index',
      ['index', 'view_index_metadata'],
      '2023-01-01T00:00:00Z',
      'Grant the index privilege auto_configure',
    ],
  ])('who %s is told what is missing, and keeps the alerts', async (_who, privileges, time, hint) => {
    const batch = [testAlert('d', 1, { time })];
    const { left, refused, problem } = await sink(await client([], privileges)).write(batch);
    expect([left, refused]).toEqual([batch, []]);
    expect(problem).toMatchObject({ code: 'elastic-permission', retriable: true });
    expect(problem?.hint).toContain(hint);
  });

  test('wrong credentials are said, and not repeated', async () => {
    for (const wrong of [{ apiKey: 'd3Jvbmc6a2V5' }, { username, password: 'wrong-secret' }, {}]) {
      const made = await openElasticAlertsClient({ url, ...wrong });
      open.push(made);
      const failure = await sink(made)
        .write([testAlert('e')])
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'elastic-credentials', retriable: true });
      expect(JSON.stringify([String(failure), failure])).not.toMatch(/wrong-secret|d3Jvbmc6a2V5/u);
    }
  });
});
