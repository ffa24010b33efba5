import { expect, test } from 'vitest';
import {
  compareRevisions,
  compareStanding,
  latestRevisions,
  plantedOnce,
  readLog,
  type SoakAlert,
} from '../../benchmarks/soak/alert-comparison.ts';
import { unexplainedHoles } from '../../benchmarks/soak/soak-verdict.ts';
import { replaceSection } from '../../benchmarks/soak/soak-report.ts';

function alert(id: string, revision = 1, status = 'open', message = 'm'): SoakAlert {
  return {
    '@timestamp': '2026-05-01T08:00:00Z',
    message,
    event: { id },
    windhover: { hunt: 'h', variable: 'v', revision, status },
  };
}
const byId = (...alerts: SoakAlert[]): Map<string, SoakAlert> => latestRevisions(alerts);
const lines = (...alerts: SoakAlert[]): string[] => [...alerts.map((each) => JSON.stringify(each)), ''];

test('a log that has each revision once, in order, is right', () => {
  const { latest, violations } = readLog(lines(alert('a'), alert('b'), alert('a', 2, 'retracted')));
  expect(violations).toEqual([]);
  expect(latest.get('a')?.windhover.status).toBe('retracted');
});

test.each([
  ['twice', lines(alert('a'), alert('a'))],
  ['left out', lines(alert('a'), alert('a', 3))],
  ['without its first', lines(alert('a', 2))],
])('a revision %s is told', (_, log) => {
  expect(readLog(log).violations).toHaveLength(1);
});

test.each([
  ['the same', byId(alert('a')), byId(alert('a', 3, 'revised')), undefined],
  ['missing', byId(alert('a')), byId(), 'missing'],
  ['too many', byId(), byId(alert('a')), 'too many'],
  ['retracted in one only', byId(alert('a')), byId(alert('a', 2, 'retracted')), 'retracted, and should stand'],
  ['standing in one only', byId(alert('a', 2, 'retracted')), byId(alert('a')), 'stands, and should not'],
  ['of another text', byId(alert('a')), byId(alert('a', 1, 'open', 'other')), 'differs'],
  ['retracted and never raised', byId(alert('a', 2, 'retracted')), byId(), undefined],
])('alerts that are %s', (_, expected, actual, told) => {
  const differences = compareStanding(expected, actual);
  expect(differences).toHaveLength(told === undefined ? 0 : 1);
  expect(differences[0] ?? '').toContain(told ?? '');
});

test('a sink has what the log has, in its latest revision, however often it was sent', () => {
  const log = byId(alert('a', 2), alert('b'));
  expect(compareRevisions(log, byId(alert('a'), alert('a', 2), alert('a', 2), alert('b')))).toEqual([]);
  expect(compareRevisions(log, byId(alert('a', 2), alert('a'), alert('b'), alert('c')))).toHaveLength(1);
  expect(compareRevisions(log, byId(alert('a')))).toHaveLength(2);
});

test('what was planted stands once', () => {
  const source = 'container1';
  const of = (id: string, message: string, status?: string): SoakAlert => {
    const found = alert(id, 1, status, message);
    return { ...found, windhover: { ...found.windhover, hunt: 'planted-container1' } };
  };
  const planted = [{ source, message: 'p 1' }];
  expect(plantedOnce(planted, byId(of('a', 'p 1')))).toEqual([]);
  expect(plantedOnce(planted, byId(of('a', 'p 1'), of('b', 'p 1')))).toHaveLength(1);
  expect(plantedOnce(planted, byId(of('a', 'p 1', 'retracted')))).toHaveLength(1);
  expect(plantedOnce(planted, byId(alert('a', 1, 'open', 'p 1')))).toHaveLength(1);
});

const ledger = (holes: { cause: string; count?: number }[]): Parameters<typeof unexplainedHoles>[0] => ({
  scopes: [{ coverage: [{ source: 's', holes }] }],
});
const sent = (undecodable: number): Parameters<typeof unexplainedHoles>[1] =>
  new Map([['s', new Map<string, number | undefined>([['undecodable', undecodable]])]]);

test('each hole is that of a fault, and each fault left its hole', () => {
  const two = ledger([
    { cause: 'undecodable', count: 2 },
    { cause: 'undecodable', count: 1 },
  ]);
  expect(unexplainedHoles(two, sent(3), new Set())).toEqual([]);
  expect(unexplainedHoles(two, sent(2), new Set())).toHaveLength(1);
  expect(unexplainedHoles(two, sent(2), new Set(['s']))).toEqual([]);
  expect(unexplainedHoles(two, sent(4), new Set(['s']))).toHaveLength(1);
  expect(unexplainedHoles(ledger([]), sent(1), new Set())).toHaveLength(1);
  expect(unexplainedHoles(ledger([{ cause: 'expired' }]), sent(0), new Set())).toHaveLength(1);
});

test('a section is replaced in its place, or comes to the end', () => {
  const section = '## Soak\n\nnew\n';
  expect(replaceSection('# B\n\n## A\n\na\n', section)).toBe('# B\n\n## A\n\na\n\n## Soak\n\nnew\n');
  expect(replaceSection('# B\n\n## Soak\n\nold\n\n## Z\n\nz\n', section)).toBe('# B\n\n## Soak\n\nnew\n\n## Z\n\nz\n');
  expect(replaceSection('# B\n\n## Soak\n\nold\n', section)).toBe('# B\n\n## Soak\n\nnew\n');
});
