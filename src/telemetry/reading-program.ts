import type { BatchBuilder } from './batch-builder.ts';
import type { BatchColumn } from './batch-column.ts';
import { DerivedTexts } from './derived-texts.ts';
import type { DocumentShape, JsonObject, WrittenNumbers } from './document-shape.ts';
import type { NormalisedTexts } from './normalised-texts.ts';
import type { CellDefinition } from './path-table.ts';
import { CELL } from './record-batch.ts';
import type { KindLayout, TableLayout } from './table-layout.ts';
import { TEXT_DERIVATIONS } from './text-derivations.ts';
import type { NormalisedTextsPool } from './normalised-texts-pool.ts';
import { parsedNanos, parseTime } from './time-text.ts';

const OP = {
  open: 0,
  text: 1,
  texts: 2,
  number: 3,
  flag: 4,
  time: 5,
  derive: 6,
  firstOf: 7,
  listOf: 8,
  constant: 9,
  constantList: 10,
  first: 11,
  last: 12,
  copyUnless: 13,
} as const;

/** One step; the fields that its operation does not use hold placeholders, so that all steps have one shape. */
interface Step {
  readonly op: number;
  /** Register of the object that is read, and for `open` the register that is written. */
  readonly source: number;
  readonly target: number;
  readonly key: string;
  /** Not the first path of its cell: only where the ones before said nothing. */
  readonly fallback: boolean;
  readonly column: BatchColumn;
  readonly texts: NormalisedTexts | undefined;
  readonly derived: DerivedTexts | undefined;
  readonly from: readonly BatchColumn[];
  readonly least: number;
  readonly divisor: number;
  readonly path: readonly string[];
  readonly constant: string | number;
  readonly constants: readonly string[];
  /** What it read last: records in a row mostly repeat themselves, and comparing is cheaper than hashing. */
  lastText: string;
  lastCode: number;
  lastGeneration: number;
  lastMs: number;
  lastNs: number;
}

const ADDRESS_SEPARATORS = /[;\s]+/u;

/**
 * How the documents of one shape and kind fill the demanded columns: a flat list of steps, compiled once. Objects on the
 * way to several cells are looked up once; a cell costs one property access and, for a text, one Map look-up.
 */
export class ReadingProgram {
  readonly #steps: readonly Step[];
  readonly #registers: (JsonObject | undefined)[];
  readonly #builder: BatchBuilder;
  readonly #codes: number[] = [];

  constructor(
    layout: TableLayout,
    kind: KindLayout,
    shape: DocumentShape,
    builder: BatchBuilder,
    texts: NormalisedTextsPool,
  ) {
    this.#builder = builder;
    const compiler = new StepCompiler(layout, shape, builder, texts);
    for (const cell of kind.cells) compiler.addCell(kind.kind.name, cell);
    this.#steps = compiler.steps;
    this.#registers = Array.from({ length: compiler.registers }, () => undefined);
  }

  /** Writes row `row`. */
  run(document: JsonObject, row: number, written: WrittenNumbers): void {
    const registers = this.#registers;
    registers[0] = document;
    const steps = this.#steps;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if (step.op === OP.open) {
        const inner = registers[step.source]?.[step.key];
        registers[step.target] = typeof inner === 'object' && inner !== null ? (inner as JsonObject) : undefined;
        continue;
      }
      if (step.op > OP.time) {
        this.#compute(step, row);
        continue;
      }
      if (step.fallback && step.column.kind[row] !== CELL.missing) continue;
      const value = registers[step.source]?.[step.key];
      if (value === undefined) continue;
      if (value === null) step.column.setNull(row);
      else if (step.op === OP.text) this.#readText(step, row, value, written);
      else if (step.op === OP.number) readNumber(step, row, value, written);
      else if (step.op === OP.time) readTime(step, row, value);
      else if (step.op === OP.texts) this.#readTexts(step, row, value);
      else readFlag(step, row, value);
    }
    registers.fill(undefined);
  }

  #readText(step: Step, row: number, value: unknown, written: WrittenNumbers): void {
    const texts = step.texts as NormalisedTexts;
    let code = 0;
    if (typeof value === 'string') {
      if (step.lastGeneration === texts.generation && value === step.lastText) code = step.lastCode;
      else {
        code = texts.code(value);
        step.lastText = value;
        step.lastCode = code;
        step.lastGeneration = texts.generation;
      }
    } else if (typeof value === 'number') code = texts.code(numberText(step, value, written));
    else if (typeof value === 'boolean') code = texts.code(String(value));
    else if (Array.isArray(value)) code = texts.code(value.filter((one) => typeof one === 'string').join(' '));
    if (code !== 0) step.column.setCode(row, code);
  }

  #readTexts(step: Step, row: number, value: unknown): void {
    const texts = step.texts as NormalisedTexts;
    const codes = this.#codes;
    codes.length = 0;
    for (const one of Array.isArray(value) ? value : [value]) {
      const code = typeof one === 'string' ? texts.code(one) : typeof one === 'number' ? texts.code(String(one)) : 0;
      if (code !== 0 && !codes.includes(code)) codes.push(code);
    }
    if (codes.length > 0) step.column.setList(row, this.#builder.addList(codes), codes.length);
  }

  #compute(step: Step, row: number): void {
    const column = step.column;
    switch (step.op) {
      case OP.derive: {
        const source = step.from[0] as BatchColumn;
        if (source.kind[row] !== CELL.text) return;
        const code = (step.derived as DerivedTexts).code(source.code[row] as number);
        if (code !== 0) column.setCode(row, code);
        return;
      }
      case OP.firstOf: {
        for (const source of step.from) {
          const kind = source.kind[row];
          if (kind === CELL.text) copyText(source, column, row);
          else if (kind === CELL.number) column.setText(row, String(source.num[row]));
          else continue;
          return;
        }
        return;
      }
      case OP.listOf: {
        const codes = this.#codes;
        codes.length = 0;
        for (const source of step.from) {
          const code = source.code[row] as number;
          if (source.kind[row] === CELL.text && !codes.includes(code)) codes.push(code);
        }
        if (codes.length > 0) column.setList(row, this.#builder.addList(codes), codes.length);
        return;
      }
      case OP.constant: {
        if (typeof step.constant === 'number') column.setNumber(row, step.constant);
        else column.setText(row, step.constant);
        return;
      }
      case OP.constantList: {
        const codes = step.constants.map((text) => column.dictionary.code(text));
        column.setList(row, this.#builder.addList(codes), codes.length);
        return;
      }
      case OP.first: {
        column.setTime(row, this.#builder.firstMs[row] as number, this.#builder.firstNs[row] as number);
        return;
      }
      case OP.copyUnless: {
        const [source, other] = step.from as [BatchColumn, BatchColumn];
        if (source.kind[row] === CELL.number && other.kind[row] === CELL.missing) {
          column.setNumber(row, source.num[row] as number);
        }
        return;
      }
      default:
        column.setTime(row, this.#builder.lastMs[row] as number, this.#builder.lastNs[row] as number);
    }
  }
}

function copyText(source: BatchColumn, target: BatchColumn, row: number): void {
  const code = source.code[row] as number;
  if (source.dictionary === target.dictionary) target.setCode(row, code);
  else target.setText(row, source.dictionary.text(code));
}

function numberText(step: Step, value: number, written: WrittenNumbers): string {
  if (Number.isSafeInteger(value) || !Number.isInteger(value)) return String(value);
  return written.digits(step.path) ?? String(value);
}

function readNumber(step: Step, row: number, value: unknown, written: WrittenNumbers): void {
  let number: number;
  if (typeof value === 'number') number = value;
  else if (typeof value === 'string' && /^-?\d{1,15}$/u.test(value)) number = Number(value);
  else return;
  if (!(number >= step.least)) return;
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    step.column.setText(row, numberText(step, number, written));
  } else step.column.setNumber(row, number / step.divisor);
}

function readFlag(step: Step, row: number, value: unknown): void {
  if (typeof value === 'boolean') step.column.setBoolean(row, value);
  else if (typeof value === 'string' && /^(?:true|false)$/iu.test(value)) {
    step.column.setBoolean(row, value.toLowerCase() === 'true');
  }
}

function readTime(step: Step, row: number, value: unknown): void {
  if (typeof value !== 'string') return;
  if (value !== step.lastText) {
    step.lastText = value;
    step.lastMs = parseTime(value);
    step.lastNs = parsedNanos();
  }
  const ms = step.lastMs;
  if (Number.isNaN(ms)) {
    if (value !== '' && value !== '-') step.column.setText(row, value);
  } else if (ms !== 0 || step.lastNs !== 0) step.column.setTime(row, ms, step.lastNs);
}

class StepCompiler {
  readonly steps: Step[] = [];
  registers = 1;
  readonly #opened = new Map<string, number>([['', 0]]);
  readonly #layout: TableLayout;
  readonly #shape: DocumentShape;
  readonly #builder: BatchBuilder;
  readonly #texts: NormalisedTextsPool;

  constructor(layout: TableLayout, shape: DocumentShape, builder: BatchBuilder, texts: NormalisedTextsPool) {
    this.#layout = layout;
    this.#shape = shape;
    this.#builder = builder;
    this.#texts = texts;
  }

  addCell(kind: string, cell: string): void {
    const definition = this.#layout.table.cells[cell] as CellDefinition;
    const column = this.#layout.column(cell);
    if ('read' in definition) this.#addRead(kind, cell, definition, column);
    else if ('given' in definition) {
      if (definition.given === 'first') this.#push({ op: OP.first, column });
      else if (definition.given === 'last') this.#push({ op: OP.last, column });
    } else if ('constant' in definition) this.#push({ op: OP.constant, column, constant: definition.constant });
    else if ('copyOf' in definition) {
      const from = [definition.copyOf, definition.unless].map((one) => this.#layout.column(one));
      this.#push({ op: OP.copyUnless, column, from });
    } else if ('perKind' in definition) {
      const value = definition.perKind[kind];
      if (typeof value === 'string') this.#push({ op: OP.constant, column, constant: value });
      else if (value !== undefined) this.#push({ op: OP.constantList, column, constants: value });
    } else if ('firstOf' in definition) {
      this.#push({ op: OP.firstOf, column, from: definition.firstOf.map((one) => this.#layout.column(one)) });
    } else if ('listOf' in definition) {
      const from = definition.listOf.map((one) => this.#layout.column(one));
      if (from.some((one) => one.dictionary !== column.dictionary)) {
        throw new Error(`the members of the list ${cell} do not share its dictionary`);
      }
      this.#push({ op: OP.listOf, column, from });
    } else {
      const source = this.#layout.column('derive' in definition ? definition.from : definition.addressOf);
      const derive =
        'derive' in definition
          ? TEXT_DERIVATIONS[definition.derive]
          : nthAddress(definition.nth, definition.family, this.#texts.rule('address'));
      const derived = new DerivedTexts(source.dictionary, column.dictionary, derive);
      this.#push({ op: OP.derive, column, from: [source], derived });
    }
  }

  #addRead(
    kind: string,
    cell: string,
    definition: Extract<CellDefinition, { read: string }>,
    column: BatchColumn,
  ): void {
    for (const [at, path] of this.#shape.pathsOf(kind, cell).entries()) {
      const keys = path.split('.');
      const key = keys.pop() as string;
      const common = {
        column,
        source: this.#open(keys),
        key,
        fallback: at > 0,
        path: [...keys, key],
      };
      switch (definition.read) {
        case 'text':
        case 'texts':
          this.#push({
            ...common,
            op: definition.read === 'text' ? OP.text : OP.texts,
            texts: this.#texts.get(definition.dictionary, definition.normalise),
          });
          break;
        case 'flag':
          this.#push({ ...common, op: OP.flag });
          break;
        case 'time':
          this.#push({ ...common, op: OP.time });
          break;
        case 'halved':
          this.#push({ ...common, op: OP.number, least: 0, divisor: 2 });
          break;
        default:
          this.#push({ ...common, op: OP.number, least: LEAST[definition.read] });
      }
    }
  }

  #open(keys: readonly string[]): number {
    const path = keys.join('.');
    const known = this.#opened.get(path);
    if (known !== undefined) return known;
    const source = this.#open(keys.slice(0, -1));
    const target = this.registers++;
    this.#opened.set(path, target);
    this.#push({ op: OP.open, source, target, key: keys.at(-1) as string, column: this.#builder.hostColumn });
    return target;
  }

  #push(step: Partial<Step> & Pick<Step, 'op' | 'column'>): void {
    this.steps.push({
      op: step.op,
      source: step.source ?? 0,
      target: step.target ?? 0,
      key: step.key ?? '',
      fallback: step.fallback ?? false,
      column: step.column,
      texts: step.texts,
      derived: step.derived,
      from: step.from ?? [],
      least: step.least ?? 0,
      divisor: step.divisor ?? 1,
      path: step.path ?? [],
      constant: step.constant ?? '',
      constants: step.constants ?? [],
      lastText: '',
      lastCode: 0,
      lastGeneration: -1,
      lastMs: Number.NaN,
      lastNs: 0,
    });
  }
}

const LEAST = { integer: -Infinity, natural: 0, positive: 1 } as const;

function nthAddress(
  nth: number,
  family: 4 | 6,
  normalise: (text: string) => string | undefined,
): (text: string) => string | undefined {
  return (text) => {
    const found = new Set<string>();
    for (const part of text.split(ADDRESS_SEPARATORS)) {
      const address = normalise(part);
      if (address !== undefined && address.includes(':') === (family === 6)) found.add(address);
    }
    return [...found][nth];
  };
}
