import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasErrors } from '../../hunts/compile-hunt.ts';
import { checkHuntflow } from '../../language/check/check-huntflow.ts';
import type { PlainMention } from '../../telemetry/batch-snapshot.ts';
import type { KindSurvey } from '../../telemetry/survey-place.ts';
import { starterHunt } from './starter-hunt.ts';

function kinds(...mentions: readonly Pick<PlainMention, 'type' | 'attributes'>[]): KindSurvey[] {
  const rest = { role: 'r', key: 'k', authority: 1 as const, references: {} };
  const sample = { kind: 'k', host: '', first: '', last: '', mentions: mentions.map((each) => ({ ...rest, ...each })) };
  return [{ kind: 'k', records: 1, sample, offset: 0, length: 1 }];
}

describe('the huntflow to begin with', () => {
  it.each([
    ['a.ndjson', { name: 'node' }, "process FROM file://a.ndjson WHERE name = 'node'"],
    ['my trace.ndjson', { name: "o'x", pid: 7 }, 'process FROM "file://my trace.ndjson" WHERE pid = 7'],
    ['-', { name: 'C:\\x' }, "process FROM here WHERE name LIKE '%'"],
  ])('is about a process of %s', (place, attributes, expected) => {
    expect(starterHunt(place, kinds({ type: 'file', attributes: {} }, { type: 'process', attributes }))).toBe(
      `found = GET ${expected}\nDISP found`,
    );
  });

  it('needs an entity with a name to it', () => {
    expect(starterHunt('a', [])).toBeUndefined();
    expect(starterHunt('a', kinds({ type: 'process', attributes: {} }))).toBeUndefined();
    expect(starterHunt('a', kinds({ type: 'x-odd', attributes: { x_a: 'b' } }))).toContain('GET x-odd FROM file://a');
  });

  it('checks, whatever paths, types, attributes and values are called', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 12 }));
    const type = fc.oneof(text, fc.constantFrom('process', 'file', 'x-odd', 'network-traffic', 'get', 'x-WHERE'));
    const attributes = fc.dictionary(
      fc.oneof(text, fc.constantFrom('name', 'pid', 'where', 'dst_port', 'x_a')),
      fc.oneof(text, fc.integer(), fc.double()),
    );
    fc.assert(
      fc.property(text, fc.array(fc.record({ type, attributes }), { maxLength: 3 }), (place, mentions) => {
        const huntflow = starterHunt(place, kinds(...mentions));
        if (huntflow === undefined) return;
        const { diagnostics } = checkHuntflow(huntflow);
        expect(hasErrors(diagnostics), `${huntflow}\n${diagnostics[0]?.message ?? ''}`).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});
