import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { runWindhover } from '../../../test/support/run-windhover.ts';
import type { SimulationTruth } from '../../simulate/simulation.ts';
import { simulateOptions, type SimulateFlags } from './simulate-options.ts';
import { simulate } from './simulate.ts';
import type { StopReason, TerminalIo } from '../terminal-io.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function truthOf(path: string): SimulationTruth {
  return JSON.parse(readFileSync(path, 'utf8')) as SimulationTruth;
}

describe('files', () => {
  it.each([
    [['--format', 'sf', '--linux', '1'], ['a']],
    [
      ['--format', 'sf', '--linux', '2'],
      ['a.web-01.sf', 'a.web-02.sf'],
    ],
    [
      ['--format', 'sf,nxlog', '--linux', '1', '--windows', '1'],
      ['a.nxlog.ndjson', 'a.web-01.sf'],
    ],
    [
      ['--format', 'mixed'],
      ['a.sysflow.ndjson', 'a.winlog.ndjson'],
    ],
  ])('%j', async (flags, files) => {
    const own = mkdtempSync(join(folder, 'files-'));
    const { code, stderr } = await runWindhover(['simulate', '--out', join(own, 'a'), '--records', '900', ...flags]);
    expect(code, stderr).toBe(0);
    expect(readdirSync(own).sort()).toEqual([...files, 'a.truth.json'].sort());
    expect(stderr).toMatch(/^9\d\d records, \d attacks/);
  });

  it.skipIf(process.platform === 'win32')('do not take the place of a pipe or a device', async () => {
    const own = mkdtempSync(join(folder, 'pipe-'));
    const pipe = join(own, 'truth');
    execFileSync('mkfifo', [pipe]);
    const { code, stderr } = await runWindhover(['simulate', '--records', '10', '--truth', pipe]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('it is no regular file')]);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it('without a name go to standard output, and the truth where it is asked for', async () => {
    const truth = join(folder, 'stdout.json');
    const { stdout, code } = await runWindhover(['simulate', '--records', '500', '--truth', truth]);
    expect(code).toBe(0);
    expect(stdout.endsWith('}\n')).toBe(true);
    expect(stdout.split('\n').length - 1).toBe(truthOf(truth).records['sysflow-ecs']);
  });
});

describe('calls that mean nothing', () => {
  it.each([
    [['--format', 'evtx'], 'There is no format evtx'],
    [['--format', 'sf,sysflow-ecs'], 'two formats'],
    [['--format', 'mixed'], 'files of their own'],
    [['--format', 'sf'], 'A trace holds one host'],
    [['--attack', 'worm@5m'], 'There is no attack worm'],
    [['--attack', 'slow-beacon'], 'needs a Windows host'],
    [['--attack', 'web-shell@soon'], 'is no time'],
    [['--attack', 'web-shell@2020-01-01T00:00:00Z'], 'before the first record'],
    [['--format', 'nxlog', '--windows', '1', '--attack', 'lateral-movement'], 'two Windows hosts'],
    [['--endless', '--records', '5'], 'has no end'],
    [['--to', 'x.ndjson'], 'names no topic'],
    [['--to', 'kafka://h:1/a', '--out', 'x'], 'name two places'],
    [['--to', 'kafka://h:1/a', '--format', 'sf'], 'written to files'],
    [['--live', '--start', '2026-05-01T08:00:00Z'], 'starts now'],
    [['--rate', '0'], 'makes nothing'],
    [['--hosts', '0'], 'no hosts'],
    [['--late', '2'], 'is no share'],
    [['--clock-skew', 'much'], 'is no duration'],
  ])('%j', async (flags, text) => {
    const { code, stdout, stderr } = await runWindhover(['simulate', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(text);
  });
});

test('attacks at given moments', async () => {
  const out = join(folder, 'moments');
  const flags = ['--attack', 'web-shell@5s', '--attack', 'node-exploit@2026-05-01T08:00:20Z', '--duration', '60s'];
  await runWindhover(['simulate', '--out', out, '--rate', '20', ...flags]);
  const begun = truthOf(`${out}.truth.json`).attacks.map(({ scenario, start }) => [scenario, start]);
  expect(begun.sort()).toEqual([
    ['node-exploit', '2026-05-01T08:00:20Z'],
    ['web-shell', '2026-05-01T08:00:05Z'],
  ]);
});

describe('an output that cannot be written', () => {
  it('is an error of its own, and an old truth does not outlive its telemetry', async () => {
    const truth = join(folder, 'old.json');
    writeFileSync(truth, '{}');
    const out = join(folder, 'no-such-folder', 'a');
    const { code, stderr } = await runWindhover(['simulate', '--out', out, '--truth', truth]);
    expect(code).toBe(3);
    expect(stderr).toContain('cannot be written: ENOENT');
    expect(existsSync(truth)).toBe(false);
  });

  it.skipIf(!existsSync('/dev/full'))('a full disk: exit code 3, what is whole is told, no truth', async () => {
    const truth = join(folder, 'full.json');
    const { code, stderr } = await runWindhover([
      'simulate',
      '--out',
      '/dev/full',
      '--truth',
      truth,
      '--records',
      '900',
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('ENOSPC');
    expect(stderr).toContain('0 whole records');
    expect(existsSync(truth)).toBe(false);
  });
});

/** Standard output, errors and a clock in hand. */
function terminal(abort: AbortController): TerminalIo & { readonly said: () => string; advance(ms: number): void } {
  const pieces: string[] = [];
  let now = Date.parse('2026-11-01T10:00:00Z');
  const collect = (): Writable =>
    new Writable({
      write(piece: Buffer, _encoding, done) {
        pieces.push(piece.toString('utf8'));
        done();
      },
    });
  return {
    stdout: collect(),
    stderr: collect(),
    env: {},
    cwd: folder,
    now: () => now,
    signal: abort.signal,
    said: () => pieces.join(''),
    advance: (ms) => (now += ms),
  };
}

const FLAGS: SimulateFlags = {
  format: 'sysflow-ecs',
  seed: '1',
  rate: '100',
  attack: ['web-shell@1s'],
  attackEvery: '10m',
  duplicates: '0',
  late: '0.1',
  lateness: '5s',
};

describe('live telemetry', () => {
  it('is written when it happens, and ends with its truth on Ctrl-C', async () => {
    const abort = new AbortController();
    const io = terminal(abort);
    const sizes: number[] = [];
    const code = await simulate(
      simulateOptions({ ...FLAGS, live: true, truth: 'live.json' }, io.now()),
      io,
      async () => {
        sizes.push(io.said().length);
        io.advance(500);
        if (sizes.length === 40) abort.abort('interrupted' satisfies StopReason);
      },
    );
    expect(code).toBe(130);
    expect(sizes[20]).toBeGreaterThan(sizes[10] as number);
    const { end, records, attacks, unfinished, missing } = truthOf(join(folder, 'live.json'));
    expect([end, attacks.length + unfinished.length, missing]).toEqual(['2026-11-01T10:00:20Z', 1, []]);
    const lines = io
      .said()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(lines).toHaveLength(records['sysflow-ecs'] ?? 0);
    for (const line of lines) {
      const time = (JSON.parse(line) as { '@timestamp': string })['@timestamp'];
      expect(time >= '2026-11-01T10:00:00' && time <= '2026-11-01T10:00:21').toBe(true);
    }
  });

  it('ends with 0 when nobody reads it any more', async () => {
    const abort = new AbortController();
    const io = terminal(abort);
    const code = await simulate(simulateOptions({ ...FLAGS, live: true }, io.now()), io, async () => {
      io.advance(500);
      abort.abort('output-closed' satisfies StopReason);
    });
    expect(code).toBe(0);
  });
});

test('endless telemetry ends with its truth on Ctrl-C', async () => {
  const out = join(folder, 'endless');
  const { code } = await runWindhover(['simulate', '--endless', '--out', out, '--rate', '5000'], {
    interrupt: (now) => void setImmediate(() => setImmediate(now)),
  });
  expect(code).toBe(130);
  const lines = readFileSync(out, 'utf8').split('\n').length - 1;
  expect(lines).toBe(truthOf(`${out}.truth.json`).records['sysflow-ecs']);
});
