/** What a record says of the time: its `last` in ms, and its host. */
export interface Claim {
  readonly ms: number;
  readonly host: string | null;
}

/** The time of a source (docs/semantics.md, Retention) after records that arrived in this order; −∞ for none. */
export function naiveSourceTime(claims: readonly Claim[], retentionMs: number): number {
  const jumpMs = Math.min(3_600_000, retentionMs / 4);
  let time: Claim = { ms: -Infinity, host: null };
  let isAgreed = false;
  /** All jumps that wait, in order. */
  let waiting: Claim[] = [];
  /** Those that follow each other, back from the last record. */
  let row: Claim[] = [];
  for (const [i, claim] of claims.entries()) {
    if (i === 0) {
      time = claim;
      continue;
    }
    const hasOneHost = claims.slice(0, i + 1).every(({ host }) => host === claim.host);
    if (claim.ms <= time.ms + jumpMs) {
      row = [];
      if (hasOneHost) waiting = [];
      if (!isAgreed && claim.ms < time.ms - jumpMs) {
        time = claim;
        continue;
      }
      if (claim.ms > time.ms || claim.host !== time.host) isAgreed = true;
      if (claim.ms > time.ms) time = { ms: claim.ms, host: time.host };
    } else {
      row.push(claim);
      const others = hasOneHost
        ? row.filter(({ ms }) => ms !== claim.ms)
        : waiting.filter((each) => each.host !== claim.host);
      const isLong = !hasOneHost && row.length >= 1000;
      waiting.push(claim);
      if (others.length === 0 && !isLong) continue;
      const least = Math.min(...row.map(({ ms }) => ms));
      const agreed =
        others.length === 0 || hasOneHost ? least : Math.min(claim.ms, Math.max(...others.map(({ ms }) => ms)));
      time = { ms: agreed, host: time.host };
      isAgreed = true;
      row = [];
      if (hasOneHost) waiting = [];
    }
    waiting = waiting.filter(({ ms }) => ms > time.ms + jumpMs);
  }
  return time.ms;
}
