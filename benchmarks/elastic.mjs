// Claim: an index through the source and ten hunts keeps 0.8 of the speed of a bare reader of the same point in time.
// Needs a server at WINDHOVER_TEST_ELASTIC (see CONTRIBUTING.md); without one there is nothing to measure.
import { randomBytes } from 'node:crypto';
import { Client } from '@elastic/elasticsearch';
import { HistoryReader } from '../dist/hunts/input/history-reader.js';
import { openElastic } from '../dist/sources/elastic/elastic-client.js';
import { ElasticHistory } from '../dist/sources/elastic/elastic-history.js';
import { compileHunts, openEngine, ratio, telemetry } from './engine.mjs';
import { TEN_HUNTS } from './ten-hunts.mjs';

const RECORDS = Number(process.env.RECORDS ?? 50_000);
const SLICES = 2;
const SORT = [{ '@timestamp': { order: 'asc', format: 'strict_date_optional_time_nanos' } }, '_shard_doc'];
const timer = {
  now: Date.now,
  after: (ms, callback) => {
    const timeout = setTimeout(callback, ms);
    return () => clearTimeout(timeout);
  },
};

async function throughSource(node, index, decode, hunt) {
  const history = new ElasticHistory({
    place: index,
    index,
    gateway: await openElastic(node, {}),
    timer,
    slices: SLICES,
  });
  const ignore = () => {};
  const reader = new HistoryReader({
    name: 's',
    history,
    range: {},
    decode,
    known: [],
    onPlace: ignore,
    onNotice: ignore,
  });
  let records = 0;
  for (let read = await reader.next(); read !== undefined; read = await reader.next()) {
    records += read.batch.size;
    if (read.batch.size > 0) await hunt(read.batch);
  }
  await reader.close();
  if (records !== RECORDS) throw new Error(`${records} of ${RECORDS} records`);
}

/** The same slices, side by side, one page after the other. */
async function bare(client, index) {
  const { id } = await client.openPointInTime({ index, keep_alive: '1m' });
  const slice = async (at) => {
    for (let after; ;) {
      const search = { size: 1000, pit: { id, keep_alive: '1m' }, sort: SORT, track_total_hits: false };
      const more = { slice: { id: at, max: SLICES }, ...(after === undefined ? {} : { search_after: after }) };
      const { hits } = (await client.search({ ...search, ...more })).hits;
      if (hits.length === 0) return;
      after = hits.at(-1).sort;
    }
  };
  await Promise.all(Array.from({ length: SLICES }, (_, at) => slice(at)));
  await client.closePointInTime({ id });
}

export async function elastic() {
  const node = process.env.WINDHOVER_TEST_ELASTIC;
  if (node === undefined) return [];
  const client = new Client({ node });
  const index = `bench-${randomBytes(5).toString('hex')}`;
  await client.indices.create({
    index,
    settings: { number_of_shards: 2, number_of_replicas: 0, refresh_interval: '-1' },
    mappings: { dynamic: false, properties: { '@timestamp': { type: 'date_nanos' } } },
  });
  const lines = telemetry('sysflow-ecs', RECORDS).toString('utf8').trimEnd().split('\n');
  for (let at = 0; at < lines.length; at += 1000) {
    await client.bulk({ index, operations: lines.slice(at, at + 1000).flatMap((line) => [{ create: {} }, line]) });
  }
  await client.indices.refresh({ index });
  const plans = compileHunts(TEN_HUNTS);
  const { decode } = await openEngine(plans);
  const decoded = await ratio(
    () => bare(client, index),
    () => throughSource(node, index, decode, async () => {}),
    3,
  );
  const hunted = await ratio(
    () => bare(client, index),
    async () => {
      const { scope } = await openEngine(plans);
      await throughSource(node, index, decode, async (batch) => {
        await scope.process(batch, 's');
        scope.forgetChanges();
      });
    },
    3,
  );
  await client.indices.delete({ index });
  await client.close();
  return [
    { claim: 'Elasticsearch: bare reader of the point in time / the source, decoded', ...decoded, target: 0.8 },
    { claim: 'Elasticsearch: bare reader of the point in time / the source and ten hunts', ...hunted, target: 0.8 },
  ];
}
