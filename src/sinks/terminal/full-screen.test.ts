import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { FullScreen, type ScreenInput, type ScreenKey } from './full-screen.ts';

class Output extends EventEmitter {
  columns: number | undefined = 80;
  rows: number | undefined = 24;
  written: string[] = [];

  write(text: string): void {
    this.written.push(text);
  }

  take(): string {
    return this.written.splice(0).join('');
  }
}

class Keyboard extends EventEmitter {
  raw = false;
  flowing = false;

  setRawMode(raw: boolean): void {
    this.raw = raw;
  }

  resume(): void {
    this.flowing = true;
  }

  pause(): void {
    this.flowing = false;
  }
}

function open(keyboard?: Keyboard) {
  const output = new Output();
  const keys: ScreenKey[] = [];
  const exits = new Set<() => void>();
  let resized = 0;
  const screen = new FullScreen({
    output,
    ...(keyboard === undefined ? {} : { input: keyboard as unknown as ScreenInput }),
    onKey: (key) => keys.push(key),
    onResize: () => resized++,
    atExit: (restore) => {
      exits.add(restore);
      return () => exits.delete(restore);
    },
  });
  return { screen, output, keys, exits, resizes: () => resized };
}

const LEFT = '\u001b[?7h\u001b[?25h\u001b[?1049l';

describe('the full screen', () => {
  it('takes the terminal over and gives it back, once', () => {
    const keyboard = new Keyboard();
    const { screen, output, exits } = open(keyboard);
    expect(output.take()).toBe('\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J');
    expect(keyboard).toMatchObject({ raw: true, flowing: true });
    screen.close();
    screen.close();
    expect(output.take()).toBe(LEFT);
    expect(keyboard).toMatchObject({ raw: false, flowing: false });
    expect([keyboard.listenerCount('data'), output.listenerCount('resize'), exits.size]).toEqual([0, 0, 0]);
    screen.draw(['too late']);
    expect(output.take()).toBe('');
  });

  it('gives it back when the process ends by itself', () => {
    const { output, exits } = open();
    output.take();
    for (const restore of exits) restore();
    expect(output.take()).toBe(LEFT);
  });

  it('writes the lines that changed, each at its place', () => {
    const { screen, output } = open();
    output.take();
    screen.draw(['a', 'b', 'c']);
    expect(output.take()).toContain('\u001b[1;1H\u001b[2Ka\u001b[2;1H\u001b[2Kb\u001b[3;1H\u001b[2Kc');
    screen.draw(['a', 'B', 'c']);
    expect(output.take()).toBe('\u001b[?2026h\u001b[2;1H\u001b[2KB\u001b[?2026l');
    screen.draw(['a', 'B', 'c']);
    expect(output.take()).toBe('');
    screen.draw(['a']);
    expect(output.take()).toBe('\u001b[?2026h\u001b[2;1H\u001b[2K\u001b[3;1H\u001b[2K\u001b[?2026l');
  });

  it('draws anew after a change of size', () => {
    const { screen, output, resizes } = open();
    screen.draw(['a']);
    output.take();
    output.columns = 20;
    output.rows = 5;
    output.emit('resize');
    expect(resizes()).toBe(1);
    expect(screen.size).toEqual({ columns: 20, rows: 5 });
    screen.draw(['a']);
    expect(output.take()).toContain('\u001b[2J\u001b[?2026h\u001b[1;1H\u001b[2Ka');
    output.columns = undefined;
    output.rows = 0;
    expect(screen.size).toEqual({ columns: 80, rows: 24 });
  });

  it('understands its keys, and no others', () => {
    const keyboard = new Keyboard();
    const { keys } = open(keyboard);
    keyboard.emit('data', Buffer.from('x\u001b[A\u001bOB\u001b[1;5C\u001b[200~jkQ\u0003\u001b\u00e9q'));
    expect(keys).toEqual(['up', 'down', 'down', 'up', 'quit', 'interrupt', 'quit']);
  });
});
