import type { MentionView, MentionViews } from './mention-view.ts';
import { compareTimes, type MentionRows, type MentionTime } from './mention-rows.ts';
import { compareTexts, compareValues, foldCase, sameFolded, sameValue, unionTexts, type Value } from './value.ts';

/** An attribute's value, or a stored reference to an entity (indexes from `view.references` on). */
type PartValue = Value | undefined;

/**
 * What mentions of one view have said of an entity: per name the value of the latest mention that had one.
 * A value is *live* while the latest mention says it: then its time is that of the mention row and moves with it.
 * Once the latest mention no longer says it, its time is *frozen*.
 */
export interface ContentPart {
  readonly view: number;
  readonly row: number;
  readonly values: PartValue[];
  /** By index of value; the shared empty list where nothing is frozen, as in most parts. */
  frozen: readonly (MentionTime | undefined)[];
  /**
   * Another mention of the same moment won over what the row's fingerprint stands for: should that mention come again
   * later, its values count again, though its fields are unchanged.
   */
  contested: boolean;
}

/** Most contents never freeze a value: they share this list. */
export const NOTHING_FROZEN: readonly undefined[] = Object.freeze([]);

function freeze(part: ContentPart, index: number, time: MentionTime | undefined): void {
  if (part.frozen === NOTHING_FROZEN) {
    if (time === undefined) return;
    part.frozen = new Array<MentionTime | undefined>(part.values.length);
  }
  (part.frozen as (MentionTime | undefined)[])[index] = time;
}

/** What the merge needs to know of the graph around it. */
export interface ContentContext {
  readonly views: MentionViews;
  readonly rows: MentionRows;
  /** Identity key of the entity that a stored reference leads to, '' where it is forgotten: the order of references. */
  referredKey(reference: number): string;
}

/**
 * The merged content of one entity (decision 6): per name the value with the greatest
 * (authority, last_observed, first_observed, value) over all views. Never depends on the order of arrival.
 */
export class EntityContent {
  readonly parts: ContentPart[] = [];
  /** Least spelling of folded values that are no longer any part's value: name → folded → spelling. */
  spellings: Map<string, Map<string, string>> | undefined;

  /**
   * Takes in a mention whose fields differ from the row's fingerprint, or whose row does not agree with the content.
   * Sets the row to the later of the two. Returns the names whose merged value changed.
   */
  merge(
    context: ContentContext,
    view: MentionView,
    row: number,
    fingerprint: number,
    time: MentionTime,
    values: readonly PartValue[],
  ): readonly string[] {
    if (this.parts.length === 0 && this.spellings === undefined) return this.#begin(context, view, row, values);
    let part = this.parts.find((each) => each.view === view.id);
    const before = view.names.map((name) => this.value(context, name));
    if (part === undefined) {
      part = newPart(view, row, values);
      this.parts.push(part);
    } else if (compareTimes(time, context.rows.time(row)) > 0) {
      this.#mergeLater(context, part, view, values);
      context.rows.set(row, fingerprint, time);
    } else {
      this.#mergeEarlier(context, part, view, time, values);
    }
    const winners = new Map<string, PartValue>();
    const winner = (name: string): PartValue => {
      const known = winners.get(name);
      if (known !== undefined) return known;
      const value = this.value(context, name);
      winners.set(name, value);
      return value;
    };
    this.#updateAgreement(context, winner);
    return view.names.filter((name, i) => !sameValue(before[i], winner(name)));
  }

  /** The first mention of all: what it says is what the entity is. */
  #begin(context: ContentContext, view: MentionView, row: number, values: readonly PartValue[]): readonly string[] {
    this.parts.push(newPart(view, row, values));
    setAgreement(context, row, true);
    return view.names.filter((_, i) => values[i] !== undefined);
  }

  /** The merged value of an attribute or single reference (then as stored: see `EntityRegistry.follow`). */
  value(context: ContentContext, name: string): PartValue {
    const first = this.parts[0];
    if (this.parts.length === 1 && first !== undefined && this.spellings === undefined) {
      return first.values[context.views.at(first.view).indexOf.get(name) ?? -1];
    }
    let winner: Value | undefined;
    let winnerPart: ContentPart | undefined;
    let winnerView: MentionView | undefined;
    let winnerIndex = -1;
    for (const part of this.parts) {
      const view = context.views.at(part.view);
      const index = view.indexOf.get(name);
      if (index === undefined) continue;
      const value = part.values[index];
      if (value === undefined) continue;
      if (winner === undefined || winnerPart === undefined || winnerView === undefined) {
        [winner, winnerPart, winnerView, winnerIndex] = [value, part, view, index];
        continue;
      }
      if (view.union[index] === true) {
        winner = unionTexts(asList(winner), asList(value));
        continue;
      }
      const order =
        view.authority - winnerView.authority ||
        compareTimes(timeOf(context, part, index), timeOf(context, winnerPart, winnerIndex)) ||
        compareAt(context, view, index, value, winner);
      if (order > 0) [winner, winnerPart, winnerView, winnerIndex] = [value, part, view, index];
    }
    if (winnerView?.folded[winnerIndex] !== true || typeof winner !== 'string') return winner;
    return this.#leastSpelling(context, name, winner);
  }

  /** Names that have a value, in no particular order. */
  names(context: ContentContext): Set<string> {
    const names = new Set<string>();
    for (const part of this.parts) {
      const view = context.views.at(part.view);
      part.values.forEach((value, i) => {
        const name = view.names[i];
        if (value !== undefined && name !== undefined && i < view.references) names.add(name);
      });
    }
    return names;
  }

  #mergeLater(context: ContentContext, part: ContentPart, view: MentionView, values: readonly PartValue[]): void {
    const previous = context.rows.time(part.row);
    part.contested = false;
    for (let i = 0; i < view.names.length; i++) {
      const old = part.values[i];
      const value = values[i];
      if (view.union[i] === true) {
        if (value !== undefined) part.values[i] = old === undefined ? value : unionTexts(asList(old), asList(value));
      } else if (value === undefined) {
        if (old !== undefined && part.frozen[i] === undefined) freeze(part, i, previous);
      } else {
        part.values[i] = this.#respell(view, i, old, value);
        freeze(part, i, undefined);
      }
    }
  }

  #mergeEarlier(
    context: ContentContext,
    part: ContentPart,
    view: MentionView,
    time: MentionTime,
    values: readonly PartValue[],
  ): void {
    for (let i = 0; i < view.names.length; i++) {
      const value = values[i];
      if (value === undefined) continue;
      const old = part.values[i];
      if (view.union[i] === true) {
        part.values[i] = old === undefined ? value : unionTexts(asList(old), asList(value));
        continue;
      }
      const order =
        old === undefined ? 1 : compareTimes(time, timeOf(context, part, i)) || compareAt(context, view, i, value, old);
      if (order > 0) {
        if (old !== undefined && part.frozen[i] === undefined) part.contested = true;
        part.values[i] = this.#respell(view, i, old, value);
        freeze(part, i, time);
      } else if (view.folded[i] === true && typeof value === 'string' && typeof old === 'string') {
        if (sameFolded(value, old)) part.values[i] = least(value, old);
        else this.#remember(view.names[i] as string, value);
      }
    }
  }

  /** The new value of a part, keeping the least spelling where only the case differs. */
  #respell(view: MentionView, index: number, old: PartValue, value: Value): Value {
    if (view.folded[index] !== true || typeof old !== 'string' || typeof value !== 'string') return value;
    if (sameFolded(old, value)) return least(old, value);
    this.#remember(view.names[index] as string, old);
    return value;
  }

  #remember(name: string, spelling: string): void {
    this.spellings ??= new Map();
    let known = this.spellings.get(name);
    if (known === undefined) this.spellings.set(name, (known = new Map()));
    const folded = foldCase(spelling);
    const other = known.get(folded);
    known.set(folded, other === undefined ? spelling : least(other, spelling));
  }

  #leastSpelling(context: ContentContext, name: string, value: string): string {
    const known = this.spellings?.get(name);
    let spelling = known === undefined ? value : least(value, known.get(foldCase(value)) ?? value);
    for (const part of this.parts) {
      const other = part.values[context.views.at(part.view).indexOf.get(name) ?? -1];
      if (typeof other === 'string' && other !== value && sameFolded(other, value)) spelling = least(spelling, other);
    }
    return spelling;
  }

  /** Marks for every row whether an unchanged mention of it could change a winner. */
  #updateAgreement(context: ContentContext, winner: (name: string) => PartValue): void {
    for (const part of this.parts) {
      const view = context.views.at(part.view);
      const agrees =
        !part.contested &&
        (this.parts.length === 1 ||
          part.values.every(
            (value, i) =>
              value === undefined ||
              part.frozen[i] !== undefined ||
              view.union[i] === true ||
              sameAsWinner(view, i, value, winner),
          ));
      setAgreement(context, part.row, agrees);
    }
  }
}

function newPart(view: MentionView, row: number, values: readonly PartValue[]): ContentPart {
  return { view: view.id, row, values: [...values], frozen: NOTHING_FROZEN, contested: false };
}

function sameAsWinner(view: MentionView, index: number, value: Value, winnerOf: (name: string) => PartValue): boolean {
  const winner = winnerOf(view.names[index] as string);
  if (view.folded[index] === true && typeof value === 'string' && typeof winner === 'string') {
    return sameFolded(value, winner);
  }
  return sameValue(winner, value);
}

function setAgreement({ rows }: ContentContext, row: number, agrees: boolean): void {
  const flag = agrees ? 1 : 0;
  if (rows.agrees[row] === flag) return;
  rows.agrees[row] = flag;
  rows.arrays.touch(row);
}

function timeOf(context: ContentContext, part: ContentPart, index: number): MentionTime {
  return part.frozen[index] ?? context.rows.time(part.row);
}

/** Order of two values of one name: references by their identity keys, folded texts in lower case. */
function compareAt(context: ContentContext, view: MentionView, index: number, a: Value, b: Value): number {
  if (index >= view.references) return compareTexts(context.referredKey(a as number), context.referredKey(b as number));
  if (view.folded[index] === true && typeof a === 'string' && typeof b === 'string') {
    return a === b ? 0 : compareTexts(foldCase(a), foldCase(b));
  }
  return compareValues(a, b);
}

function asList(value: Value): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [String(value)];
}

function least(a: string, b: string): string {
  return compareTexts(a, b) <= 0 ? a : b;
}
