import type { CoverageCause } from './coverage-hole.ts';

/** What to do about holes of a cause. */
export const COVERAGE_REMEDIES: Readonly<Record<CoverageCause, string>> = {
  undecodable:
    'Look at a sample: run with --dead-letter PATH. What is broken at its source has to be sent again; `windhover doctor FILE` shows how a file is read.',
  refused:
    'They came later than the retention allows. Give more (--retention), or find out why their host sends so late or has a wrong clock.',
  'source-away': 'What the source holds is read once it is back. See that it keeps its data longer than it is away.',
  expired:
    'Let the topic keep its messages for longer (retention.ms, retention.bytes) than the engine may be away or behind. A history in Elasticsearch may still have them: `windhover backtest`.',
  gap: 'Give a longer overlap, let the topics keep more, or see that history gets every partition. `windhover backtest` over the stretch shows what was missed once history has it.',
  budget:
    'The hunt was stopped as it took more than its budget, the others went on: narrow it, or raise the limit. `windhover backtest` over the stretch shows what it missed.',
};
