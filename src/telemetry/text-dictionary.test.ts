import { describe, expect, it } from 'vitest';
import { DerivedTexts } from './derived-texts.ts';
import { TextDictionary } from './text-dictionary.ts';

describe('TextDictionary', () => {
  it('gives dense codes from 1 and the same code for the same text', () => {
    const dictionary = new TextDictionary({ seed: 1 });
    expect([dictionary.code('a'), dictionary.code('b'), dictionary.code('a')]).toEqual([1, 2, 1]);
    expect(dictionary.text(2)).toBe('b');
    expect(dictionary.find('c')).toBe(0);
    expect(dictionary.size).toBe(2);
  });

  it('keeps the hash of a text over epochs and lets the seed decide it', () => {
    const first = new TextDictionary({ seed: 7 });
    first.code('other');
    const before = first.hash(first.code('text'));
    first.empty();
    expect(first.hash(first.code('text'))).toBe(before);
    const reseeded = new TextDictionary({ seed: 8 });
    expect(reseeded.hash(reseeded.code('text'))).not.toBe(before);
    expect(Number.isSafeInteger(before) && before >= 0).toBe(true);
  });

  it('asks to be emptied beyond its limits, and counts its epochs', () => {
    const dictionary = new TextDictionary({ seed: 0, maxEntries: 2 });
    dictionary.code('a');
    dictionary.code('b');
    expect(dictionary.full).toBe(false);
    expect(dictionary.code('c')).toBe(3);
    expect(dictionary.full).toBe(true);
    dictionary.empty();
    expect([dictionary.full, dictionary.size, dictionary.epoch]).toEqual([false, 0, 1]);
    const byBytes = new TextDictionary({ seed: 0, maxBytes: 10 });
    byBytes.code('123456');
    expect(byBytes.full).toBe(true);
  });

  it('refuses codes that were never given', () => {
    const dictionary = new TextDictionary({ seed: 0 });
    expect(() => dictionary.text(0)).toThrow(RangeError);
    expect(() => dictionary.text(1)).toThrow(RangeError);
  });
});

describe('DerivedTexts', () => {
  it('derives once per text and starts anew with an epoch of either dictionary', () => {
    const source = new TextDictionary({ seed: 0 });
    const target = new TextDictionary({ seed: 0 });
    let calls = 0;
    const derived = new DerivedTexts(source, target, (text) => {
      calls++;
      return text === 'none' ? undefined : text.toUpperCase();
    });
    const a = source.code('a');
    expect(target.text(derived.code(a))).toBe('A');
    derived.code(a);
    expect(calls).toBe(1);
    expect(derived.code(source.code('none'))).toBe(0);
    source.empty();
    expect(target.text(derived.code(source.code('b')))).toBe('B');
    target.empty();
    expect(target.text(derived.code(source.code('b')))).toBe('B');
    expect(calls).toBe(4);
  });
});
