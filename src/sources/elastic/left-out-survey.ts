import type { LeftOut, UnusedRule } from '../../telemetry/left-out.ts';
import { ElasticFailure, type ElasticGateway, type SearchAnswer } from './elastic-gateway.ts';
import type { Retries } from './retries.ts';
import { fieldsAskedFor, unclearFields, unusedQuery } from './unused-query.ts';

/** So many of the oldest documents of a rule are looked at before it is believed. */
const TRIED = 100;

/** A rule, and the query for the documents that it selects. */
export interface FollowedRule {
  readonly rule: UnusedRule;
  readonly query: unknown;
}

export interface Survey {
  readonly followed: readonly FollowedRule[];
  /** Fields by which documents could be left out if all indices kept them as whole values. */
  readonly unclear: readonly string[];
}

export interface SurveyOptions {
  readonly gateway: ElasticGateway;
  readonly retries: Retries;
  readonly index: string;
}

/**
 * The rules that indices can decide: all of them keep the fields as whole values, and some documents that a rule selects are
 * what it says. A mapping may fill a field from elsewhere.
 */
export async function followedRules(
  leftOut: LeftOut,
  within: readonly unknown[],
  options: SurveyOptions,
): Promise<Survey> {
  const { gateway, retries, index } = options;
  const fields = [...new Set(leftOut.rules.flatMap(fieldsAskedFor))];
  if (fields.length === 0) return { followed: [], unclear: [] };
  const types = await retries.call(() =>
    gateway.fieldTypes(index, fields).catch((error: unknown) => {
      // Whoever may read only reads all of it.
      if (error instanceof ElasticFailure && error.status === 403 && !error.isPage) return new Map<string, never>();
      throw error;
    }),
  );
  const followed: FollowedRule[] = [];
  const unclear = new Set<string>();
  for (const rule of leftOut.rules) {
    const query = unusedQuery(rule, types);
    if (query === undefined) {
      for (const field of unclearFields(rule, types)) unclear.add(field);
      continue;
    }
    const tried = await sample({ bool: { filter: [...within, query] } }, options);
    if (tried === undefined) continue;
    const { hits } = tried;
    let holds = hits.length > 0;
    for (let i = 0; holds && i < hits.length; i++) holds = leftOut.isUnused(hits.at(i)?.source ?? {});
    if (holds) followed.push({ rule, query });
  }
  return { followed, unclear: [...unclear] };
}

/** `undefined`: they are too large to be looked at, or the point in time was lost. */
async function sample(query: unknown, options: SurveyOptions): Promise<SearchAnswer | undefined> {
  const { gateway, retries, index } = options;
  const pit = await retries.call(() => gateway.openPit(index));
  try {
    const request = { pit, size: TRIED, slice: undefined, query, mixedTimes: false, after: undefined };
    return await retries.call(() => gateway.search({ ...request, fields: undefined }));
  } catch (error) {
    if (error instanceof ElasticFailure && (error.kind === 'large' || error.kind === 'expired')) return undefined;
    throw error;
  } finally {
    await gateway.closePit(pit).catch(() => {
      // It ends by itself after its time.
    });
  }
}
