import type { Diagnostic } from './diagnostic.ts';
import type { DiagnosticCode, DiagnosticParameters } from './diagnostic-parameters.ts';
import { diagnosticTable } from './diagnostic-table.ts';
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

  #add<C extends DiagnosticCode>(code: C, span: Span, written: DiagnosticParameters[C]): void {
    const entry = diagnosticTable[code];
    const parameters = shortenTexts(written);
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

const MAX_QUOTED = 120;

/** A message quotes what a reader can take in; the range says where the rest is. */
function shortenTexts<P extends object>(parameters: P): P {
  const entries = Object.entries(parameters).map(([key, value]) => [key, shorten(value)]);
  return Object.fromEntries(entries) as P;
}

function shorten(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 30).map(shorten);
  if (typeof value !== 'string' || value.length <= MAX_QUOTED) return value;
  return `${value.slice(0, MAX_QUOTED - 1)}…`;
}
