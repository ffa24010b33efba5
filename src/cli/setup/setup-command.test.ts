import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runWindhover } from '../../../test/support/run-windhover.ts';

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'windhover-setup-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

test.each([
  [['setup', 'elastic'], {}, 'There is no Elasticsearch to set up'],
  [['setup', 'elastic', '--url', 'es:9200'], {}, 'this is no address'],
  [['setup', 'elastic', '--url', 'http://u:p@es'], {}, 'the address holds credentials'],
  [['setup', 'elastic', '--url', 'http://es', '--index', 'A/b'], {}, '--index A/b is no name of an alias'],
  [['setup', 'elastic', '--url', 'http://es'], { WINDHOVER_ELASTIC_USERNAME: 'u' }, 'username and password belong'],
  [
    ['setup', 'elastic', '--url', 'https://es'],
    { WINDHOVER_ELASTIC_CA: 'ca.pem' },
    'the certificate of the CA cannot be read',
  ],
  [['setup', 'splunk'], {}, 'elastic'],
])('a call that is wrong is said: %j', async (args, env, message) => {
  const { code, stderr } = await runWindhover(args, { cwd, env });
  expect([code, stderr]).toEqual([2, expect.stringContaining(message) as string]);
});

test('nobody answers: exit code 3 with what to do; secrets are not repeated', async () => {
  writeFileSync(
    join(cwd, 'windhover.yaml'),
    'alerts:\n  - elastic: {url: "http://127.0.0.1:1", api_key: very-secret}\n',
  );
  const { code, stderr } = await runWindhover(['setup', 'elastic'], { cwd });
  expect(code).toBe(3);
  expect(stderr).toMatch(/^error: http:\/\/127\.0\.0\.1:1: no answer/mu);
  expect(stderr).not.toContain('very-secret');
});
