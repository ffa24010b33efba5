import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparableReport } from '../backtest/comparable-report.ts';
import { runWindhover } from '../support/run-windhover.ts';
import { HistoryFolder, shellRecord } from '../backtest/history.ts';
import { BROKER, RealTopics } from './real-topics.ts';

/** Records a step of time; so many are out of order by less than the lateness. */
const RECORDS = 3000;
const STEP_MS = 700;
const BEGIN = Date.UTC(2026, 4, 1);

const HUNT = `hunt: shells
title: Shells of node
severity: high
huntflow: |
  shells = GET process FROM a WHERE parent_ref.name = 'node' LAST 20 MINUTES
  kids = FIND process CREATED BY shells
alerts:
  - on: shells
    title: '{parent_ref.name} ran {command_line}'
    suppress: { by: [host.id], for: 10m }
  - on: kids
    title: 'child {name}'
`;

/**
 * Where the records of an alert lie is another place. In how many steps it came to what it says, and how far it was behind
 * the newest record, depends on where epochs end, and that on the places.
 */
function comparable(text: string): string {
  const ofEpochs = ['revision', 'status', 'revised', 'first_alert_delay_ms'];
  return comparableReport(text, ofEpochs).replace(/"records": \[[^\]]*\]/gu, '"records": []');
}

describe.skipIf(BROKER === undefined)('a backtest over topics', { timeout: 120_000 }, () => {
  const folder = new HistoryFolder();
  let topics: RealTopics;
  let topic = '';
  let lines: string[] = [];

  beforeAll(async () => {
    folder.write('shells.hunt.yaml', HUNT);
    folder.records(
      'day.ndjson',
      Array.from({ length: RECORDS }, (_, i) => {
        const jitter = ((i * 7919) % 9) * 900;
        return shellRecord(i, BEGIN + i * STEP_MS - jitter, `web-${i % 5}`);
      }),
    );
    lines = readFileSync(join(folder.path, 'day.ndjson'), 'utf8').trim().split('\n');
    topics = new RealTopics(BROKER as string);
    await topics.open();
    topic = await topics.create('range', 3);
    const messages = lines.map((value, i) => {
      const at = Date.parse((JSON.parse(value) as { '@timestamp': string })['@timestamp']);
      return { value, partition: (i * 31) % 3, timestamp: String(at + 1000) };
    });
    for (let i = 0; i < messages.length; i += 500) await topics.produce(topic, messages.slice(i, i + 500), 'gzip');
  });
  afterAll(async () => {
    folder.remove();
    await topics.close();
  });

  const backtest = async (...args: string[]) => {
    const result = await runWindhover(['backtest', 'shells.hunt.yaml', '--format', 'json', ...args], {
      cwd: folder.path,
      env: { WINDHOVER_KAFKA_GROUP: topics.name('own') },
    });
    return { ...result, document: JSON.parse(result.stdout) as never };
  };
  const kafka = (): string => `kafka://${BROKER as string}/${topic}`;

  test('comes to what one over the same records in a file comes to', async () => {
    const file = await backtest('--source', 'day.ndjson');
    const range = await backtest('--source', kafka());
    expect(range.stderr).toContain(`${RECORDS} messages of 3 partitions`);
    expect(range.code).toBe(0);
    expect(comparable(range.stdout)).toEqual(comparable(file.stdout));
    expect((range.document as { input: { records: number; late: number } }).input).toMatchObject({
      records: RECORDS,
      late: 0,
    });
    const { groups } = await topics.admin.listGroups();
    expect(groups.filter(({ groupId }) => groupId.startsWith(topics.name('own')))).toEqual([]);
  });

  test('over a stretch of time', async () => {
    const bounds = ['--from', '2026-05-01T00:10:00Z', '--to', '2026-05-01T00:20:00Z'];
    const file = await backtest('--source', 'day.ndjson', ...bounds);
    const range = await backtest('--source', `a=${kafka()}`, ...bounds);
    expect((file.document as { input: { records: number } }).input.records).toBeGreaterThan(500);
    expect(comparable(range.stdout)).toEqual(comparable(file.stdout));
  });

  test('goes on to the ends that it began with, after it was interrupted', async () => {
    const growing = await topics.create('growing', 2);
    const send = (values: readonly string[]): Promise<void> =>
      topics.produce(
        growing,
        values.map((value, i) => ({ value, partition: i % 2, timestamp: String(BEGIN) })),
        'gzip',
      );
    for (let i = 0; i < 2000; i += 500) await send(lines.slice(i, i + 500));
    const args = [
      'backtest',
      'shells.hunt.yaml',
      '--format',
      'json',
      '--source',
      `kafka://${BROKER as string}/${growing}`,
    ];
    const whole = await folder.windhover(...args);
    let interrupt = (): void => {};
    const first = await runWindhover([...args, '--resume', 'kept'], {
      cwd: folder.path,
      interrupt: (now) => (interrupt = now),
      // Told with the first record: what the topic holds.
      onStderr: (text) => {
        if (!text.includes(`${growing}: sysflow`)) return;
        interrupt();
        // A second time would end it at once.
        interrupt = () => {};
      },
    });
    expect(first.code).toBe(130);
    await send(lines.slice(2000, 2100));
    const result = await folder.windhover(...args, '--resume', 'kept');
    expect(result.stderr).toContain('goes on where the backtest was');
    expect(comparableReport(result.stdout)).toEqual(comparableReport(whole.stdout));
  });

  test('over offsets', async () => {
    const { document } = await backtest(
      '--source',
      kafka(),
      '--offsets',
      `${topic}/0=10..109`,
      '--offsets',
      `${topic}/2=..49`,
    );
    expect((document as { input: { records: number } }).input.records).toBe(150);
  });

  test('a source that the configuration gives topics only', async () => {
    folder.write(
      'windhover.yaml',
      `sources: {a: {live: {kafka: {brokers: ['${BROKER as string}'], topics: [${topic}]}}}}`,
    );
    const { document } = await backtest('--config', 'windhover.yaml', '--from', '2026-05-01');
    expect((document as { input: { records: number } }).input.records).toBeGreaterThan(RECORDS - 20);
  });

  test('says it where the range begins before what the topic keeps', async () => {
    const short = await topics.create('short');
    await topics.produce(
      short,
      lines.slice(0, 20).map((value) => ({ value, partition: 0, timestamp: String(BEGIN) })),
    );
    await topics.forget(short, 1);
    await topics.produce(
      short,
      lines.slice(20, 200).map((value) => ({ value, partition: 0, timestamp: String(BEGIN + 60_000) })),
    );
    const { stderr, document } = await backtest(
      '--source',
      `kafka://${BROKER as string}/${short}`,
      '--from',
      '2026-04-30',
    );
    expect(stderr).toContain('before the oldest message that the topic still keeps');
    expect((document as { holes: { coverage: unknown[] } }).holes.coverage).toMatchObject([
      { cause: 'expired', place: `${short}/0`, from: '2026-04-30T00:00:00.000Z' },
    ]);
  });
});
