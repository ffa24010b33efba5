import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { InputCounts } from '../../hunts/run/run-observer.ts';
import { complete } from '../../language/complete/complete.ts';
import { completenessOf, continuesStatement } from '../../language/complete/completeness.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { renderTable } from '../../sinks/terminal/render-table.ts';
import type { ReportedDiagnostic } from '../check/check.ts';
import { renderCheckReport } from '../check/render-check-report.ts';
import { renderError } from '../render-error.ts';
import { diagnosticDocument, renderHunt } from '../run/run-report.ts';
import { textRunLog } from '../log/run-log.ts';
import { tellSaves } from '../run/run-saves.ts';
import { MAX_HISTORY_LINES, readHistory, writeHistory } from './shell-history.ts';
import type { ShellAnswer, ShellSession } from './shell-session.ts';
import { usesColour, write, type TerminalIo } from '../terminal-io.ts';

export interface ShellOptions {
  readonly session: ShellSession;
  /** Where lines are kept between sessions; undefined: nowhere. */
  readonly history: string | undefined;
  /** Names that may stand after FROM, for completion. */
  readonly sources: readonly string[];
}

const PROMPT = 'windhover> ';
const MORE = '       ... ';
/** A run that takes longer says how far it is. */
const SILENT_MS = 500;

const HELP = `A statement of a huntflow runs when it is complete, with everything entered before it; until then it may go on over
several lines. A line that begins with a clause (WHERE, LIMIT …) goes on with the statement before.

  help    this text
  vars    the variables so far
  quit    end (Ctrl-D too)

Tab completes, Ctrl-C cancels what is typed or running, the arrow keys bring earlier lines back.
`;

const COMMANDS = ['help', 'vars', 'quit'];

/**
 * Reads statements and runs them, until the input ends. On a terminal with prompt, editing, history and completion;
 * else each statement as it comes. Answers with the exit code: without a terminal 1 where an entry had errors.
 */
export async function runShell(
  options: ShellOptions,
  io: TerminalIo,
  input: Readable & { readonly isTTY?: boolean },
): Promise<number> {
  return new Shell(options, io, input).run();
}

class Shell {
  readonly #options: ShellOptions;
  readonly #io: TerminalIo;
  readonly #input: Readable;
  readonly #terminal: boolean;
  readonly #lines: string[] = [];
  #readline: Interface | undefined;
  #wake: (() => void) | undefined;
  #ended = false;
  /** Lines of a statement that is not complete yet. */
  #entry = '';
  #running: AbortController | undefined;
  #history: readonly string[] = [];
  #failed = 0;

  constructor(options: ShellOptions, io: TerminalIo, input: Readable & { readonly isTTY?: boolean }) {
    this.#options = options;
    this.#io = io;
    this.#input = input;
    this.#terminal = input.isTTY === true && io.stdout.isTTY === true;
  }

  async run(): Promise<number> {
    await this.#open();
    if (this.#terminal) await write(this.#io.stderr, 'Statements run when they are complete; help tells more.\n');
    for (let line = await this.#next(); line !== undefined; line = await this.#next()) {
      if (this.#entry === '' && COMMANDS.includes(line.trim())) {
        if (line.trim() === 'quit') break;
        await this.#command(line.trim());
      } else {
        await this.#take(line);
      }
    }
    if (this.#entry !== '' && !this.#terminal) await this.#enter();
    this.#readline?.close();
    await this.#keepHistory();
    if (this.#io.signal.aborted) return this.#io.signal.reason === 'output-closed' ? 0 : 130;
    return this.#terminal ? 0 : this.#failed;
  }

  async #open(): Promise<void> {
    const { history } = this.#options;
    this.#history = this.#terminal && history !== undefined ? await readHistory(history) : [];
    const readline = createInterface({
      input: this.#input,
      ...(this.#terminal && { output: this.#io.stdout }),
      terminal: this.#terminal,
      history: [...this.#history],
      historySize: MAX_HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string) => this.#complete(line),
    });
    readline.on('line', (line) => {
      this.#lines.push(line);
      this.#wake?.();
    });
    readline.on('history', (lines: string[]) => (this.#history = [...lines]));
    readline.on('SIGINT', () => this.#cancel());
    readline.on('close', () => this.#end());
    this.#io.signal.addEventListener('abort', () => {
      this.#running?.abort();
      this.#end();
    });
    this.#readline = readline;
  }

  #end(): void {
    if (this.#terminal && !this.#ended) void write(this.#io.stdout, '\n');
    this.#ended = true;
    this.#wake?.();
  }

  /** The next line; undefined at the end. */
  async #next(): Promise<string | undefined> {
    if (this.#lines.length === 0 && !this.#ended) {
      this.#prompt();
      await new Promise<void>((wake) => (this.#wake = wake));
    }
    return this.#io.signal.aborted ? undefined : this.#lines.shift();
  }

  #prompt(): void {
    if (!this.#terminal) return;
    this.#readline?.setPrompt(this.#entry === '' ? PROMPT : MORE);
    this.#readline?.prompt(true);
  }

  /** Ctrl-C: what runs, else what is typed. */
  #cancel(): void {
    if (this.#running !== undefined) {
      this.#running.abort();
      return;
    }
    this.#entry = '';
    this.#readline?.write(null, { ctrl: true, name: 'e' });
    this.#readline?.write(null, { ctrl: true, name: 'u' });
    void write(this.#io.stdout, '^C\n').then(() => this.#prompt());
  }

  async #command(name: string): Promise<void> {
    const { stdout } = this.#io;
    if (name === 'help') return write(stdout, HELP);
    const rows = this.#options.session.variables.map((each) => [each.name, each.type, each.entities]);
    const view = { width: this.#width(), color: usesColour(stdout, this.#io.env) };
    return write(
      stdout,
      rows.length === 0 ? 'no variables yet\n' : renderTable(['variable', 'type', 'entities'], rows, view),
    );
  }

  async #take(line: string): Promise<void> {
    this.#entry = this.#entry === '' ? line : `${this.#entry}\n${line}`;
    const { session } = this.#options;
    const state = session.stateOf(this.#entry);
    if (state === 'empty') this.#entry = '';
    if (state === 'empty' || state === 'incomplete') return;
    // Of a text that was pasted in, the rest of the statement is there already.
    for (let next = this.#lines[0]; next !== undefined; next = this.#lines[0]) {
      if (completenessOf(next) !== 'empty' && !continuesStatement(this.#entry, next)) break;
      this.#entry += `\n${this.#lines.shift() ?? ''}`;
      if (session.stateOf(this.#entry) === 'incomplete') return;
    }
    await this.#enter();
  }

  async #enter(): Promise<void> {
    const entry = this.#entry;
    this.#entry = '';
    const running = new AbortController();
    this.#running = running;
    const progress = this.#progress();
    try {
      const answer = await this.#options.session.enter(entry, running.signal, progress.show);
      await progress.clear();
      if (answer.kind !== 'done') this.#failed = 1;
      await this.#show(answer);
    } finally {
      this.#running = undefined;
    }
    await this.#keepHistory();
  }

  async #show(answer: ShellAnswer): Promise<void> {
    const { stdout, stderr, env } = this.#io;
    switch (answer.kind) {
      case 'rejected':
        return this.#diagnostics(answer.text, answer.diagnostics);
      case 'failed':
        return write(stderr, renderError(answer.error));
      case 'interrupted':
        return write(stderr, 'interrupted; the statement was not taken over\n');
      case 'done': {
        if (answer.diagnostics.length > 0) await this.#diagnostics(answer.text, answer.diagnostics);
        if (answer.input.undecodable > 0) {
          await write(stderr, `warning: ${answer.input.undecodable} inputs could not be decoded and were skipped\n`);
        }
        const report = { hunt: 'shell', file: 'shell', ok: true, diagnostics: [], result: answer.result };
        await write(stdout, renderHunt(report, { width: this.#width(), color: usesColour(stdout, env) }));
        await tellSaves([report], textRunLog(this.#io));
        for (const { name, type, entities } of answer.bound) {
          await write(stdout, `${escapeTerminal(name)}: ${entities} ${escapeTerminal(type)}\n`);
        }
      }
    }
  }

  #diagnostics(text: string, diagnostics: readonly Diagnostic[]): Promise<void> {
    const { stderr, env } = this.#io;
    const reported = diagnostics.map(diagnosticDocument) as ReportedDiagnostic[];
    return write(
      stderr,
      renderCheckReport(
        { ok: false, files: [{ file: 'input', ok: false, statements: 0, diagnostics: reported }] },
        { texts: [{ file: 'input', text }], color: usesColour(stderr, env), summary: false },
      ),
    );
  }

  #progress(): { show: (counts: InputCounts) => void; clear: () => Promise<void> } {
    const { stderr, now } = this.#io;
    let shownAt = now();
    let visible = false;
    return {
      show: ({ records }) => {
        if (!this.#terminal || now() - shownAt < SILENT_MS) return;
        shownAt = now();
        visible = true;
        void write(stderr, `\r\u001b[K${records} records`);
      },
      clear: async () => {
        if (visible) await write(stderr, '\r\u001b[K');
      },
    };
  }

  #complete(line: string): [string[], string] {
    const before = this.#options.session.text + (this.#entry === '' ? '' : `${this.#entry}\n`);
    const text = before + line;
    const { from, to, items } = complete(text, text.length, { sources: this.#options.sources });
    const commands = before.endsWith('\n') || before === '' ? COMMANDS : [];
    const own = this.#entry === '' && line !== '' ? commands.filter((each) => each.startsWith(line)) : [];
    if (items.length === 0) return [own, line];
    return [[...items.map((each) => each.text), ...own], text.slice(from, to)];
  }

  #width(): number {
    const { stdout } = this.#io;
    return stdout.isTTY === true ? (stdout.columns ?? 80) : 200;
  }

  async #keepHistory(): Promise<void> {
    const { history } = this.#options;
    if (!this.#terminal || history === undefined) return;
    await writeHistory(history, this.#history).catch(async (error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      await write(this.#io.stderr, `warning: the history cannot be kept: ${escapeTerminal(why)}\n`);
    });
  }
}
