import type { ResolvedSource } from '../sources/source-resolver.ts';
import type { SessionHunt, SessionOptions } from './session-options.ts';

/** Some source of the hunt has no end. */
export function isEndless({ sources }: SessionHunt): boolean {
  return [...sources.values()].some(({ endless }) => endless);
}

/** Some source may never end, be it that nobody closes standard input. */
export function isLive({ follow, hunts }: SessionOptions): boolean {
  return follow === true || hunts.some(({ sources }) => [...sources.values()].some(isLiveSource));
}

function isLiveSource(source: ResolvedSource): boolean {
  return source.endless === true || isStdin(source);
}

export function isStdin({ id }: ResolvedSource): boolean {
  return id === '-';
}

/** The hunts do not come to an end by themselves. */
export function isStanding({ hunts, follow }: SessionOptions): boolean {
  return hunts.length > 0 && (follow === true || hunts.some(isEndless));
}
