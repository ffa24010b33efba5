import { ANALYTICS, analyticOf } from '../../catalogue/analytics.ts';
import { entityTypes, entityType } from '../../catalogue/entity-type.ts';
import { LINKED, relationsBetween, relationsOf, relationWords } from '../../catalogue/relations.ts';
import { MAX_TEXT_LENGTH } from '../check/check-huntflow.ts';
import { positionOf } from '../parser/positions.ts';
import { isKeyword } from '../parser/token-names.ts';
import { acceptsKeyword } from './accepts-keyword.ts';
import { completeAttribute } from './complete-attribute.ts';
import { completeTimestamp } from './complete-timestamp.ts';
import type { CompletionItem } from './completion-item.ts';
import { type CompletionPlace, completionPlace } from './completion-place.ts';
import { type KnownVariable, nameableAttributes, variablesBefore } from './completion-scope.ts';

/** `from` and `to` are offsets in UTF-16 units: what is replaced. `to` is the offset asked about. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly items: readonly CompletionItem[];
}

export interface CompletionOptions {
  /** Names that may stand after FROM. */
  readonly sources?: readonly string[];
  /** What APPLY can call; default: the built-in analytics. */
  readonly analytics?: readonly string[];
}

const OPERATORS = ['=', '!=', '<', '<=', '>', '>='];
/** A longer statement is not parsed for every keyword: what its position allows is offered. */
const MAX_PARSED = 20_000;
const UNQUOTED_PATH = /^[\w./-]+$/;

/**
 * What can stand at an offset of a huntflow, given what is before it: keywords that the grammar takes, variables bound so
 * far, types, attributes of the type at hand, relations that fit. Nothing inside texts, numbers and comments, nor for
 * the name of a new variable. Keywords come in the case typed. Pure; never throws for what the text holds.
 */
export function complete(text: string, offset: number, options: CompletionOptions = {}): Completion {
  const to = Math.min(Math.max(0, Math.trunc(offset) || 0), text.length);
  const place = to > MAX_TEXT_LENGTH ? undefined : completionPlace(text, to);
  if (place === undefined) return { from: to, to, items: [] };
  return { from: place.from, to, items: new PlaceCompletion(text, place, options).items() };
}

class PlaceCompletion {
  readonly #text: string;
  readonly #place: CompletionPlace;
  readonly #options: CompletionOptions;
  readonly #variables: readonly KnownVariable[];

  constructor(text: string, place: CompletionPlace, options: CompletionOptions) {
    this.#text = text;
    this.#place = place;
    this.#options = options;
    this.#variables = variablesBefore(text, place.statementStart);
  }

  items(): CompletionItem[] {
    const { position } = this.#place;
    const { next } = positionOf(position);
    const has = (token: string): boolean => next[token] !== undefined;
    return [
      // The name before `=` is a new one.
      ...(has('NAME') && next['NAME'] !== 'equal' ? this.#inputs('') : []),
      ...(position === 'describeInput' || (position === 'value' && has('WORD')) ? this.#inputs('.') : []),
      ...(position === 'argumentKey' ? this.#arguments() : []),
      ...(position === 'applyPath' ? this.#analytics() : []),
      ...(has('SOURCES') ? this.#sources() : []),
      ...(has('ENTITY_TYPE') ? this.#types('') : []),
      ...(has('RELATION') ? this.#relations() : []),
      ...(has('ATTRIBUTE') || has('ATTRIBUTES') || has('OPERAND') ? this.#attributes(has('OPERAND')) : []),
      ...(has('TIMESTAMP') ? this.#timestamp() : []),
      ...(has('COMPARE') && this.#place.typed === ''
        ? OPERATORS.map((each): CompletionItem => ({ text: each, kind: 'operator', detail: '' }))
        : []),
      ...this.#keywords(Object.keys(next).filter(isKeyword)),
    ];
  }

  #begins(text: string): boolean {
    return text.startsWith(this.#place.typed);
  }

  /** Words of the language, in the case typed. */
  #inCase(words: readonly string[]): string[] {
    const { typed } = this.#place;
    const small = typed !== '' && typed === typed.toLowerCase();
    const upper = typed.toUpperCase();
    const found = words.filter((each) => each.toUpperCase().startsWith(upper));
    return found.map((each) => (small ? each.toLowerCase() : each.toUpperCase()));
  }

  #keywords(words: readonly string[]): CompletionItem[] {
    const { from, tokensStart } = this.#place;
    const before = this.#text.slice(tokensStart, from);
    return this.#inCase(words)
      .filter((each) => before.length > MAX_PARSED || acceptsKeyword(before, each))
      .map((text) => ({ text, kind: 'keyword', detail: '' }));
  }

  #inputs(suffix: string): CompletionItem[] {
    const known = this.#variables.filter(({ name }) => this.#begins(name));
    const fitting = known.filter((each) => this.#fitsRelation(each));
    return [...new Set([...fitting, ...known])].map(({ name, type }) => ({
      text: name + suffix,
      kind: 'variable',
      detail: type ?? '',
    }));
  }

  /** For the input of FIND: whether the relation holds between its type and the result's. */
  #fitsRelation({ type }: KnownVariable): boolean {
    const [result, relation, by] = this.#place.tokens.slice(
      this.#place.tokens.findLastIndex(({ type: t }) => t === 'FIND') + 1,
    );
    if (result === undefined || relation?.type !== 'RELATION' || type === null) return false;
    const [subject, object] = by === undefined ? [result.text, type] : [type, result.text];
    return relationsBetween(subject, relation.text, object) !== undefined;
  }

  #types(suffix: string): CompletionItem[] {
    return entityTypes()
      .filter((each) => this.#begins(each.type))
      .map((each) => ({ text: each.type + suffix, kind: 'type', detail: each.description }));
  }

  #relations(): CompletionItem[] {
    const type = this.#place.tokens.at(-1)?.text ?? '';
    const fitting = new Set([...relationsOf(type).map((each): string => each.relation), LINKED]);
    const words =
      entityType(type) === undefined ? relationWords() : relationWords().filter((each) => fitting.has(each));
    return this.#inCase(words).map((text) => ({ text, kind: 'relation', detail: '' }));
  }

  #attributes(inPattern: boolean): CompletionItem[] {
    const { typed } = this.#place;
    const colon = typed.indexOf(':');
    if (inPattern && colon >= 0) {
      const type = typed.slice(0, colon + 1);
      const items = completeAttribute(type.slice(0, -1), typed.slice(colon + 1));
      return items.map((each) => ({ ...each, text: type + each.text }));
    }
    const { type, columns } = nameableAttributes(this.#place, this.#variables);
    const attributes = type === null ? [] : completeAttribute(type, typed);
    const known = new Set(attributes.map(({ text }) => text));
    return [
      ...columns
        .filter((each) => this.#begins(each) && !known.has(each))
        .map((text): CompletionItem => ({ text, kind: 'attribute', detail: 'column' })),
      ...attributes,
      ...(inPattern && typed !== '' ? this.#types(':') : []),
    ];
  }

  #sources(): CompletionItem[] {
    const { tokens, typed } = this.#place;
    const scheme = /^[A-Za-z_][\w-]*:\/\//.exec(typed)?.[0] ?? '';
    const type = tokens.findLast((each) => each.type === 'ENTITY_TYPE')?.text;
    const variables = this.#variables.filter((each) => each.type === type && this.#begins(each.name));
    const sources = (this.#options.sources ?? []).map((each) => {
      if (each.includes('://') ? UNQUOTED_PATH.test(each.replace('://', '')) : UNQUOTED_PATH.test(each)) {
        return each.includes('://') ? each : scheme + each;
      }
      return JSON.stringify(each);
    });
    return [
      ...sources
        .filter((each) => this.#begins(each))
        .map((text): CompletionItem => ({ text, kind: 'source', detail: '' })),
      ...variables.map(({ name }): CompletionItem => ({ text: name, kind: 'variable', detail: type ?? '' })),
    ];
  }

  #analytics(): CompletionItem[] {
    const scheme = this.#place.typed.includes(':') ? 'windhover://' : '';
    const known = this.#options.analytics ?? ANALYTICS.map((each) => scheme + each.name);
    return known
      .filter((each) => this.#begins(each))
      .map((text) => ({ text, kind: 'analytics', detail: analyticOf(text)?.summary ?? '' }));
  }

  #arguments(): CompletionItem[] {
    const uri = this.#place.tokens.findLast((each) => each.type === 'PATH')?.text ?? '';
    return (analyticOf(uri)?.arguments ?? [])
      .filter((each) => this.#begins(each.name))
      .map((each) => ({ text: `${each.name}=`, kind: 'argument', detail: each.description }));
  }

  #timestamp(): CompletionItem[] {
    const { position, tokens, typed } = this.#place;
    const text = completeTimestamp(typed);
    if (text === undefined) return [];
    const quote = position === 'quotedTime' ? (tokens.at(-1)?.text.slice(-1) ?? '') : '';
    return [{ text: text + quote, kind: 'time', detail: 'UTC' }];
  }
}
