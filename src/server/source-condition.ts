/** Notices of a source that say that it cannot be read for now, and that it can again. */
const BACK = new Set(['kafka-back', 'elastic-back']);
const AWAY =
  /^(?:kafka-(?:unreachable|failed|permission|credentials|tls|address|group-coordinator)|elastic-(?:address|answer|blocked|busy|credentials|index|permission|product|refused|timeout|tls|unreachable))$/;

/** What a notice says of whether its source can be read; `undefined`: nothing. */
export function sourceCondition(code: string): 'away' | 'back' | undefined {
  if (BACK.has(code)) return 'back';
  return AWAY.test(code) ? 'away' : undefined;
}
