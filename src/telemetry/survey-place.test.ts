import { describe, expect, it } from 'vitest';
import type { ByteSource } from './decoder.ts';
import { openBatches } from './open-batches.ts';
import { surveyPlace, type PlaceSurvey } from './survey-place.ts';
import { wholeDemand } from './whole-demand.ts';

function process(second: number, pid: number, host = 'web-01', more: object = {}): object {
  return {
    '@timestamp': `2026-05-01T08:00:${String(second).padStart(2, '0')}Z`,
    event: { sf_type: 'PE', action: 'process-start', kind: 'event', category: 'process', type: 'start' },
    host: { id: host },
    process: { pid, name: 'node', start: '2026-05-01T07:00:00Z', thread: { id: pid }, ...more },
  };
}

const KUBERNETES = { '@timestamp': '2026-05-01T08:00:30Z', event: { sf_type: 'KE' }, host: { id: 'web-01' } };

async function survey(lines: readonly (object | string)[], limit?: number): Promise<PlaceSurvey> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  const source: ByteSource = {
    source: 'here',
    place: 'x',
    async *open(offset) {
      yield { bytes: Buffer.from(text).subarray(offset), offset };
    },
  };
  const reader = await openBatches(source, {
    ...{ demand: wholeDemand(), batchSize: 4, maxSpanMs: Infinity, maxLineBytes: 1 << 20, hostAliases: new Map() },
  });
  return surveyPlace(reader, limit);
}

describe('the survey of a place', () => {
  it('counts what could be used, by kind and host, and what not, by what it is', async () => {
    const network = { ...process(9, 7), event: { sf_type: 'NF', action: 'x' }, source: { ip: '10.0.0.1', port: 1 } };
    const found = await survey([process(5, 1), process(1, 2, 'web-02'), KUBERNETES, 'broken', network, process(7, 3)]);
    const { format, envelope, tally, hosts, kinds, rejects, from, to, whole } = found;
    expect([format, envelope, whole]).toEqual(['sysflow-ecs', 'a document a line', true]);
    expect([tally.records, tally.ignored, tally.undecodable, tally.inputs]).toEqual([4, 1, 1, 6]);
    expect(tally.usableShare).toBeCloseTo(4 / 6);
    expect(tally.ignoredKinds).toEqual([{ what: 'Kubernetes events', count: 1 }]);
    expect(hosts).toEqual([
      { host: 'web-01', records: 3 },
      { host: 'web-02', records: 1 },
    ]);
    expect(kinds.map(({ kind, records }) => [kind, records])).toEqual([
      ['sysflow.PE', 3],
      ['sysflow.NF', 1],
    ]);
    expect(rejects.map(({ reason, length }) => [reason, length])).toEqual([['not-json', 7]]);
    expect([from, to]).toEqual(['2026-05-01T08:00:01.000Z', '2026-05-01T08:00:09.000Z']);
  });

  it('shows of each kind the record that says most, with where it lies', async () => {
    const first = process(1, 1);
    const { kinds } = await survey([first, process(2, 2, 'web-01', { command_line: 'node app.js' }), process(3, 3)]);
    const mention = kinds[0]?.sample.mentions.find(({ role }) => role === 'process');
    expect(mention?.attributes).toMatchObject({ pid: 2, command_line: 'node app.js', 'host.id': 'web-01' });
    expect(mention?.key).toBe('web-01|2|1777618800000000000');
    expect(kinds[0]?.offset).toBe(JSON.stringify(first).length + 1);
  });

  it('names what documents are wrapped in', async () => {
    expect((await survey([{ _index: 'i', _source: process(1, 1) }])).envelope).toBe('a document a line, in "_source"');
    const message = { message: JSON.stringify({ _source: process(1, 1) }) };
    expect((await survey([message])).envelope).toBe('a document a line, in "message", in "_source"');
    expect((await survey([`[${JSON.stringify(process(1, 1))}]`])).envelope).toMatch(/^documents in an array/);
  });

  it('stops at a limit', async () => {
    const many = Array.from({ length: 40 }, (_, i) => process(i, i));
    const { tally, whole } = await survey(many, 10);
    expect([tally.records, whole]).toEqual([12, false]);
  });

  it('shows everything of a bundle, types and attributes that nobody knows included', async () => {
    const observed = (objects: object): object => ({
      ...{ type: 'observed-data', id: 'observed-data--1', number_observed: 1, objects },
      first_observed: '2026-05-01T08:00:00Z',
      last_observed: '2026-05-01T08:00:00Z',
    });
    const bundle = {
      type: 'bundle',
      id: 'bundle--1',
      objects: [observed({ '0': { type: 'x-odd', x_colour: 'red' } })],
    };
    const { format, kinds } = await survey([bundle]);
    expect(format).toBe('stix-bundle');
    expect(kinds[0]?.sample.mentions.find(({ type }) => type === 'x-odd')?.attributes).toMatchObject({
      x_colour: 'red',
    });
  });

  it('recognises nothing in what is no telemetry, and nothing in nothing', async () => {
    const other = await survey(['{"name": "windhover"}', 'text']);
    expect([other.format, other.tally.records, other.tally.undecodable, other.kinds]).toEqual(['unknown', 0, 2, []]);
    const empty = await survey([]);
    expect([empty.format, empty.tally.inputs, empty.from, empty.hosts]).toEqual(['unknown', 0, undefined, []]);
  });

  it('bounds the kinds of ignored input that it tells apart', async () => {
    const channel = (i: number): object => ({ EventID: 1, Channel: `c${i}`, EventTime: 'x', Hostname: 'h' });
    const { tally } = await survey(Array.from({ length: 200 }, (_, i) => channel(i)));
    expect(tally.ignored).toBe(200);
    expect(tally.ignoredKinds.length).toBeLessThanOrEqual(65);
    expect(tally.ignoredKinds.reduce((sum, { count }) => sum + count, 0)).toBe(200);
    expect(tally.ignoredKinds[0]?.what).toBe('others');
  });
});
