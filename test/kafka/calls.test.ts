import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover } from '../support/run-windhover.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-kafka-calls-'));
  writeFileSync(join(folder, 'a.hf'), "p = GET process FROM logs WHERE name = 'sh'");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// None of these calls gets as far as a broker.
const SOURCE = 'logs=kafka://127.0.0.1:1/topic';

describe('calls over Kafka that mean nothing are refused', () => {
  test.each([
    [['--snapshots', '--format', 'ndjson'], '--snapshots is for sources that end'],
    [['--records'], '--records is for sources that end'],
    [['--watch'], 'a Kafka source never does'],
    [['--from', 'yesterday'], '--from yesterday is no place in a topic'],
  ])('%j', async (more, message) => {
    const { code, stderr } = await runWindhover(['run', 'a.hf', '--source', SOURCE, ...more], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test('half of the credentials', async () => {
    const env = { WINDHOVER_KAFKA_PASSWORD: 'hidden' };
    const { code, stdout, stderr } = await runWindhover(['run', 'a.hf', '--source', SOURCE], { cwd: folder, env });
    expect(code).not.toBe(0);
    expect(stderr).toContain('WINDHOVER_KAFKA_SASL');
    expect(stdout + stderr).not.toContain('hidden');
  });

  test('credentials in the URI, which are not repeated', async () => {
    const source = 'logs=kafka://user:hidden@127.0.0.1:1/topic';
    const { code, stdout, stderr } = await runWindhover(['run', 'a.hf', '--source', source], { cwd: folder });
    expect(code).toBe(1);
    expect(stderr).toContain('WINDHOVER_KAFKA_USERNAME');
    expect(stdout + stderr).not.toContain('hidden');
  });

  test('a topic is no file for doctor', async () => {
    const { code, stderr } = await runWindhover(['doctor', 'kafka://127.0.0.1:1/topic'], { cwd: folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining('not read as a file')]);
  });
});
