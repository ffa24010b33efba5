import { describe, expect, test } from 'vitest';
import type { ApplyStatement } from '../ast.ts';
import { checkHuntflow } from './check-huntflow.ts';

const CONNECTIONS = 'c = GET network-traffic FROM s://a WHERE dst_port > 0\n';
const PROCESSES = 'p = GET process FROM s://a WHERE pid > 0\n';

function codes(text: string): string[] {
  return checkHuntflow(text).diagnostics.map((each) => each.code);
}

function applied(text: string): ApplyStatement {
  const { statements, diagnostics } = checkHuntflow(text);
  expect(diagnostics).toEqual([]);
  return statements.find((each) => each.kind === 'apply') as ApplyStatement;
}

describe('APPLY of a built-in analytic', () => {
  test('is meant by its name alone or with its scheme, and gets the arguments of the type', () => {
    for (const name of ['rarity', 'windhover://rarity', 'WINDHOVER://rarity']) {
      const { analytics, builtIn } = applied(`${PROCESSES}APPLY ${name} ON p`);
      expect(analytics).toBe('windhover://rarity');
      expect(builtIn?.arguments).toMatchObject([{ name: 'by', attributes: [{ text: 'name' }] }]);
    }
  });

  test('takes attributes and paths of its input without quotes, and numbers as texts', () => {
    const { builtIn } = applied(`${CONNECTIONS}APPLY beaconing ON c WITH by=[dst_ref.value, dst_port], least='4'`);
    expect(builtIn?.arguments).toMatchObject([
      { name: 'by', attributes: [{ text: 'dst_ref.value' }, { text: 'dst_port' }] },
      { name: 'time', attributes: [{ text: 'start' }] },
      { name: 'least', value: 4 },
    ]);
  });

  test('takes values of another variable', () => {
    const { builtIn } = applied(
      `x = NEW ipv4-addr ['1.2.3.4']\n${CONNECTIONS}APPLY ioc-match ON c WITH list=[x.value, 'b']`,
    );
    expect(builtIn?.arguments[0]).toMatchObject({ literals: ['b'], references: [{ path: { text: 'value' } }] });
  });

  test('gives its columns to what follows, also where the columns are closed', () => {
    const grouped = `${PROCESSES}g = GROUP p BY name WITH COUNT(pid) AS n\n`;
    expect(codes(`${grouped}APPLY rarity ON g WITH by=name\nr = g WHERE x_rarity_score > 0.5`)).toEqual([]);
    expect(codes(`${grouped}r = g WHERE x_rarity_score > 0.5`)).toEqual(['attribute-unknown']);
  });

  test.each([
    [`${PROCESSES}APPLY beaconing ON p`, 'analytic-input'],
    [`${PROCESSES}APPLY rarity ON p, p`, 'analytic-input'],
    [`${PROCESSES}APPLY rarity ON p WITH per=name`, 'analytic-argument'],
    [`${PROCESSES}APPLY rarity ON p WITH by=nam`, 'attribute-unknown'],
    [`${CONNECTIONS}APPLY beaconing ON c WITH least=many`, 'analytic-argument-missing'],
    [`${CONNECTIONS}APPLY beaconing ON c WITH least=[1, 2]`, 'analytic-argument-missing'],
    [`${PROCESSES}APPLY ioc-match ON p`, 'analytic-argument-missing'],
    [`a = NEW artifact ['x']\nAPPLY rarity ON a`, 'analytic-argument-missing'],
  ])('%s is refused: %s', (text, code) => {
    expect(codes(text)).toEqual([code]);
  });
});

test('an external analytic parses with any arguments, and gives any columns', () => {
  const { analytics, builtIn } = applied(`${PROCESSES}APPLY score ON p WITH x=1\nq = p WHERE x_any > 1`);
  expect([analytics, builtIn]).toEqual(['python://score', undefined]);
});
