import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeTerminal } from './escape-terminal.ts';

describe('escapeTerminal', () => {
  it.each([
    ['plain text, C:\\Windows\\x, naïve, 日本, 🦅', 'plain text, C:\\Windows\\x, naïve, 日本, 🦅'],
    ['\u001b[31mred\u001b[0m', '\\x1b[31mred\\x1b[0m'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u0000\u0007\u007f\u009b', '\\x00\\x07\\x7f\\x9b'],
    ['exe.\u202egnp', 'exe.\\u202egnp'],
    ['\u2066x\u2069\u200e\u200f\u2028\u2029', '\\u2066x\\u2069\\u200e\\u200f\\u2028\\u2029'],
    ['half \ud800 and \udc00', 'half \\ud800 and \\udc00'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
  ])('writes %j out', (text, expected) => {
    expect(escapeTerminal(text)).toBe(expected);
  });

  it('leaves nothing that acts on a terminal, whatever comes in and wherever it is cut', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xa0 }),
      fc.integer({ min: 0x2000, max: 0x2070 }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
    );
    const hostile = fc.array(unit).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(hostile, fc.option(fc.nat({ max: 20 }), { nil: undefined }), (text, maxLength) => {
        const shown = escapeTerminal(text, maxLength === undefined ? {} : { maxLength });
        expect(shown).not.toMatch(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
        expect(Buffer.from(shown).toString()).toBe(shown);
        if (maxLength !== undefined) expect(shown.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  it('cuts long texts visibly, and not within a character', () => {
    expect(escapeTerminal('abcdef', { maxLength: 6 })).toBe('abcdef');
    expect(escapeTerminal('abcdef', { maxLength: 4 })).toBe('abc…');
    expect(escapeTerminal('ab🦅cd', { maxLength: 4 })).toBe('ab…');
    expect(escapeTerminal('ab', { maxLength: 0 })).toBe('');
  });
});
