import type { PlainValue } from './plain-record.ts';
import { valueOrder } from './plain-values.ts';

type Cell = PlainValue | undefined;

/** Statistics of DESCRIBE, from docs/semantics.md. */
export function describe(cells: readonly Cell[]): (readonly [string, Cell])[] {
  const values = cells.filter((cell) => cell !== undefined).sort(valueOrder);
  const numbers = values.filter((value) => typeof value === 'number');
  if (values.length > 0 && numbers.length === values.length) {
    let sum = 0;
    for (const number of numbers) sum += number;
    return [
      ['count', numbers.length],
      ['mean', sum / numbers.length],
      ['min', numbers[0]],
      ['max', numbers.at(-1)],
    ];
  }
  const times = (cell: Cell): number => cells.filter((each) => JSON.stringify(each) === JSON.stringify(cell)).length;
  const distinct = values.filter((value, i) => i === 0 || JSON.stringify(values[i - 1]) !== JSON.stringify(value));
  const freq = Math.max(0, ...distinct.map(times));
  const unknown = cells.length - values.length;
  const isTime = values.length > 0 && values.every((value) => typeof value === 'object' && 'ms' in value);
  return [
    ['count', values.length],
    ['unique', distinct.length],
    ['top', unknown > freq ? undefined : distinct.find((value) => times(value) === freq)],
    ['freq', Math.max(freq, unknown)],
    ...(isTime
      ? ([
          ['min', values[0]],
          ['max', values.at(-1)],
        ] as const)
      : []),
  ];
}
