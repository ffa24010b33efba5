import type { TerminalNode } from 'antlr4ng';

import type {
  SyntaxAggregate,
  SyntaxCommand,
  SyntaxDatum,
  SyntaxExpression,
  SyntaxGroupKey,
  SyntaxPair,
  SyntaxSort,
  SyntaxStatement,
  SyntaxTimespan,
  SyntaxUnit,
  Word,
} from '../syntax-tree.ts';
import { PatternBuilder, present, spanOf, tokenSpan, wordOf } from './build-pattern.ts';
import type {
  AggregateContext,
  ApplyContext,
  AssignmentContext,
  ClausesContext,
  DirectionContext,
  EffectContext,
  FileContext,
  FindContext,
  GetContext,
  GroupContext,
  GroupKeyContext,
  LimitContext,
  NewDataContext,
  PairContext,
  StatementContext,
  TimespanContext,
  TransformContext,
  UnitContext,
  YieldingContext,
} from './generated/KestrelParser.ts';

/** One text of `NEW type ["a", "b"]`; the same shape as the lexer's. */
export const QUOTED_TEXT = /"(?:[^"\\]|\\[^\n])*"|'(?:[^'\\]|\\[^\n])*'/g;

/** From the parse tree of a statement that matched without an error to the syntax tree. */
export class StatementBuilder extends PatternBuilder {
  statement(context: StatementContext): SyntaxStatement {
    const name = context.variable();
    const output = name === null ? {} : { output: wordOf(present(name.NAME() ?? name.EXPLAIN())) };
    return { ...spanOf(context), ...output, command: this.#command(context) };
  }

  #command(context: StatementContext): SyntaxCommand {
    const assignment = context.assignment();
    if (assignment !== null) return this.#assignment(assignment);
    const yielding = context.yielding();
    return yielding === null ? this.#effect(present(context.effect())) : this.#yielding(yielding);
  }

  #assignment(context: AssignmentContext): SyntaxCommand {
    const merge = context.merge();
    const input = present(context.NAME());
    if (merge !== null) {
      const span = spanOf(context);
      return { kind: 'merge', inputs: this.capped([input, ...merge.NAME()], span).map(wordOf) };
    }
    return { kind: 'assign', expression: this.#expression(input, context.transform(), present(context.clauses())) };
  }

  #expression(input: TerminalNode, transform: TransformContext | null, clauses: ClausesContext): SyntaxExpression {
    const where = clauses.where();
    const attributes = clauses.attributes();
    const sort = clauses.sortClause();
    const offset = clauses.offset();
    return {
      input: wordOf(input),
      ...(transform === null ? {} : { transform: transformOf(transform) }),
      ...(where === null ? {} : { where: this.where(where) }),
      ...(attributes === null ? {} : { attributes: this.#attributeList(attributes.ATTRIBUTES()) }),
      ...(sort === null ? {} : { sort: sortOf(sort.ATTRIBUTE(), sort.direction()) }),
      ...this.#limit(clauses.limit()),
      ...(offset === null ? {} : { offset: this.integer(offset.INTEGER()) }),
    };
  }

  #attributeList(list: TerminalNode): Word[] {
    const text = list.getText();
    const words: Word[] = [];
    for (const match of text.matchAll(/[^\s,]+/g)) {
      const start = list.symbol.start + match.index;
      words.push({ text: match[0], start, end: start + match[0].length });
    }
    return this.capped(words, tokenSpan(list.symbol));
  }

  #limit(context: LimitContext | null): { limit?: number } {
    return context === null ? {} : { limit: this.integer(context.INTEGER()) };
  }

  #timespan(context: TimespanContext | null): { timespan?: SyntaxTimespan } {
    if (context === null) return {};
    const span = spanOf(context);
    const amount = context.INTEGER();
    if (amount !== null) {
      const unit = unitOf(present(context.unit()));
      return { timespan: { ...span, kind: 'last', amount: this.integer(amount), unit } };
    }
    const [from, to] = context.timestamp().map((each) => wordOf(each.TIMESTAMP()));
    return { timespan: { ...span, kind: 'absolute', from: present(from), to: present(to) } };
  }

  #yielding(context: YieldingContext): SyntaxCommand {
    const get = context.get();
    if (get !== null) return this.#get(get);
    const find = context.find();
    if (find !== null) return this.#find(find);
    const data = context.newData();
    if (data !== null) return this.#new(data);
    const load = context.load();
    if (load !== null) {
      const type = load.ENTITY_TYPE();
      return { kind: 'load', path: this.#file(load.file()), ...(type === null ? {} : { type: wordOf(type) }) };
    }
    const sort = context.sort();
    if (sort !== null) {
      return { kind: 'sort', input: wordOf(sort.NAME()), sort: sortOf(sort.ATTRIBUTE(), sort.direction()) };
    }
    const group = context.group();
    if (group !== null) return this.#group(group);
    const join = present(context.join());
    const [left, right] = join.NAME().map(wordOf);
    const [leftKey, rightKey] = join.ATTRIBUTE().map(wordOf);
    const by = leftKey === undefined || rightKey === undefined ? {} : { by: [leftKey, rightKey] as const };
    return { kind: 'join', left: present(left), right: present(right), ...by };
  }

  #get(context: GetContext): SyntaxCommand {
    const sources = context.sources();
    const simple = sources?.SOURCES() ?? null;
    const quoted = sources?.QUOTED() ?? null;
    const text = simple?.getText() ?? (quoted === null ? undefined : this.text(quoted.symbol));
    const where = context.where();
    return {
      kind: 'get',
      type: wordOf(context.ENTITY_TYPE()),
      ...(sources === null || text === undefined
        ? {}
        : { sources: { ...spanOf(sources), text, quoted: quoted !== null } }),
      whereAt: tokenSpan(where.WHERE().symbol),
      where: this.where(where),
      ...this.#timespan(context.timespan()),
      ...this.#limit(context.limit()),
    };
  }

  #find(context: FindContext): SyntaxCommand {
    const where = context.where();
    return {
      kind: 'find',
      type: wordOf(context.ENTITY_TYPE()),
      relation: wordOf(context.RELATION()),
      reversed: context.BY() !== null,
      input: wordOf(context.NAME()),
      ...(where === null ? {} : { where: this.where(where) }),
      ...this.#timespan(context.timespan()),
      ...this.#limit(context.limit()),
    };
  }

  #new(context: NewDataContext): SyntaxCommand {
    const type = context.ENTITY_TYPE();
    const texts = context.TEXTS();
    const span = spanOf(context);
    const data =
      texts === null
        ? {
            kind: 'objects' as const,
            objects: this.capped(context.object(), span).map((each) => each.pair().map((pair) => this.#pair(pair))),
          }
        : { kind: 'texts' as const, texts: this.#texts(texts) };
    return { kind: 'new', ...(type === null ? {} : { type: wordOf(type) }), data };
  }

  #texts(list: TerminalNode): SyntaxDatum[] {
    const matches = [...list.getText().matchAll(QUOTED_TEXT)];
    return this.capped(matches, tokenSpan(list.symbol)).map((match) => {
      const start = list.symbol.start + match.index;
      const value = this.decode(match[0], start, { json: match[0].startsWith('"') });
      return { value, start, end: start + match[0].length };
    });
  }

  #pair(context: PairContext): SyntaxPair {
    const key = context.QUOTED();
    const datum = context.objectValue();
    const number = datum.NUMBER();
    const quoted = datum.QUOTED();
    const span = spanOf(datum);
    const keyWord = { text: this.text(key.symbol), ...tokenSpan(key.symbol) };
    if (number !== null) return { key: keyWord, datum: { ...span, value: this.number(number.symbol) } };
    if (quoted !== null) return { key: keyWord, datum: { ...span, value: this.text(quoted.symbol) } };
    const value = datum.NULL() === null ? datum.TRUE() !== null : null;
    return { key: keyWord, datum: { ...span, value } };
  }

  #group(context: GroupContext): SyntaxCommand {
    return {
      kind: 'group',
      input: wordOf(context.NAME()),
      keys: this.capped(context.groupKey(), spanOf(context)).map((each) => this.#groupKey(each)),
      aggregates: this.capped(context.aggregate(), spanOf(context)).map(aggregateOf),
    };
  }

  #groupKey(context: GroupKeyContext): SyntaxGroupKey {
    const attribute = wordOf(context.ATTRIBUTE());
    const size = context.INTEGER();
    if (size === null) return { kind: 'attribute', attribute };
    const unit = context.unit();
    return {
      ...spanOf(context),
      kind: 'bin',
      attribute,
      size: this.integer(size),
      ...(unit === null ? {} : { unit: unitOf(unit) }),
    };
  }

  #effect(context: EffectContext): SyntaxCommand {
    const disp = context.disp()?.expression();
    if (disp !== undefined) {
      return { kind: 'disp', expression: this.#expression(present(disp.NAME()), disp.transform(), disp.clauses()) };
    }
    const info = context.info();
    if (info !== null) return { kind: 'info', input: wordOf(info.NAME()) };
    const describe = context.describe();
    if (describe !== null) {
      return { kind: 'describe', input: wordOf(describe.WORD()), attribute: wordOf(describe.ATTRIBUTE()) };
    }
    const save = context.save();
    if (save !== null) return { kind: 'save', input: wordOf(save.NAME()), path: this.#file(save.file()) };
    const explain = context.explain();
    if (explain !== null) return { kind: 'explain', input: wordOf(explain.NAME()) };
    return this.#apply(present(context.apply()));
  }

  #apply(context: ApplyContext): SyntaxCommand {
    const span = spanOf(context);
    return {
      kind: 'apply',
      analytics: this.#file(context.file()),
      inputs: this.capped(context.NAME(), span).map(wordOf),
      arguments: this.capped(context.argument(), span).map((each) => ({
        key: wordOf(each.WORD()),
        value: this.value(each.value()),
      })),
    };
  }

  #file(context: FileContext): Word {
    const path = context.PATH();
    if (path !== null) return wordOf(path);
    const quoted = present(context.QUOTED()).symbol;
    return { text: this.text(quoted), ...tokenSpan(quoted) };
  }
}

function transformOf(context: TransformContext): 'TIMESTAMPED' | 'ADDOBSID' | 'RECORDS' {
  if (context.TIMESTAMPED() !== null) return 'TIMESTAMPED';
  return context.ADDOBSID() === null ? 'RECORDS' : 'ADDOBSID';
}

/** Without a direction Kestrel sorts in descending order. */
function sortOf(attribute: TerminalNode, direction: DirectionContext | null): SyntaxSort {
  return { attribute: wordOf(attribute), direction: direction?.ASC() ? 'asc' : 'desc' };
}

function unitOf(context: UnitContext): SyntaxUnit {
  if (context.DAYS() !== null) return 'd';
  if (context.HOURS() !== null) return 'h';
  return context.MINUTES() === null ? 's' : 'm';
}

function aggregateOf(context: AggregateContext): SyntaxAggregate {
  const alias = context.WORD();
  return {
    function: context.aggregateFunction().getText().toUpperCase() as SyntaxAggregate['function'],
    attribute: wordOf(context.ATTRIBUTE()),
    ...(alias === null ? {} : { alias: wordOf(alias) }),
  };
}
