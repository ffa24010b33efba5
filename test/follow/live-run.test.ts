import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover, type ProgramResult } from '../support/run-windhover.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-live-'));
  writeFileSync(join(folder, 'shells.hf'), "p = GET process FROM logs WHERE name = 'sh'\nDISP p ATTR pid");
  writeFileSync(join(folder, 'others.hf'), "p = GET process FROM more WHERE name = 'sh'\nDISP p ATTR pid");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function line(pid: number, name = 'sh'): string {
  const process = { pid, name, executable: `/bin/${name}`, thread: { id: 1 }, start: '2026-01-01T00:00:00Z' };
  const document = { '@timestamp': new Date().toISOString(), event: { sf_type: 'PE', action: 'process-start' } };
  return `${JSON.stringify({ ...document, host: { id: 'h' }, process })}\n`;
}

interface Said {
  readonly kind: string;
  readonly hunt: string;
  readonly added?: readonly (readonly unknown[])[];
  readonly windhover?: { readonly hunt: string };
}

function said(text: string): Said[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter(Boolean).map((each) => JSON.parse(each) as Said);
}

/** Runs until all steps have been taken, each as soon as its condition holds; then Ctrl-C. */
async function steps(
  args: readonly string[],
  plan: readonly { readonly when: (said: readonly Said[]) => boolean; readonly act: () => void }[],
): Promise<ProgramResult> {
  let next = 0;
  let interrupt = (): void => {};
  return runWindhover(args, {
    cwd: folder,
    interrupt: (now) => (interrupt = now),
    onStdout: (text) => {
      while (next < plan.length && plan[next]?.when(said(text)) === true) plan[next++]?.act();
      if (next === plan.length) {
        next++;
        interrupt();
      }
    },
  });
}

const shown = (said: readonly Said[], pid: number): boolean =>
  said.some((each) => each.kind === 'display-change' && each.added?.some((row) => row.includes(pid)) === true);
const alerted = (said: readonly Said[], hunt: string): boolean =>
  said.some((each) => each.kind === 'alert' && each.windhover?.hunt === hunt);

describe('run --follow', { timeout: 60_000 }, () => {
  test('shows what is written while it runs, through a rotation; the next call goes on', async () => {
    const log = join(folder, 'app.log');
    const state = join(folder, 'state');
    const call = ['run', 'shells.hf', '--source', 'logs=app.log', '--follow', '--format', 'ndjson', '--state', state];
    writeFileSync(log, line(1));
    const whole = line(3);
    const first = await steps(call, [
      { when: (all) => shown(all, 1), act: () => appendFileSync(log, line(2) + whole.slice(0, 40)) },
      {
        when: (all) => shown(all, 2),
        act: () => {
          renameSync(log, `${log}.1`);
          appendFileSync(`${log}.1`, whole.slice(40));
          writeFileSync(log, line(4));
        },
      },
      { when: (all) => shown(all, 3) && shown(all, 4), act: () => {} },
    ]);
    expect(first.code, first.stderr).toBe(130);
    expect(JSON.parse(first.stdout.trimEnd().split('\n').at(-1) as string)).toMatchObject({
      kind: 'end',
      input: { records: 4, undecodable: 0 },
    });
    appendFileSync(log, line(5));
    renameSync(`${log}.1`, `${log}.2`);
    renameSync(log, `${log}.1`);
    writeFileSync(log, line(6));
    const second = await steps(call, [{ when: (all) => shown(all, 5) && shown(all, 6), act: () => {} }]);
    expect(second.code, second.stderr).toBe(130);
    expect(second.stderr).toContain('read on from where it stopped');
    expect(JSON.parse(second.stdout.trimEnd().split('\n').at(-1) as string)).toMatchObject({
      hunts: [{ variables: [{ name: 'p', entities: 6 }] }],
      input: { records: 2 },
    });
  });

  test('sources of different hunts are followed side by side, and every alert is logged once', async () => {
    const [one, other] = [join(folder, 'one.log'), join(folder, 'other.log')];
    const call = [
      ...['run', 'shells.hf', 'others.hf', '--source', 'logs=one.log', '--source', 'more=other.log'],
      ...['--follow', '--format', 'ndjson', '--alert', 'p', '--state', join(folder, 'state2'), '--clock', 'event'],
    ];
    const later = (pid: number): string =>
      line(pid, 'x').replace(/"@timestamp":"[^"]*"/, `"@timestamp":"${new Date(Date.now() + 5000).toISOString()}"`);
    writeFileSync(one, line(1));
    writeFileSync(other, line(2));
    const first = await steps(call, [
      { when: (all) => shown(all, 1) && shown(all, 2), act: () => appendFileSync(other, later(7)) },
      { when: (all) => alerted(all, 'others'), act: () => appendFileSync(one, later(8)) },
      { when: (all) => alerted(all, 'shells'), act: () => {} },
    ]);
    expect(first.code, first.stderr).toBe(130);
    appendFileSync(one, line(3));
    const second = await steps(call, [{ when: (all) => shown(all, 3), act: () => {} }]);
    expect(second.code, second.stderr).toBe(130);
    const log = readFileSync(join(folder, 'state2', 'alerts.ndjson'), 'utf8')
      .trimEnd()
      .split('\n');
    const ids = log.map((each) => (JSON.parse(each) as { event: { id: string } }).event.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(2);
  });

  test('a file that is not there yet is waited for, and said so', async () => {
    const call = ['run', 'shells.hf', 'others.hf', '--source', 'logs=late.log', '--source', 'more=early.log'];
    writeFileSync(join(folder, 'early.log'), line(1));
    const result = await steps(
      [...call, '--follow', '--format', 'ndjson'],
      [
        { when: (all) => shown(all, 1), act: () => writeFileSync(join(folder, 'late.log'), line(2)) },
        { when: (all) => shown(all, 2), act: () => {} },
      ],
    );
    expect(result.code, result.stderr).toBe(130);
    expect(result.stderr).toContain('late.log: does not exist yet; waiting for it');
  });

  test('calls that mean nothing are refused', async () => {
    for (const more of [['--snapshots', '--format', 'ndjson'], ['--records'], ['--watch'], ['--clock', 'sundial']]) {
      const { code } = await runWindhover(['run', 'shells.hf', '--source', 'app.log', '--follow', ...more], {
        cwd: folder,
      });
      expect(code).toBe(2);
    }
  });
});

describe('standard input that stays open', { timeout: 60_000 }, () => {
  test.each([[[]], [['--follow']]])('is processed as it comes (%j), and Ctrl-C ends it', async (more) => {
    let go = (): void => {};
    const waiting = new Promise<void>((resolve) => (go = resolve));
    async function* input(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(line(1));
      await waiting;
      yield Buffer.from(
        line(2).replace(/"@timestamp":"[^"]*"/, `"@timestamp":"${new Date(Date.now() + 5000).toISOString()}"`),
      );
      // Nobody closes the pipe.
      await new Promise(() => {});
    }
    const call = ['run', 'shells.hf', '--source', '-', '--format', 'ndjson', '--alert', 'p', ...more];
    let interrupt = (): void => {};
    let alerted = false;
    const result = await runWindhover(call, {
      cwd: folder,
      stdin: input(),
      interrupt: (now) => (interrupt = now),
      onStdout: (text) => {
        if (alerted || !said(text).some((each) => each.kind === 'alert')) return;
        alerted = true;
        interrupt();
      },
      onStderr: (text) => {
        if (text.includes('sysflow-ecs')) go();
      },
    });
    expect(result.code, result.stderr).toBe(130);
    const end = JSON.parse(result.stdout.trimEnd().split('\n').at(-1) as string) as { input: { records: number } };
    expect(end.input.records).toBe(2);
  });
});
