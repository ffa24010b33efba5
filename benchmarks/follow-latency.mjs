// Claim: a line of a followed file is in the graph within 100 ms of its writing, as the median.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadHunt } from '../dist/cli/load-hunts.js';
import { runSession } from '../dist/cli/run/run-session.js';

const LINES = Number(process.env.LINES ?? 200);

function line(pid) {
  const process = { pid, name: 'sh', executable: '/bin/sh', thread: { id: 1 }, start: '2026-01-01T00:00:00Z' };
  const event = { sf_type: 'PE', action: 'process-start' };
  return `${JSON.stringify({ '@timestamp': new Date().toISOString(), event, host: { id: 'h' }, process })}\n`;
}

export async function followLatency() {
  const folder = mkdtempSync(join(tmpdir(), 'windhover-latency-'));
  const log = join(folder, 'app.log');
  writeFileSync(join(folder, 'hunt.hf'), "p = GET process FROM logs WHERE name = 'sh'");
  writeFileSync(log, line(0));
  const { hunt } = await loadHunt(join(folder, 'hunt.hf'), folder);
  const stop = new AbortController();
  const took = [];
  let written = 0;
  let at = 0;
  const session = runSession({
    hunts: [{ hunt, sources: new Map(hunt.plan.sources.map((uri) => [uri, { id: log, uri: log }])) }],
    stateFolder: join(folder, 'state'),
    retentionMs: Infinity,
    latenessMs: 60_000,
    hostAliases: new Map(),
    maxLineBytes: 1 << 24,
    snapshots: false,
    countRecords: false,
    rowsOf: () => false,
    cwd: folder,
    stdin: (async function* () {})(),
    now: () => Date.now(),
    signal: stop.signal,
    follow: true,
    observer: {
      place: () => {},
      rejects: () => {},
      snapshot: () => {},
      huntFailed: (name, error) => {
        throw error;
      },
      progress: ({ records }) => {
        if (written > 0 && records > written) took.push(performance.now() - at);
        if (written === LINES) stop.abort();
        // Not in step with the looks: the next line comes at any moment of their rhythm.
        else if (records > written) setTimeout(write, 5 + ((written * 37) % 90));
      },
    },
    huntChanged: () => {},
    sink: { mark: () => undefined, rewind: async () => {}, write: async () => {} },
  });
  function write() {
    written++;
    at = performance.now();
    appendFileSync(log, line(written));
  }
  await session;
  rmSync(folder, { recursive: true, force: true });
  took.sort((a, b) => a - b);
  return [
    {
      claim: `milliseconds from writing a line to a followed file until it is in the graph (${took.length} lines)`,
      median: took[took.length >> 1],
      least: took[0],
      greatest: took.at(-1),
      target: 100,
      atMost: true,
    },
  ];
}
