import type { ScreenSize } from './live-view.ts';

/** The terminal that is written to. `rows` and `columns` follow its size; `resize` is told by `on`. */
export interface ScreenOutput {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** The keyboard: a terminal that can give every key at once. */
export interface ScreenInput {
  setRawMode(raw: boolean): unknown;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

export type ScreenKey = 'quit' | 'interrupt' | 'up' | 'down';

export interface FullScreenOptions {
  readonly output: ScreenOutput;
  /** Absent: nobody listens to keys. */
  readonly input?: ScreenInput;
  readonly onKey: (key: ScreenKey) => void;
  readonly onResize: () => void;
  /** Registers what is to be done when the process ends, however it does; gives back how to take it off again. */
  readonly atExit: (restore: () => void) => () => void;
}

/** Alternate screen, no cursor, no wrapping at the right edge: what is too wide can never break the layout. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[H\u001b[2J';
const LEAVE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Terminals that know it show everything in between at once; others ignore it. */
const BEGIN_UPDATE = '\u001b[?2026h';
const END_UPDATE = '\u001b[?2026l';

const DEFAULT_SIZE = { columns: 80, rows: 24 };

/**
 * Takes over the terminal until it is closed. `draw` writes only the lines that changed. `close` may be called any
 * number of times, and also when the process ends by itself: the terminal is always left as it was found.
 */
export class FullScreen {
  readonly #options: FullScreenOptions;
  readonly #forget: () => void;
  #shown: readonly string[] = [];
  #open = true;

  constructor(options: FullScreenOptions) {
    this.#options = options;
    const { output, input, atExit } = options;
    this.#forget = atExit(() => this.close());
    output.write(ENTER);
    output.on('resize', this.#resized);
    if (input !== undefined) {
      input.setRawMode(true);
      input.on('data', this.#typed);
      input.resume();
    }
  }

  get size(): ScreenSize {
    const { columns, rows } = this.#options.output;
    return { columns: columns || DEFAULT_SIZE.columns, rows: rows || DEFAULT_SIZE.rows };
  }

  draw(lines: readonly string[]): void {
    if (!this.#open) return;
    let text = '';
    for (let row = 0; row < Math.max(lines.length, this.#shown.length); row++) {
      const line = lines[row] ?? '';
      if (line !== this.#shown[row]) text += `\u001b[${row + 1};1H\u001b[2K${line}`;
    }
    this.#shown = lines;
    if (text !== '') this.#options.output.write(`${BEGIN_UPDATE}${text}${END_UPDATE}`);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const { output, input } = this.#options;
    this.#forget();
    output.off('resize', this.#resized);
    if (input !== undefined) {
      input.off('data', this.#typed);
      input.setRawMode(false);
      input.pause();
    }
    output.write(LEAVE);
  }

  readonly #resized = (): void => {
    this.#shown = [];
    this.#options.output.write('\u001b[2J');
    this.#options.onResize();
  };

  readonly #typed = (bytes: Uint8Array): void => {
    for (const key of keysOf(Buffer.from(bytes).toString('latin1'))) this.#options.onKey(key);
  };
}

const KEYS: Readonly<Record<string, ScreenKey>> = {
  q: 'quit',
  Q: 'quit',
  // Ctrl-C and Ctrl-\: in raw mode they are keys, and no signals.
  '\u0003': 'interrupt',
  '\u001c': 'interrupt',
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  k: 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  j: 'down',
};

/** Control sequences count as one key each; what means nothing is left out. */
function keysOf(typed: string): ScreenKey[] {
  // oxlint-disable-next-line no-control-regex
  return [...typed.matchAll(/\u001b(?:\[[0-?]*[ -/]*[@-~]|O.|)|[^\u001b]/gsu)].flatMap(([key]) => KEYS[key] ?? []);
}
