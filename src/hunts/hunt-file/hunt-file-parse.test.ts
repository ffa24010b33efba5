import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../language/diagnostic.ts';
import { LineIndex } from '../../language/line-index.ts';
import type { HuntFile } from './hunt-file.ts';
import { huntFromHuntflow, parseHuntFile } from './hunt-file-parse.ts';
import { huntFileJsonSchema } from './hunt-file-schema.ts';

const FULL = `hunt: node-spawns-shell                # an id
title: Node.js server spawns a shell
description: A web server that runs a shell has usually been exploited.
severity: high
risk_score: 74
tags: [attack.execution, attack.t1059]
references: [https://attack.mitre.org/techniques/T1059/]
version: 1.10
huntflow: |
  exploits = GET process FROM stixshifter://container1
             WHERE [process:parent_ref.name = 'node']

  spawned  = FIND process CREATED BY exploits
alerts:
  - on: spawned
    title: "{parent_ref.name} ran {name}"
    suppress: {by: [host.id, parent_ref.pid], for: 1h}
  - on: exploits
    severity: low
    latch: true
    settle: 0s
    max_backfill: 5
tests:
  - name: exploit is seen
    records: ./node-attack.ndjson
    expect: {spawned: {count: 3, include: [{name: exfil.py}]}, alerts: {count: 1}}
  - name: inline
    records: [{process: {pid: 1}}, {process: {pid: 2}}]
    expect:
      spawned: {count: 0, exclude: [{name: sh, pid: null}]}
      at: [{time: +41s, spawned: {count: 1}}]
`;

function parse(text: string): HuntFile {
  const { hunt, diagnostics } = parseHuntFile('a.hunt.yaml', text);
  expect(diagnostics).toEqual([]);
  return hunt!;
}

function complaints(text: string): string[] {
  const { hunt, diagnostics } = parseHuntFile('a.hunt.yaml', text);
  expect(hunt).toBe(undefined);
  return diagnostics.map(({ range, code, message, hint }: Diagnostic) =>
    [`${range.start.line}:${range.start.column}`, code, message, ...(hint ? [hint] : [])].join(' | '),
  );
}

describe('parseHuntFile', () => {
  it('reads everything a hunt says', () => {
    const hunt = parse(FULL);
    expect(hunt).toMatchObject({
      file: 'a.hunt.yaml',
      id: 'node-spawns-shell',
      severity: 'high',
      riskScore: 74,
      tags: ['attack.execution', 'attack.t1059'],
      version: '1.10',
      falsePositives: [],
      relations: 'standard',
      enabled: true,
    });
    const [first, second] = hunt.alerts;
    expect(first).toMatchObject({
      on: 'spawned',
      severity: 'high',
      riskScore: 74,
      suppress: { by: ['host.id', 'parent_ref.pid'], forMs: 3_600_000 },
      latch: false,
      settleMs: 1000,
      maxBackfill: 1000,
    });
    expect(second).toMatchObject({ severity: 'low', riskScore: 21, latch: true, settleMs: 0, maxBackfill: 5 });
    expect(second!.title.text).toBe('Node.js server spawns a shell');
    expect(hunt.tests[0]!.records).toMatchObject({ kind: 'file', path: './node-attack.ndjson' });
    const { records } = hunt.tests[1]!;
    const lines = records.kind === 'inline' ? records.text.trim().split('\n') : [];
    expect(lines.map((line) => (JSON.parse(line) as { process: { pid: number } }).process.pid)).toEqual([1, 2]);
    expect(hunt.tests[1]!.expect).toEqual({
      spawned: { count: 0, exclude: [{ name: 'sh', pid: null }] },
      at: [{ time: '+41s', spawned: { count: 1 } }],
    });
  });

  it('tells where variables and attributes stand, for those who can check them', () => {
    const { alerts } = parse(FULL);
    const textAt = ({ start, end }: Diagnostic['range']) => FULL.slice(start.offset, end.offset);
    expect(textAt(alerts[0]!.onRange)).toBe('spawned');
    expect(alerts[0]!.attributes.map(({ path, range }) => [path, textAt(range)])).toEqual([
      ['parent_ref.name', 'parent_ref.name'],
      ['name', 'name'],
      ['host.id', 'host.id'],
      ['parent_ref.pid', 'parent_ref.pid'],
    ]);
  });

  it('fills in what is left out', () => {
    const hunt = parse('hunt: a\nhuntflow: ./b.hf\n');
    expect(hunt).toMatchObject({ title: 'a', severity: 'medium', riskScore: 47, alerts: [], tests: [] });
    expect(hunt.huntflow).toMatchObject({ kind: 'file', path: './b.hf', range: { start: { line: 2, column: 11 } } });
  });

  it.each([
    [
      'hunt: a\nhuntflow: x\nseverty: low\n',
      '3:1 | hunt-key-unknown | There is no key "severty" here. | Did you mean severity?',
    ],
    [
      'hunt: a\nhuntflow: x\nalerts:\n  - on: x\n    suppress: {by: [pid], fro: 1h}\n',
      '5:15 | hunt-key-missing | The key for is missing.',
      '5:27 | hunt-key-unknown | There is no key "fro" here. | Did you mean for?',
    ],
    [
      'hunt: a\nhuntflow: x\ntests:\n  - name: t\n    records: ./x\n    expect: {at: [{time: +1s, x: {cuont: 1}}]}\n',
      '6:35 | hunt-key-unknown | There is no key "cuont" here. | Did you mean count?',
    ],
    ['hunt: a\nhuntflow: x\nzz: 1\n', /^3:1 \| hunt-key-unknown .* \| Possible here: hunt, title, /],
    [
      'title: x\n',
      '1:1 | hunt-key-missing | The key hunt is missing.',
      '1:1 | hunt-key-missing | The key huntflow is missing.',
    ],
    ['', '1:1 | hunt-key-missing | The key hunt is missing.', '1:1 | hunt-key-missing | The key huntflow is missing.'],
    ['- a\n', '1:1 | hunt-value | A hunt file is wrong: expected keys and values, found a list.'],
    [
      'hunt: A b\nhuntflow: x\n',
      '1:7 | hunt-value | The value of hunt is wrong: expected small letters, digits and hyphens only.',
    ],
    ['hunt: 1\nhuntflow: x\n', '1:7 | hunt-value | The value of hunt is wrong: expected a text, found a number.'],
    [
      'hunt: a\nhuntflow: x\nseverity: hihg\n',
      '3:11 | hunt-value | The value of severity is wrong: expected one of low, medium, high, critical. | Did you mean high?',
    ],
    [
      'hunt: a\nhuntflow: x\nalerts:\n  - on: x\n    settle: 1 week\n',
      '5:13 | hunt-value | The value of alerts[0].settle is wrong: expected a duration such as 30s, 5m, 1h or 2d.',
    ],
    [
      'hunt: a\nhuntflow: x\nrisk_score: 101\n',
      '3:13 | hunt-value | The value of risk_score is wrong: expected at most 100.',
    ],
    [
      'hunt: a\ntests: [{name: t, records: [{process: {pid: 1e400}}]}]\nhuntflow: x\n',
      '2:45 | hunt-value | 1e400 is no number that a record can hold; write fewer digits, or quote it.',
    ],
    [
      'hunt: a\nrisk_score: -.inf\nhuntflow: x\n',
      '2:13 | hunt-value | -.inf is no number that a record can hold; write fewer digits, or quote it.',
    ],
    ['hunt: a\nhunt: b\nhuntflow: x\n', '2:1 | hunt-yaml | This key stands twice in the same place.'],
    ['hunt: "a\nhuntflow: x\n', /^\d+:\d+ \| hunt-yaml \| This is not YAML: /],
    ['hunt: a\nhuntflow: x\nalerts: [{on: x, title: "a {b c}"}]\n', /^3:28 \| hunt-title \| Between/],
  ] as [string, ...(string | RegExp)[]][])('says what is wrong with %j', (text, ...expected) => {
    const found = complaints(text);
    expect(found).toEqual(expected.map((each) => (typeof each === 'string' ? each : expect.stringMatching(each))));
  });

  it('maps places of an embedded huntflow to the file', () => {
    for (const text of [FULL, FULL.replaceAll('\n', '\r\n'), FULL.replace('huntflow: |', 'huntflow: |2-')]) {
      const { huntflow } = parse(text);
      if (huntflow.kind !== 'inline') throw new Error('inline expected');
      for (const word of ['exploits', 'WHERE', "'node'", 'FIND', 'BY exploits']) {
        const offset = huntflow.text.indexOf(word);
        const position = huntflow.mapPosition(new LineIndex(huntflow.text).position(offset));
        expect(text.startsWith(word, position.offset), word).toBe(true);
        expect(position).toEqual(new LineIndex(text).position(position.offset));
      }
    }
  });

  it.each([
    ['plain', 'hunt: a\nhuntflow: x = GET process FROM y\n', 'process'],
    ['quoted', 'hunt: a\nhuntflow: "x = GET process FROM y"\n', 'process'],
    ['folded, where the start has to do', 'hunt: a\nhuntflow: >\n  x = GET\n  process FROM y\n', '>'],
    ['aliased', 'hunt: a\ntitle: &h x = GET process\nhuntflow: *h\n', 'process'],
  ])('maps places of a %s huntflow', (_, text, there) => {
    const { huntflow } = parse(text);
    if (huntflow.kind !== 'inline') throw new Error('inline expected');
    const offset = huntflow.text.indexOf('process');
    expect(text.startsWith(there, huntflow.mapPosition(new LineIndex(huntflow.text).position(offset)).offset)).toBe(
      true,
    );
  });

  it('maps every line of any block of text', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '#', ':'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 4 }), (lines, indent) => {
        const body = ['x', ...lines, 'y'];
        const file = `hunt: a\nhuntflow: |\n${body.map((each) => ' '.repeat(indent) + each).join('\n')}\n`;
        const { huntflow } = parse(file);
        if (huntflow.kind !== 'inline') throw new Error('inline expected');
        body.forEach((_, i) => {
          const position = huntflow.mapPosition({ line: i + 1, column: 1, offset: 0 });
          expect([position.line, position.column]).toEqual([i + 3, indent + 1]);
        });
      }),
    );
  });

  it('does not let aliases multiply, nor nest without end', () => {
    const bomb = ['a: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++)
      bomb.push(`b${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    const started = performance.now();
    expect(complaints(bomb.join('\n'))[0]).toContain('hunt-file-too-large');
    expect(complaints('a: &a [*a]')[0]).toMatch(/hunt-file-too-large|hunt-yaml/);
    expect(complaints(`a: ${'['.repeat(5000)}`)[0]).toMatch(/hunt-file-too-large|hunt-yaml/);
    expect(complaints(`a: ${'['.repeat(500)}${']'.repeat(500)}`)[0]).toContain('hunt-file-too-large');
    expect(complaints('x'.repeat(5_000_000))[0]).toContain('hunt-file-too-large');
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('never throws, and is silent only when there is a hunt', () => {
    const pieces = fc.constantFrom(
      'hunt: a',
      'huntflow: x',
      'alerts:',
      '  - on: x',
      '    title: "{"',
      'tests: []',
      '&a',
      '*a',
      '? [x]',
      '<<: *a',
      '__proto__: {x: 1}',
      '!!js/function x',
      '- ',
      '"',
      '\t',
      'a: !!binary x',
      '---',
      '...',
      '{',
      '}',
      'constructor: 1',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(pieces, fc.constantFrom('\n', ' ', '')), { maxLength: 8 }), (parts) => {
        const { hunt, diagnostics } = parseHuntFile('a', parts.flat().join(''));
        expect(hunt === undefined).toBe(diagnostics.length > 0);
        for (const each of diagnostics) expect(each.range.start.line).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
    expect(({} as { x?: number }).x).toBe(undefined);
  });
});

describe('huntFromHuntflow', () => {
  it.each([
    ['hunts/Node spawns (shell).hf', 'node-spawns-shell'],
    ['/a/b.c.hf', 'b-c'],
    ['日本.hf', 'hunt'],
  ])('makes an id of %j', (file, id) => {
    const hunt = huntFromHuntflow(file, 'x = GET process FROM y');
    expect(hunt).toMatchObject({ id, file, alerts: [], huntflow: { kind: 'inline', text: 'x = GET process FROM y' } });
  });
});

describe('the JSON Schema of hunt files', () => {
  it('is the one that is published', () => {
    const published = readFileSync(new URL('../../../schema/hunt-file.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published), 'run: node --import tsx scripts/hunt-schema.mjs').toEqual(huntFileJsonSchema());
  });
});
