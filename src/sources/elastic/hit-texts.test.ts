import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerHits } from './answer-hits.ts';
import { mayLoseDigits } from './hit-texts.ts';

test('a number of sixteen digits is found wherever it stands, a shorter one is not', () => {
  for (let pad = 0; pad < 40; pad++) {
    const before = `{"${'x'.repeat(pad)}":`;
    for (const number of ['1234567890123456', '-1234567890123456', ' 0.12345678901234', '12345678901234567890']) {
      expect([pad, number, mayLoseDigits(`${before}${number}}`)]).toEqual([pad, number, true]);
      expect(mayLoseDigits(`${before}"a${number}"}`)).toBe(false);
    }
    expect(mayLoseDigits(`${before}123456789012345}`)).toBe(false);
  }
});

const answerOf = (hits: readonly unknown[]): string =>
  JSON.stringify({ pit_id: 'p', timed_out: false, _shards: { failed: 0 }, hits: { max_score: null, hits } });

const LOOKALIKE = [{ _index: 'a' }, { _index: 'fake', _id: '1', _source: {}, sort: ['x', 1] }, { _index: 'b' }];
const values = fc.oneof(
  fc.constantFrom<unknown>(1, 'text', ',{"_index":"', '"hits":[', ']}}', null, LOOKALIKE),
  fc.array(fc.constantFrom<unknown>(LOOKALIKE, 'x', { _index: 'c', sort: [1] }), { maxLength: 3 }),
);

test('hits are what the answer holds, whatever documents look like', () => {
  const hits = fc.array(
    values.map((value) => ({ _index: 'i', _id: '7', _score: null, _source: { value }, sort: ['t', 1] })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(hits, fc.boolean(), (written, fromEnd) => {
      const found = AnswerHits.of(answerOf(written)) as AnswerHits;
      expect(JSON.parse(found.envelope)).toMatchObject({ pit_id: 'p', hits: { hits: [] } });
      expect(found.length).toBeGreaterThanOrEqual(written.length);
      if (fromEnd) expect(found.at(-1)?.source).toEqual(written.at(-1)?._source);
      const sources: unknown[] = [];
      for (let at = 0; at < found.length; at++) sources.push(found.at(at)?.source);
      expect(sources).toEqual(written.map(({ _source }) => _source));
    }),
    { numRuns: 500 },
  );
});

test('an answer that is written otherwise is not taken', () => {
  expect(AnswerHits.of('{"hits": {"hits": []}}')).toBeUndefined();
  expect(AnswerHits.of('{"acknowledged":true}')).toBeUndefined();
});
