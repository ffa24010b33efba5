import { parseArgs } from 'node:util';
import { FAULTS, type FaultKind } from './fault-schedule.ts';

const USAGE = 'npm run soak -- [--minutes N] [--seed N] [--rate RECORDS-A-SECOND] [--faults KIND,…] [--write] [--keep]';

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Records a second of both sources; undefined: half of the highest rate. */
  readonly rate: number | undefined;
  /** Those that are dealt, as far as they can happen. */
  readonly faults: readonly FaultKind[];
  /** Put the report into BENCHMARKS.md. */
  readonly write: boolean;
  /** Keep the folder, also where nothing was violated. */
  readonly keep: boolean;
}

/** The options of the call, or what is wrong with it. */
export function readOptions(args: readonly string[]): SoakOptions | string {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = { minutes: text, seed: text, rate: text, faults: text, write: flag, keep: flag };
    const { values } = parseArgs({ args: [...args], options });
    const wrong = (['minutes', 'seed', 'rate'] as const).find((name) => !/^[1-9]\d{0,6}$/u.test(values[name] ?? '1'));
    if (wrong !== undefined) return `--${wrong} ${values[wrong]}: a whole number is needed. ${USAGE}`;
    const faults = FAULTS.filter((kind) => values.faults?.split(',').includes(kind) ?? true);
    const unknown = values.faults?.split(',').find((kind) => !(FAULTS as readonly string[]).includes(kind));
    if (unknown !== undefined) return `--faults ${unknown}: one of ${FAULTS.join(', ')} is needed. ${USAGE}`;
    const { minutes = '30', seed = '1', rate, write, keep } = values;
    return {
      minutes: Number(minutes),
      seed: Number(seed),
      rate: rate === undefined ? undefined : Number(rate),
      faults,
      write,
      keep,
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)} ${USAGE}`;
  }
}
