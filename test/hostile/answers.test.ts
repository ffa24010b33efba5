import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { processDocument } from '../support/process-document.ts';
import { runWindhover } from '../support/run-windhover.ts';

type Answer = (response: ServerResponse) => void;

const json =
  (status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    const type = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };
    response.writeHead(status, { ...type, ...headers });
    response.end(body);
  };

/** Whatever is asked, this is the answer. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  nothing: json(200, ''),
  'no JSON': json(200, '<html>hello</html>'),
  null: json(200, 'null'),
  'an array': json(200, '[]'),
  'an error that is null': json(400, '{"error": null}'),
  'an error of numbers': json(400, '{"error": {"type": 1, "reason": [2], "root_cause": 3}}'),
  'an error within errors': json(400, `${'{"error":'.repeat(5000)}1${'}'.repeat(5000)}`),
  'hits that are none': json(200, '{"id": 7, "pit_id": {}, "hits": {"hits": "none"}}'),
  'hits without places': json(200, '{"id": "a", "pit_id": "a", "hits": {"hits": [null, 1, {"_source": 1}]}}'),
  'keys of objects': json(200, '{"__proto__": {"id": "a"}, "constructor": 1, "hits": {"__proto__": []}}'),
  'gzip that is none': json(200, 'plain', { 'content-encoding': 'gzip' }),
  'gzip that breaks off': json(200, gzipSync('{"a": 1}').subarray(0, 12), { 'content-encoding': 'gzip' }),
  'a redirection to itself': json(302, '', { location: '/again' }),
  'another status': json(299, '{}'),
  'escape sequences': json(400, JSON.stringify({ error: { type: '\u001b[2J', reason: '\u001b]0;x\u0007\u202e' } })),
};

let server: Server;
let address = '';
let answer: Answer = json(200, '');
let cwd = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(response));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  cwd = mkdtempSync(join(tmpdir(), 'windhover-answers-'));
  writeFileSync(join(cwd, 's.ndjson'), `${processDocument()}\n`);
  writeFileSync(join(cwd, 'e.hf'), 'p = GET process FROM s WHERE pid = 7');
  writeFileSync(
    join(cwd, 'h.hunt.yaml'),
    "hunt: h\nhuntflow: p = GET process FROM s WHERE name = 'sh'\nalerts: [{on: p}]\n",
  );
  writeFileSync(
    join(cwd, 'sinks.yaml'),
    `alerts: [{ file: { path: ./a.ndjson } }, { elastic: { url: "${address}" } }, { webhook: { url: "${address}/hook" } }]\noutbox: { drain: 1s }\n`,
  );
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(cwd, { recursive: true, force: true });
});

/** A problem with a name and a remedy, and no word of what happened inside. */
function expectTold({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): void {
  expect(stdout + stderr).not.toMatch(/defect|TypeError|RangeError|undefined|\[object|\n\s+at /);
  // oxlint-disable-next-line no-control-regex
  expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u202e]/);
}

test.each(Object.keys(ANSWERS))('%s: as an answer to a history, the source fails, 3', async (name) => {
  answer = ANSWERS[name] as Answer;
  const result = await runWindhover(['run', 'e.hf', '--source', `s=elastic+${address}/x`], { cwd });
  expect(result.code).toBe(3);
  expect(result.stderr).not.toBe('');
  expectTold(result);
});

test.each(Object.keys(ANSWERS))('%s: as an answer to alerts, the log has them and the run ends', async (name) => {
  answer = ANSWERS[name] as Answer;
  rmSync(join(cwd, 'a.ndjson'), { force: true });
  const result = await runWindhover(['run', 'h.hunt.yaml', '--source', 's.ndjson', '--config', 'sinks.yaml'], { cwd });
  expect([0, 3]).toContain(result.code);
  expect(readFileSync(join(cwd, 'a.ndjson'), 'utf8').split('\n')).toHaveLength(2);
  expectTold(result);
});
