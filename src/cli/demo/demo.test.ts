import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ScreenInput } from '../../sinks/terminal/full-screen.ts';
import { demo } from './demo.ts';
import type { TerminalIo } from '../terminal-io.ts';

class Collected extends Writable {
  readonly isTTY: boolean;
  readonly columns = 80;
  readonly rows = 24;
  text = '';

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

class Keyboard extends EventEmitter {
  raw = false;

  setRawMode(raw: boolean): void {
    this.raw = raw;
  }

  resume(): void {
    // Its keys come from the test.
  }

  pause(): void {
    // Likewise.
  }
}

interface Surroundings {
  readonly isTTY?: boolean;
  /** Called at each step of the clock, with the seconds gone. */
  readonly at?: (seconds: number, keyboard: Keyboard, abort: AbortController) => void;
  readonly env?: Record<string, string>;
}

/** The demo under a clock that goes on whenever somebody waits for it: no time passes. */
async function runDemo(seconds: number, { isTTY = false, at, env = {} }: Surroundings = {}) {
  const [stdout, stderr] = [new Collected(isTTY), new Collected(isTTY)];
  const keyboard = new Keyboard();
  const abort = new AbortController();
  const start = Date.parse('2026-05-01T08:00:00Z');
  let now = start;
  const io: TerminalIo = { stdout, stderr, env, cwd: '/', now: () => now, signal: abort.signal };
  const code = await demo({ seconds, seed: 7, rate: 200 }, io, keyboard as unknown as ScreenInput, async (ms) => {
    now += ms;
    at?.((now - start) / 1000, keyboard, abort);
  });
  return { code, stdout: stdout.text, stderr: stderr.text, keyboard };
}

describe('the demo', () => {
  it('ends by itself without a terminal, with plain lines and a verdict', async () => {
    const { code, stdout, stderr } = await runDemo(10);
    expect(stdout).toMatch(/^Three Linux servers/);
    expect(stdout).toMatch(/HIGH {5}node ran \/bin\/sh -c \/tmp\//);
    expect(stdout).toMatch(
      /no other alerts: as planted\nNot planted.*: slow-beacon \(--seconds 720\)\n.* records in 10\.0 s\./,
    );
    expect(stderr).toMatch(/^ {3}5 s {2}[\d,]+ records, [\d,]+ a second, lag \d\.\d\d s\n {2}10 s /);
    // Nothing is cut in a pipe, however long a line is.
    expect(stdout).not.toContain('…');
    expect(stdout + stderr).not.toContain('\u001b');
    expect(code).toBe(0);
  });

  it('shows a live view on a terminal, gives the terminal back, and sums up there', async () => {
    const { code, stdout, stderr, keyboard } = await runDemo(10, { isTTY: true });
    const [screen = '', after = ''] = stdout.split('\u001b[?1049l');
    expect(screen).toContain('\u001b[?1049h');
    expect(screen).toContain('node-exploit-shell');
    expect(screen).toContain('└ sh');
    expect(after).toContain('as planted');
    // On 80 columns whole variables, or none.
    expect(after).toMatch(/^credential-dumping +\d+ {2}(\w+ \d+, )+…$/m);
    expect(stderr).toBe('');
    expect(keyboard.raw).toBe(false);
    expect(code).toBe(0);
  });

  it('ends on q, without blame for what had not come yet', async () => {
    const { code, stdout } = await runDemo(60, {
      isTTY: true,
      at: (seconds, keyboard) => void (seconds >= 8 && keyboard.emit('data', Buffer.from('q'))),
    });
    expect(stdout.split('\u001b[?1049l')[1]).toMatch(/as planted.*\nNot planted.*\n.* records in 8\.\d s/);
    expect(code).toBe(0);
  });

  it('is interrupted with 130, the terminal given back', async () => {
    const { code, stdout, stderr, keyboard } = await runDemo(60, {
      isTTY: true,
      at: (seconds, _keyboard, abort) => void (seconds >= 3 && abort.abort('interrupted')),
    });
    expect(stdout.endsWith('\u001b[?1049l')).toBe(true);
    expect(stderr).toBe('interrupted after 3.0 s\n');
    expect(keyboard.raw).toBe(false);
    expect(code).toBe(130);
  });

  it('gives the terminal back when something breaks', async () => {
    const { code, stdout, stderr, keyboard } = await runDemo(60, {
      isTTY: true,
      at: (seconds) => {
        if (seconds >= 2) throw new Error('the clock stopped');
      },
    });
    expect(stdout.endsWith('\u001b[?1049l')).toBe(true);
    expect(stderr).toContain('error: ');
    expect(keyboard.raw).toBe(false);
    expect(code).toBe(3);
  });

  it('uses plain lines on a terminal that cannot do more, and no colour where none is wanted', async () => {
    expect((await runDemo(2, { isTTY: true, env: { TERM: 'dumb' } })).stdout).not.toContain('\u001b');
    // oxlint-disable-next-line no-control-regex
    expect((await runDemo(2, { isTTY: true, env: { NO_COLOR: '1' } })).stdout).not.toMatch(/\u001b\[[\d;]*m/);
  });
});
