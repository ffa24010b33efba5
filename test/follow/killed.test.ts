import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FollowProcess } from '../support/follow-process.ts';

const KILLS = 10;
const PER_PART = 400;
const START = Date.UTC(2026, 0, 1);

const root = mkdtempSync(join(tmpdir(), 'windhover-killed-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function line(number: number, name: string, ms: number): string {
  const of = (pid: number): object => ({
    pid,
    start: new Date(START + pid).toISOString(),
    executable: '/bin/x',
    thread: { id: pid },
  });
  return `${JSON.stringify({
    '@timestamp': new Date(ms).toISOString(),
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'h' },
    process: { ...of(number), name, parent: { ...of(number - 1), name: 'up' } },
  })}\n`;
}

/** Shells and what they start, a tenth of a second apart; the last record of a part says which one has ended. */
function part(index: number): string {
  const first = index * PER_PART;
  const at = (i: number): number => START + i * 100;
  const lines = Array.from({ length: PER_PART - 1 }, (_, i) =>
    line(first + i + 1, i % 20 === 0 ? 'sh' : 'ls', at(first + i)),
  );
  return lines.join('') + line(first + PER_PART, `end-${index}`, at(first + PER_PART - 1));
}

/** A log that grows part by part, the middle of a line between two writes, and is rotated at every third. */
class Log {
  readonly #path: string;

  constructor(folder: string) {
    this.#path = join(folder, 'app.log');
    writeFileSync(this.#path, '');
  }

  begin(index: number): void {
    if (index % 3 === 2) {
      renameSync(this.#path, `${this.#path}.${index}`);
      writeFileSync(this.#path, '');
    }
    const text = part(index);
    appendFileSync(this.#path, text.slice(0, (text.length >> 1) + 5));
  }

  end(index: number): void {
    const text = part(index);
    appendFileSync(this.#path, text.slice((text.length >> 1) + 5));
  }

  /** Later than all that was written: alerts that wait for the clock leave. To be called when all that was read. */
  settle(): void {
    const number = (KILLS + 2) * PER_PART;
    appendFileSync(this.#path, line(number + 1, 'end-settled', START + number * 100 + 10_000));
  }
}

interface Alert {
  readonly event: { readonly id: string };
  readonly windhover: Record<string, unknown> & {
    readonly revision: number;
    readonly records: readonly Record<string, unknown>[];
  };
}

/** The alerts of a log, each in its last state, without what tells one run from another; each revision stands there once. */
function alerts(folder: string): Map<string, unknown> {
  const last = new Map<string, unknown>();
  const revisions = new Map<string, number>();
  const lines = readFileSync(join(folder, 'state', 'alerts.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  for (const alert of lines.map((each) => JSON.parse(each) as Alert)) {
    const { revision, times, status, ...rest } = alert.windhover;
    expect(revision).toBe((revisions.get(alert.event.id) ?? 0) + 1);
    revisions.set(alert.event.id, revision);
    const records = rest.records.map(({ id, time }) => ({ id, time }));
    const isOpen = status !== 'retracted';
    last.set(alert.event.id, {
      ...alert,
      windhover: { ...rest, records, isOpen, event: (times as { event: string }).event },
    });
  }
  return last;
}

const CALL = [
  ...['run', 'hunt.hf', '--source', 'logs=app.log', '--follow', '--state', 'state'],
  ...['--clock', 'event', '--format', 'ndjson', '--alert', 'p', '--alert', 'c'],
];
const HUNT = `p = GET process FROM logs WHERE name = 'sh'
c = FIND process CREATED BY p
e = GET process FROM logs WHERE name LIKE 'end-%'
DISP e ATTR name`;

function folderOf(name: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, 'state'), { recursive: true });
  writeFileSync(join(folder, 'hunt.hf'), HUNT);
  return folder;
}

const seenEnd =
  (index: number | string) =>
  (stdout: string): boolean =>
    stdout.includes(`"end-${index}"`);

async function undisturbed(): Promise<Map<string, unknown>> {
  const folder = folderOf('calm');
  const log = new Log(folder);
  const run = new FollowProcess(CALL, folder);
  for (let i = 0; i <= KILLS + 1; i++) {
    log.begin(i);
    log.end(i);
    await run.said(seenEnd(i));
  }
  log.settle();
  await run.said(seenEnd('settled'));
  expect(await run.kill('SIGINT'), run.stderr).toBe(130);
  return alerts(folder);
}

test('a run that is killed again and again gives the alerts of one that is not, each once', async () => {
  const calm = await undisturbed();
  const folder = folderOf('killed');
  const log = new Log(folder);
  // Whoever follows a file has seen it: what was rotated before is history.
  log.begin(0);
  log.end(0);
  const first = new FollowProcess(CALL, folder);
  await first.said(seenEnd(0));
  expect(await first.kill('SIGINT'), first.stderr).toBe(130);
  const ends: (number | string)[] = [];
  for (let i = 1; i <= KILLS; i++) {
    log.begin(i);
    // From the opening of the state to commits in the middle of the input; whoever has read all is killed as well.
    const changes = FollowProcess.changes(join(folder, 'state'), 3 + ((i * 13) % 41));
    const run = new FollowProcess(CALL, folder);
    log.end(i);
    await Promise.race([changes.done, run.said(seenEnd(i))]);
    changes.stop();
    ends.push(await run.kill('SIGKILL'));
  }
  expect(ends).toEqual(Array.from({ length: KILLS }, () => 'SIGKILL'));
  const run = new FollowProcess(CALL, folder);
  log.begin(KILLS + 1);
  log.end(KILLS + 1);
  await run.said(seenEnd(KILLS + 1));
  log.settle();
  await run.said(seenEnd('settled'));
  expect(await run.kill('SIGINT'), run.stderr).toBe(130);
  const killed = alerts(folder);
  expect(killed.size).toBe(2 * 20 * (KILLS + 2));
  expect(killed).toEqual(calm);
  // Some twenty processes are started one after the other.
}, 300_000);
