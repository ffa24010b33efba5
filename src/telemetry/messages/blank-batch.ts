import { BatchBuilder } from '../batch-builder.ts';
import type { DecodeOptions } from '../decoder.ts';

/** A batch without records, begun: for what is to be told of a place that gives none. */
export function blankBatch(
  source: string,
  place: string,
  { seed = 0, hostAliases }: Pick<DecodeOptions, 'seed' | 'hostAliases'>,
): BatchBuilder {
  const builder = new BatchBuilder({ source, place, seed, hostAliases });
  builder.begin(0);
  return builder;
}
