import type { Diagnostic } from './diagnostic.ts';
import { type DiagnosticCode, type DiagnosticParameters, diagnosticTable } from './diagnostic-table.ts';
import type { LineIndex } from './line-index.ts';
import type { Span } from './syntax-tree.ts';

/** Beyond this many a reader gains nothing, and a hostile text would cost memory. */
export const MAX_DIAGNOSTICS = 200;

/** Turns codes, places and parameters into diagnostics, in order of report. */
export class DiagnosticCollector {
  readonly #lines: LineIndex;
  readonly #diagnostics: Diagnostic[] = [];
  #errors = 0;

  constructor(lines: LineIndex) {
    this.#lines = lines;
  }

  get errorCount(): number {
    return this.#errors;
  }

  get isFull(): boolean {
    return this.#diagnostics.length >= MAX_DIAGNOSTICS;
  }

  report<C extends DiagnosticCode>(code: C, span: Span, parameters: DiagnosticParameters[C]): void {
    const entry = diagnosticTable[code];
    if (entry.severity === 'error') this.#errors++;
    if (this.#diagnostics.length > MAX_DIAGNOSTICS) return;
    if (this.#diagnostics.length === MAX_DIAGNOSTICS) {
      this.#add('too-many-diagnostics', span, { limit: MAX_DIAGNOSTICS });
      return;
    }
    this.#add(code, span, parameters);
  }

  #add<C extends DiagnosticCode>(code: C, span: Span, parameters: DiagnosticParameters[C]): void {
    const entry = diagnosticTable[code];
    const hint = entry.hint(parameters);
    this.#diagnostics.push({
      code,
      severity: entry.severity,
      range: this.#lines.range(span.start, span.end),
      message: entry.message(parameters),
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** In order of the text; reports at one place keep their order. */
  sorted(): readonly Diagnostic[] {
    return this.#diagnostics.toSorted((a, b) => a.range.start.offset - b.range.start.offset);
  }
}
