import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SetupReport } from '../../src/cli/doctor/doctor-setup.ts';
import { processDocument } from '../kafka/read-source.ts';
import { BROKER, RealTopics } from '../kafka/real-topics.ts';
import { runWindhover } from '../support/run-windhover.ts';

const ELASTIC = process.env['WINDHOVER_TEST_ELASTIC'];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function findings(config: string): Promise<{ code: number; told: (check: string) => string[] }> {
  writeFileSync(join(folder, 'windhover.yaml'), config);
  const { code, stdout } = await runWindhover(['doctor', '--format', 'json'], { cwd: folder });
  const report = JSON.parse(stdout) as SetupReport;
  const told = (check: string): string[] =>
    report.findings.filter((each) => each.check === check).map(({ status, message }) => `${status}: ${message}`);
  return { code, told };
}

// The services are started as CONTRIBUTING.md says; where there are none this is reported as skipped.
describe.skipIf(BROKER === undefined)('doctor on a real Kafka', { timeout: 60_000 }, () => {
  test('tells offsets, and what of the newest messages is usable', async () => {
    const topics = new RealTopics(BROKER as string);
    await topics.open();
    try {
      const topic = await topics.create('doctor', 2);
      const messages = Array.from({ length: 80 }, (_, i) => ({ value: processDocument(i), partition: 0 }));
      await topics.produce(topic, messages, 'lz4');
      await topics.produce(topic, [{ value: 'junk', partition: 1 }]);
      const kafka = `kafka: {brokers: ["${BROKER}"], topics: [${topic}, ${topic}-missing]}`;
      const { code, told } = await findings(`sources: {live: {live: {${kafka}}}}`);
      expect(code).toBe(1);
      const lines = told('source live (live)');
      expect(lines[0]).toMatch(/^ok: reachable: cluster /);
      expect(lines).toContain(`ok: ${topic} has 2 partitions, offsets 0: 0 to 80, 1: 0 to 1`);
      expect(lines).toContain(`problem: there is no topic ${topic}-missing`);
      expect(lines).toContain(`ok: ${topic}, sysflow-ecs: 98 % of 51 sampled are usable`);
    } finally {
      await topics.close();
    }
  });
});

describe.skipIf(ELASTIC === undefined)('doctor on a real Elasticsearch', { timeout: 60_000 }, () => {
  const index = `doctor-${randomBytes(4).toString('hex')}`;
  afterAll(async () => void (await fetch(`${ELASTIC}/${index}`, { method: 'DELETE' })));

  test('tells version, documents, mapping and sample; and what is missing', async () => {
    writeFileSync(
      join(folder, 'recorded.ndjson'),
      Array.from({ length: 30 }, (_, i) => `${processDocument(i)}\n`).join(''),
    );
    await runWindhover(['replay', 'recorded.ndjson', '--to', `elastic+${ELASTIC}/${index}`], { cwd: folder });
    await fetch(`${ELASTIC}/${index}/_refresh`, { method: 'POST' });
    const history = `elastic: {url: "${ELASTIC}", index: [${index}, ${index}-missing, "${index}-none-*"]}`;
    const { code, told } = await findings(`sources: {old: {history: {${history}}}}`);
    expect(code).toBe(1);
    const lines = told('source old (history)');
    expect(lines[0]).toMatch(/^ok: reachable: Elasticsearch \d+\.\d+\.\d+, cluster /);
    expect(lines).toContain('ok: the server asks for no credentials');
    expect(lines).toContain(`ok: ${index} holds 30 documents`);
    expect(lines).toContain(`problem: there is no index, alias or data stream ${index}-missing`);
    expect(lines).toContain(`warning: ${index}-none-* matches no index, or empty ones`);
    expect(lines).toContain('ok: @timestamp is a date');
    expect(lines).toContain('ok: sysflow-ecs: 100 % of 30 sampled are usable');
  });
});
