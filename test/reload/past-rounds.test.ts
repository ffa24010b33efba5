import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadHunt } from '../../src/cli/load-hunts.ts';
import { runSession } from '../../src/cli/run/run-session.ts';
import type { SessionHunt } from '../../src/cli/run/session-options.ts';
import type { EntityGraph } from '../../src/graph/entity-graph.ts';
import { emptyObserver } from '../../src/hunts/testing/empty-observer.ts';
import { MemoryStateStore } from '../../src/store/memory-state-store.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { processDocument } from '../support/process-document.ts';
import { SESSION_DEFAULTS } from '../support/session-defaults.ts';

const ROUNDS = 4;
const folder = mkdtempSync(join(tmpdir(), 'windhover-past-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = join(folder, 's.ndjson');
writeFileSync(log, `${processDocument()}\n`);

async function hunt(round: number): Promise<SessionHunt> {
  const path = join(folder, 'a.hf');
  writeFileSync(path, `# ${round}\na = GET process FROM s WHERE name = 'sh'`);
  const { hunt: compiled } = await loadHunt(path, { cwd: folder, env: {} });
  if (compiled === undefined) throw new Error('the hunt does not check');
  return { hunt: compiled, sources: new Map(compiled.plan.sources.map((uri) => [uri, { id: log, uri: log }])) };
}

test('a round in which hunts were exchanged holds nothing of those before it', async () => {
  const store = new MemoryStateStore();
  const stop = new AbortController();
  const graphs: WeakRef<EntityGraph>[] = [];
  const held: number[] = [];
  let due = new AbortController();
  const hunts = [await hunt(0)];
  await runSession({
    ...SESSION_DEFAULTS,
    hunts,
    stateFolder: folder,
    openStore: async () => store,
    cwd: folder,
    now: () => Date.UTC(2026, 4, 1, 9),
    signal: stop.signal,
    follow: true,
    observer: emptyObserver,
    opened: ({ graph }) => {
      graphs.push(new WeakRef(graph));
      if (graphs.length < ROUNDS) due.abort();
      else stop.abort();
    },
    inspect: async () => {
      await collectGarbage();
      held.push(graphs.filter((graph) => graph.deref() !== undefined).length);
    },
    sink: { mark: () => undefined, rewind: async () => {}, write: async () => {} },
    exchange: {
      get due() {
        return due.signal;
      },
      take: () => {
        due = new AbortController();
        return hunts;
      },
    },
  });
  expect(held).toEqual(new Array(ROUNDS).fill(1));
});
