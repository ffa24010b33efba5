/**
 * The event or flow that was read last from a trace, as registers: one object for all of them, so that nothing is made per
 * record.
 */
export class TraceEvent {
  /** Object id of the process: clone time in ns since 1970, as halves of a long and as ms and ns beyond, and pid. */
  createHigh = 0;
  createLow = 0;
  createMs = 0;
  createNs = 0;
  hpid = 0;
  startMs = 0;
  startNs = 0;
  /** 1970 where there is none. */
  endMs = 0;
  endNs = 0;
  tid = 0;
  opFlags = 0;
  ret = 0;
  fd = 0;
  /** Where the ids of files lie in the bytes read; -1 = none. */
  fileAt = -1;
  newFileAt = -1;
  /** IPv4 addresses, low byte first. */
  sip = 0;
  sport = 0;
  dip = 0;
  dport = 0;
  proto = 0;
  readOps: number | bigint = 0;
  writeOps: number | bigint = 0;
  readBytes: number | bigint = 0;
  writeBytes: number | bigint = 0;
}

/** Milliseconds of a time in ns that is given as signed upper and unsigned lower half; exact. */
export function millisOf(high: number, low: number): number {
  return high * 4294 + Math.floor((high * 967_296 + low) / 1_000_000);
}

/** The nanoseconds beyond `millisOf`. */
export function nanosOf(high: number, low: number): number {
  const rest = (high * 967_296 + low) % 1_000_000;
  return rest < 0 ? rest + 1_000_000 : rest;
}
