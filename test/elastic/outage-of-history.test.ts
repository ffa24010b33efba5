import { expect, test } from 'vitest';
import { ElasticHistory } from '../../src/sources/elastic/elastic-history.ts';
import { ELASTIC_CODES } from '../../src/sources/elastic/elastic-words.ts';
import { MemoryGateway, type Trouble } from '../../src/sources/elastic/testing/memory-gateway.ts';
import { sourceCondition } from '../../src/server/source-condition.ts';
import { jumpingTimer } from '../support/jumping-timer.ts';

const STORED = Array.from({ length: 6 }, (_, i) => {
  return { index: 'a', id: String(i), source: { '@timestamp': `2026-01-01T00:00:0${i}.000Z` } };
});

interface Read {
  readonly ids: readonly string[];
  /** Codes, as they came. */
  readonly notices: readonly string[];
  readonly messages: readonly string[];
  readonly error: unknown;
}

/** Reads pages of one; each call to the server takes the next trouble, and none when they are used up. */
async function read(troubles: readonly Trouble[], giveUpMs = 300_000, types = ['date'], index = 'a'): Promise<Read> {
  const left = [...troubles];
  const gateway = new MemoryGateway(STORED, () => left.shift() ?? 'none');
  gateway.types = types;
  const history = new ElasticHistory({
    place: 'elastic+http://memory/a',
    index,
    gateway,
    nearest: () => 'b',
    timer: jumpingTimer(),
    random: () => 0.5,
    slices: 1,
    pageSize: 1,
    giveUpMs,
  });
  const ids: string[] = [];
  const notices: string[] = [];
  const messages: string[] = [];
  let error: unknown;
  try {
    const pages = history.pages(undefined, {}, ({ code, message }) => {
      notices.push(code);
      messages.push(message);
    });
    for await (const page of pages) ids.push(...page.map(({ id }) => id));
  } catch (thrown) {
    error = thrown;
  }
  return { ids, notices, messages, error };
}

const ALL = STORED.map(({ id }) => id);
/** Calls before the second document: a count, a point in time, two searches. */
const BEFORE: readonly Trouble[] = ['none', 'none', 'none', 'none'];
const times = (trouble: Trouble, count: number): Trouble[] => Array.from({ length: count }, () => trouble);

test.each<[Trouble, string]>([
  ['page', 'elastic-product'],
  ['refused', 'elastic-permission'],
  ['busy', 'elastic-busy'],
  ['partial', 'elastic-busy'],
])('what comes up while a history is read (%s) is told once, passes, and nothing is missing', async (trouble, code) => {
  const { ids, notices, messages, error } = await read([...BEFORE, ...times(trouble, 8)]);
  expect(error).toBeUndefined();
  expect(ids).toEqual(ALL);
  expect(notices).toEqual([code, 'elastic-back']);
  expect(messages[0]).toContain('It is tried again.');
});

test('an outage of a moment is no news', async () => {
  const { ids, notices } = await read([...BEFORE, ...times('busy', 2)]);
  expect([ids, notices]).toEqual([ALL, []]);
});

test('what is wrong from the start is told at once, and so is a request that will never be understood', async () => {
  for (const [troubles, code] of [
    [['page'], 'elastic-product'],
    [['refused'], 'elastic-permission'],
    [['none', 'refused'], 'elastic-permission'],
    [[...BEFORE, 'misunderstood'], 'elastic-refused'],
  ] as const) {
    const { notices, error } = await read(troubles);
    expect([notices, error]).toEqual([[], expect.objectContaining({ code, retriable: false })]);
  }
});

test('nobody waits for a server that does not come without knowing it', async () => {
  const { ids, notices } = await read(['busy']);
  expect([ids, notices]).toEqual([ALL, ['elastic-busy', 'elastic-back']]);
});

test('an outage that does not end ends the reading, with what it was', async () => {
  const { notices, error } = await read([...BEFORE, ...times('page', 100)], 60_000);
  expect(notices).toEqual(['elastic-product']);
  expect(error).toMatchObject({ code: 'elastic-product', exitCode: 3 });
});

test('times that documents cannot be sorted by, and a pattern that no index answers to, are told by name', async () => {
  expect((await read([], 60_000, ['date', 'keyword'])).error).toMatchObject({
    code: 'elastic-time-type',
    message: expect.stringContaining('@timestamp is mapped as keyword') as string,
  });
  const { notices, messages } = await read([], 60_000, [], 'c');
  expect(notices).toEqual(['elastic-nothing']);
  expect(messages[0]).toContain('Did you mean b?');
  expect((await read([], 60_000, [])).messages[0]).toMatch(/there is nothing to read\. It is empty/);
  expect((await read([], 60_000, ['date', 'unmapped'])).notices).toEqual([]);
});

test('health and metrics count every failure of Elasticsearch', () => {
  for (const code of ELASTIC_CODES) expect(sourceCondition(code)).toBe('away');
  expect(sourceCondition('elastic-back')).toBe('back');
  expect(sourceCondition('elastic-no-time')).toBeUndefined();
});
