import { WindhoverError, UsageError } from '../../errors/windhover-error.ts';
import { hasErrors } from '../../hunts/compile-hunt.ts';
import { huntFromHuntflow } from '../../hunts/hunt-file/hunt-file-parse.ts';
import type { HuntResult, VariableResult } from '../../hunts/run/hunt-result.ts';
import type { InputCounts } from '../../hunts/run/run-observer.ts';
import type { SaveSink } from '../../hunts/run/hunt-saves.ts';
import { completenessOf, continuesStatement, type Completeness } from '../../language/complete/completeness.ts';
import { DiagnosticCollector } from '../../language/diagnostic-collector.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { LineIndex } from '../../language/line-index.ts';
import { parseHuntflow } from '../../language/parser/parse-huntflow.ts';
import type { SyntaxStatement } from '../../language/syntax-tree.ts';
import type { PathContext } from '../../tables/table-path.ts';
import { compileWithTables } from '../load-hunts.ts';
import { saveDiagnostics } from '../run/run-saves.ts';
import { runSession } from '../run/run-session.ts';
import type { SessionOptions } from '../run/session-options.ts';
import type { ResolvedSource, SourceResolver } from '../sources/source-resolver.ts';

export type ShellRunOptions = Pick<
  SessionOptions,
  'retentionMs' | 'latenessMs' | 'hostAliases' | 'maxLineBytes' | 'cwd' | 'now'
> & { readonly resolver: SourceResolver; readonly saveSink: SaveSink } & Pick<PathContext, 'env' | 'folders'>;

export type ShellAnswer =
  /** Not taken over: `diagnostics` are about `text`, the statement as it would be now. */
  | { readonly kind: 'rejected'; readonly text: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'failed'; readonly error: WindhoverError }
  | { readonly kind: 'interrupted' }
  | {
      readonly kind: 'done';
      readonly text: string;
      readonly diagnostics: readonly Diagnostic[];
      /** Displays of the entered statements, their numbers counted through the session. */
      readonly result: HuntResult;
      /** Variables that the entered statements bound. */
      readonly bound: readonly VariableResult[];
      readonly input: InputCounts;
    };

/** They show or store; what comes later does not rest on them. */
const EFFECTS = new Set<SyntaxStatement['command']['kind']>(['disp', 'info', 'describe', 'explain', 'save']);

const NAME = 'shell';

/**
 * A huntflow that grows by what is entered. Each entry runs with all bindings before it over the sources, from their
 * beginning; what showed or stored something before does so once only. An entry that goes on with the last
 * statement (`LIMIT 3` after a DISP) takes its place. An entry with errors leaves the session as it was.
 */
export class ShellSession {
  readonly #options: ShellRunOptions;
  /** Statements that bind, the last one not among them. */
  #bindings = '';
  #last: { readonly text: string; readonly binds: boolean } | undefined;
  /** Statements entered so far. */
  #entered = 0;
  #variables: readonly VariableResult[] = [];

  constructor(options: ShellRunOptions) {
    this.#options = options;
  }

  /** The huntflow so far; for completion. */
  get text(): string {
    return this.#before(true);
  }

  get variables(): readonly VariableResult[] {
    return this.#variables;
  }

  /** Whether an entry is done, the statement that it perhaps goes on with included. */
  stateOf(entry: string): Completeness {
    return completenessOf(this.#continues(entry) ? `${this.#last?.text ?? ''}\n${entry}` : entry);
  }

  /** Runs what was entered. Throws for defects only. */
  async enter(entry: string, signal: AbortSignal, progress: (counts: InputCounts) => void): Promise<ShellAnswer> {
    const continues = this.#continues(entry);
    const text = continues ? `${this.#last?.text ?? ''}\n${entry}` : entry;
    const before = this.#before(!continues);
    const huntflow = before + text;
    const compiled = await compileWithTables(huntFromHuntflow(NAME, huntflow), huntflow, this.#options);
    const diagnostics = aboutEntry(compiled.diagnostics, before);
    const { hunt } = compiled;
    if (hunt === undefined) return { kind: 'rejected', text, diagnostics };
    let sources: Map<string, ResolvedSource>;
    try {
      sources = new Map(hunt.plan.sources.map((uri) => [uri, this.#resolve(uri)]));
    } catch (error) {
      if (error instanceof WindhoverError) return { kind: 'failed', error };
      throw error;
    }
    let defect: unknown;
    const { results, input, failures } = await runSession({
      ...this.#options,
      hunts: [{ hunt, sources }],
      stateFolder: undefined,
      snapshots: false,
      countRecords: false,
      rowsOf: () => false,
      stdin: nothing(),
      signal,
      observer: {
        place: () => undefined,
        rejects: () => undefined,
        snapshot: () => undefined,
        huntFailed: (_hunt, error) => (defect = error),
        progress,
      },
      // Failures are in the result.
      saves: { sink: this.#options.saveSink, everyMs: null, failed: () => undefined },
      sink: { mark: () => undefined, rewind: async () => undefined, write: async () => undefined },
    });
    if (signal.aborted) return { kind: 'interrupted' };
    if (defect !== undefined) throw defect;
    const failure = failures[0];
    if (failure !== undefined) return { kind: 'failed', error: failure.error };
    const result = results.get(NAME);
    if (result === undefined) throw new Error('the run of the session has no result');
    const unsaved = saveDiagnostics(hunt, result.saves);
    if (hasErrors(unsaved)) return { kind: 'rejected', text, diagnostics: aboutEntry(unsaved, before) };
    return { kind: 'done', text, diagnostics, input, ...this.#accept(before, text, continues, result) };
  }

  #continues(entry: string): boolean {
    return this.#last !== undefined && continuesStatement(this.#last.text, entry);
  }

  #before(withLast: boolean): string {
    const last = withLast && this.#last?.binds === true ? `${this.#last.text}\n` : '';
    return this.#bindings + last;
  }

  #resolve(uri: string): ResolvedSource {
    const source = this.#options.resolver.resolve(uri);
    if (source.id !== '-') return source;
    throw new UsageError(
      'shell-stdin',
      'Standard input is where you type',
      'Write the telemetry into a file and name it.',
    );
  }

  #accept(
    before: string,
    text: string,
    continues: boolean,
    result: HuntResult,
  ): { result: HuntResult; bound: readonly VariableResult[] } {
    const statements = statementsOf(text);
    const known = statementsOf(before).length;
    const entered = this.#entered - (continues ? 1 : 0);
    const last = statements.at(-1);
    const kept = statements.slice(0, -1).filter(binds);
    this.#bindings = before + kept.map((each) => `${text.slice(each.start, each.end)}\n`).join('');
    this.#last = last && { text: text.slice(last.start, last.end), binds: binds(last) };
    this.#entered = entered + statements.length;
    this.#variables = result.variables;
    const names = new Set(statements.map((each) => each.output?.text));
    return {
      result: {
        ...result,
        displays: result.displays.map((each) => ({ ...each, statement: each.statement - known + entered })),
      },
      bound: result.variables.filter((each) => names.has(each.name)),
    };
  }
}

function binds({ command }: SyntaxStatement): boolean {
  return !EFFECTS.has(command.kind);
}

function statementsOf(text: string): SyntaxStatement[] {
  return parseHuntflow(text, new DiagnosticCollector(new LineIndex(text))).flatMap((each) =>
    'broken' in each ? [] : each,
  );
}

/** Places as if the entry were all there is; what is said of earlier statements was said before. */
function aboutEntry(diagnostics: readonly Diagnostic[], before: string): Diagnostic[] {
  const lines = before.split('\n').length - 1;
  const move = ({ line, column, offset }: Diagnostic['range']['start']): Diagnostic['range']['start'] => ({
    line: Math.max(1, line - lines),
    column,
    offset: Math.max(0, offset - before.length),
  });
  return diagnostics
    .filter((each) => each.range.start.offset >= before.length || hasErrors([each]))
    .map((each) => ({ ...each, range: { start: move(each.range.start), end: move(each.range.end) } }));
}

// oxlint-disable-next-line require-yield
async function* nothing(): AsyncGenerator<Uint8Array> {
  // No source reads standard input here.
}
