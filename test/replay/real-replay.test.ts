import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processDocument } from '../kafka/read-source.ts';
import { BROKER, RealTopics } from '../kafka/real-topics.ts';
import { runWindhover } from '../support/run-windhover.ts';

const ELASTIC = process.env['WINDHOVER_TEST_ELASTIC'];
const COUNT = 3000;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-replay-'));
  const lines = Array.from(
    { length: COUNT },
    (_, i) => `{"_index":"x","_id":"n-${i}","_source":${processDocument(i)}}\n`,
  );
  writeFileSync(join(folder, 'recorded.ndjson'), lines.join(''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// The services are started as CONTRIBUTING.md says; where there are none this is reported as skipped.
describe.skipIf(BROKER === undefined)('replay to a real Kafka', { timeout: 60_000 }, () => {
  test.each(['none', 'gzip', 'snappy', 'lz4'])('compressed with %s every record comes once', async (compression) => {
    const topics = new RealTopics(BROKER as string);
    await topics.open();
    try {
      const topic = await topics.create(`replay-${compression}`, 2);
      const to = `kafka://${BROKER}/${topic}`;
      const args = ['replay', 'recorded.ndjson', '--to', to, '--compression', compression, '--key', 'host'];
      const { code, stderr } = await runWindhover(args, { cwd: folder });
      expect([code, stderr]).toEqual([0, expect.stringContaining(`${COUNT} records confirmed`)]);
      const offsets = await topics.admin.fetchTopicOffsets(topic);
      expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(COUNT);
    } finally {
      await topics.close();
    }
  });

  test('simulated telemetry goes to a topic too', async () => {
    const topics = new RealTopics(BROKER as string);
    await topics.open();
    try {
      const topic = await topics.create('simulated');
      const args = ['simulate', '--records', '2000', '--to', `kafka://${BROKER}/${topic}`];
      const { code } = await runWindhover(args, { cwd: folder });
      const [offsets] = await topics.admin.fetchTopicOffsets(topic);
      expect([code, offsets?.high]).toEqual([0, '2000']);
    } finally {
      await topics.close();
    }
  });
});

describe.skipIf(ELASTIC === undefined)('replay to a real Elasticsearch', { timeout: 60_000 }, () => {
  const index = `replay-${randomBytes(4).toString('hex')}`;
  const ask = async (path: string, method = 'GET'): Promise<unknown> =>
    (await fetch(`${ELASTIC}/${index}${path}`, { method })).json();
  afterAll(async () => void (await ask('', 'DELETE')));

  test('a second call finds every document there', async () => {
    const args = ['replay', 'recorded.ndjson', '--to', `elastic+${ELASTIC}/${index}`];
    expect(await runWindhover(args, { cwd: folder })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`${COUNT} records confirmed in`) as string,
    });
    expect((await runWindhover(args, { cwd: folder })).stderr).toContain(`(${COUNT} were there already)`);
    await ask('/_refresh', 'POST');
    expect(await ask('/_count')).toMatchObject({ count: COUNT });
    expect(await ask('/_doc/n-7')).toMatchObject({ _source: JSON.parse(processDocument(7)) as object });
  });
});
