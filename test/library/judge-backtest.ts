import type { RecordedBacktest } from './backtest-recording.ts';
import type { Judgement, Recording } from './recordings.ts';

export interface JudgedAlert {
  readonly hunt: string;
  readonly title: string;
  readonly alerts: number;
  /** Null where nobody has judged it. */
  readonly verdict: boolean | null;
  readonly what: string;
}

/** Every alert of a backtest with its judgement, in order of hunt and title; and judgements that no alert answered. */
export function judgeBacktest(
  { judged }: Pick<Recording, 'judged'>,
  { hunts }: Pick<RecordedBacktest, 'hunts'>,
): { readonly alerts: readonly JudgedAlert[]; readonly missing: readonly Judgement[] } {
  const alerts = hunts.flatMap(({ hunt, by_title }) =>
    Object.entries(by_title).map(([title, count]): JudgedAlert => {
      const known = judged.find((each) => each.hunt === hunt && title.includes(each.title) && each.alerts === count);
      return { hunt, title, alerts: count, verdict: known?.verdict ?? null, what: known?.what ?? 'not judged' };
    }),
  );
  alerts.sort((a, b) => (a.hunt + a.title < b.hunt + b.title ? -1 : 1));
  const missing = judged.filter(
    (each) =>
      !alerts.some(
        ({ hunt, title, alerts: n }) => hunt === each.hunt && title.includes(each.title) && n === each.alerts,
      ),
  );
  return { alerts, missing };
}
