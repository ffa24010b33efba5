import { describe, expect, test } from 'vitest';
import { testAlertSink } from '../alert-sink.conformance.ts';
import { latestOf } from '../testing/memory-sink.ts';
import { testAlert } from '../testing/test-alert.ts';
import { ElasticSink } from './elastic-sink.ts';
import { MemoryElastic } from './testing/memory-elastic.ts';

const ALIAS = 'windhover-alerts';
const GENERATION = 1_777_000_000;

let server: MemoryElastic;
const malformed = { type: 'document_parsing_exception', reason: 'failed to parse', caused_by: { reason: 'not an IP' } };

function prepared(): MemoryElastic {
  server = new MemoryElastic();
  server.setUp(ALIAS);
  server.item = (id) => (id === 'poison' ? { status: 400, error: malformed } : undefined);
  return server;
}

function sink(generation = GENERATION): ElasticSink {
  return new ElasticSink({ client: server.client(), alias: ALIAS, generation, name: 'es' });
}

testAlertSink({
  name: 'Elasticsearch in memory',
  open: async () => {
    prepared();
    return sink();
  },
  reopen: async () => sink(),
  latest: async () => latestOf(server.documents()),
  away: () => void (server.isAway = true),
  back: () => void (server.isAway = false),
  poison: testAlert('poison'),
});

describe('alerts in Elasticsearch', () => {
  test('lie in the index of their month, under their id, in every revision', async () => {
    prepared();
    await sink().write([
      testAlert('old', 1, { time: '2025-12-31T23:59:59.999999999Z' }),
      testAlert('new', 1, { time: '2026-01-01T00:00:00Z' }),
      testAlert('old', 2, { time: '2025-12-31T23:59:59.999999999Z' }),
    ]);
    const ids = (index: string): string[] => [...(server.indices.get(index)?.keys() ?? [])];
    expect(ids('windhover-alerts-2025.12')).toEqual(['old']);
    expect(ids('windhover-alerts-2026.01')).toEqual(['new']);
    expect(server.indices.get('windhover-alerts-2025.12')?.get('old')?.version).toBe(GENERATION * 2 ** 20 + 2);
  });

  test('an earlier revision changes nothing; a later state folder wins over all of an earlier one', async () => {
    prepared();
    await sink().write([testAlert('a', 7)]);
    expect(await sink().write([testAlert('a', 3)])).toEqual({ refused: [], left: [] });
    expect(server.documents()[0]?.windhover.revision).toBe(7);
    await sink(GENERATION + 1).write([testAlert('a', 1)]);
    expect(server.documents()[0]?.windhover.revision).toBe(1);
  });

  test('nothing is written where nothing is set up, and all of it once it is', async () => {
    server = new MemoryElastic();
    const waiting = sink();
    await expect(waiting.write([testAlert('a')])).rejects.toMatchObject({
      code: 'elastic-setup',
      retriable: true,
      hint: expect.stringContaining('windhover setup elastic') as string,
    });
    expect(server.indices.size).toBe(0);
    server.setUp(ALIAS);
    expect(await waiting.write([testAlert('a')])).toEqual({ refused: [], left: [] });
  });

  test('who may write but not look writes', async () => {
    prepared();
    server.answer = ({ path }) => (path.startsWith('/_alias') ? { status: 403, body: {} } : undefined);
    expect(await sink().write([testAlert('a')])).toEqual({ refused: [], left: [] });
  });

  test.each([
    [429, 'es_rejected_execution_exception', 'elastic-busy'],
    [503, 'unavailable_shards_exception', 'elastic-busy'],
    [403, 'security_exception', 'elastic-permission'],
    [403, 'cluster_block_exception', 'elastic-blocked'],
    [404, 'index_not_found_exception', 'elastic-setup'],
    [400, 'index_closed_exception', 'elastic-setup'],
    [500, 'whatever', 'elastic-busy'],
  ])('an item with %d %s is left, the others are taken', async (status, type, code) => {
    prepared();
    let isBroken = true;
    server.item = (id) => (isBroken && id === 'b' ? { status, error: { type, reason: 'so it is' } } : undefined);
    const writer = sink();
    const batch = [testAlert('a'), testAlert('b'), testAlert('c')];
    const { refused, left, problem } = await writer.write(batch);
    expect([refused, left]).toEqual([[], [batch[1]]]);
    expect(problem).toMatchObject({ code, retriable: true, message: expect.stringContaining('so it is') as string });
    expect(server.documents().map(({ event }) => event.id)).toEqual(['a', 'c']);
    isBroken = false;
    expect(await writer.write(left)).toEqual({ refused: [], left: [] });
  });

  test.each([
    [401, 'elastic-credentials'],
    [403, 'elastic-answer'],
    [429, 'elastic-busy'],
    [502, 'elastic-answer'],
  ])('an answer of %d to the whole request leaves all', async (status, code) => {
    prepared();
    const batch = [testAlert('a'), testAlert('b')];
    server.answer = ({ path }) => (path.startsWith('/_bulk') ? { status, body: '<html>', retryAfter: '7' } : undefined);
    expect(await sink().write(batch)).toMatchObject({ left: batch, refused: [], problem: { code }, afterMs: 7000 });
  });

  test('an answer that is none leaves all', async () => {
    prepared();
    for (const body of ['<html>', {}, { items: [] }, { items: [{ index: { status: 'x' } }] }, null]) {
      server.answer = ({ path }) => (path.startsWith('/_bulk') ? { status: 200, body } : undefined);
      expect(await sink().write([testAlert('a')])).toMatchObject({ left: [{}], problem: { code: 'elastic-answer' } });
    }
  });

  test('a refused document carries the reason down to its cause', async () => {
    prepared();
    const { refused } = await sink().write([testAlert('poison')]);
    expect(refused[0]?.reason).toBe('document_parsing_exception: failed to parse: not an IP');
  });

  test('a request that is too large is halved; one alert that is too large is refused', async () => {
    prepared();
    server.maxBytes = 5000;
    const batch = Array.from({ length: 20 }, (_, i) => testAlert(`n${i}`));
    const large = testAlert('large', 1, { message: 'x'.repeat(6000) });
    const { refused, left } = await sink().write([...batch, large]);
    expect(left).toEqual([]);
    expect(refused).toEqual([{ alert: large, reason: 'larger than the server takes (413)' }]);
    expect(server.documents()).toHaveLength(20);
  });

  test('the missing privilege is named by the action', async () => {
    prepared();
    const reason =
      'action [indices:admin/auto_create] is unauthorized for API key id [x] of user [y] on indices [z], this action is granted by the index privileges [auto_configure,create_index,manage,all]';
    server.item = () => ({ status: 403, error: { type: 'security_exception', reason } });
    const { problem } = await sink().write([testAlert('a')]);
    expect(problem?.hint).toBe(
      'Grant the index privilege auto_configure (or create_index) on the indices windhover-alerts-*.',
    );
  });
});
