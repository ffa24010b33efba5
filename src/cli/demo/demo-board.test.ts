import { describe, expect, it } from 'vitest';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { emptyCounts, type HuntSizes, type InputCounts } from '../../hunts/run/run-observer.ts';
import { DemoBoard } from './demo-board.ts';

const counts = (records: number): InputCounts => ({ ...emptyCounts(), records });
const sizes = (entities: number) => (): HuntSizes[] => [
  { hunt: 'h', variables: [{ name: 'shells', type: 'process', entities }] },
];
const alert = (id: string, status: string): AlertDocument =>
  ({ event: { id }, windhover: { hunt: 'h', status } }) as unknown as AlertDocument;

describe('the board of the demo', () => {
  it('counts records by the second, and within the first one by its pace', () => {
    const board = new DemoBoard(sizes(0));
    expect(board.rates(0)).toEqual([]);
    board.progress(counts(500), sizes(0), 500);
    expect(board.rates(500)).toEqual([1000]);
    board.progress(counts(1200), sizes(0), 1100);
    board.progress(counts(3000), sizes(0), 1900);
    board.tick(4000);
    expect(board.rates(4000)).toEqual([500, 2500, 0, 0]);
  });

  it('tells what a variable gained in the last two seconds', () => {
    const board = new DemoBoard(sizes(0));
    const changes: number[] = [];
    for (const [entities, at] of [
      [4, 0],
      [4, 500],
      [7, 1000],
      [7, 2000],
      [7, 2900],
      [6, 3500],
      [6, 5600],
    ] as const) {
      board.progress(counts(0), sizes(entities), at);
      changes.push(board.hunts(at)[0]?.variables[0]?.change ?? NaN);
    }
    expect(changes).toEqual([0, 0, 3, 3, 3, -1, 0]);
  });

  it('keeps alerts in their latest revision and with their first arrival, and counts those that stand', () => {
    const board = new DemoBoard(sizes(0));
    board.progress(counts(0), sizes(0), 0);
    expect(board.alert(alert('a', 'open'), 1000)).toBe(true);
    expect(board.alert(alert('b', 'open'), 2000)).toBe(true);
    expect(board.alert(alert('a', 'retracted'), 3000)).toBe(false);
    expect(board.alerts.map(({ document, arrivedMs }) => [document.windhover.status, arrivedMs])).toEqual([
      ['open', 2000],
      ['retracted', 1000],
    ]);
    expect(board.hunts(0)[0]?.alerts).toBe(1);
  });
});
