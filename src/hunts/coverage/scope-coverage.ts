import type { HuntDataflow } from '../../dataflow/hunt-dataflow.ts';
import { GetOperator } from '../../dataflow/operators/get-operator.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { ScopeRunOptions } from '../run/scope-run-options.ts';
import { CoverageLedger } from './coverage-ledger.ts';

/** The ledger of a scope over these hunts. */
export function scopeCoverage(
  { latenessMs, wallClock, sources }: Pick<ScopeRunOptions, 'latenessMs' | 'wallClock' | 'sources'>,
  hunts: readonly { readonly hunt: CompiledHunt; readonly dataflow: HuntDataflow }[],
): CoverageLedger {
  const windowMs = new Map(hunts.map(({ hunt, dataflow }) => [hunt.id, largestWindowMs(dataflow)]));
  return new CoverageLedger({ latenessMs, wallClock, windowMs, sources: sources.map(({ name }) => name) });
}

/** The same options; the ledger hears what is told of the sources. */
export function heardBy(ledger: CoverageLedger, options: ScopeRunOptions): ScopeRunOptions {
  const { observer } = options;
  return {
    ...options,
    observer: {
      ...observer,
      notice: (source, notice) => {
        ledger.notice(source, notice);
        observer.notice?.(source, notice);
      },
    },
  };
}

/** The largest LAST of a hunt, ms; Infinity where some GET of it looks at everything that was read. */
function largestWindowMs({ operators }: HuntDataflow): number {
  const windows = operators.flatMap(({ operator }) =>
    operator instanceof GetOperator ? [operator.windowMs ?? Infinity] : [],
  );
  return windows.length === 0 ? Infinity : Math.max(...windows);
}
