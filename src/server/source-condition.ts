/** Notices of a source that say that it cannot be read for now, and that it can again. */
const BACK = 'kafka-back';
const AWAY = /^kafka-(?:unreachable|failed|permission|credentials|tls|address|group-coordinator)$/;

/** What a notice says of whether its source can be read; `undefined`: nothing. */
export function sourceCondition(code: string): 'away' | 'back' | undefined {
  if (code === BACK) return 'back';
  return AWAY.test(code) ? 'away' : undefined;
}
