import type { Instant } from '../catalogue/instant.ts';

/** The clock of a scope: what LAST windows, settling and waiting records are measured by. It never goes back. */
export interface ScopeClock {
  readonly now: Instant | undefined;
  /** A record was taken in. */
  observe(last: Instant, host: string): void;
  /** Time has passed up to a moment that no record tells of. */
  advanceTo(moment: Instant): void;
  /** The input has ended. */
  finish(): void;
  /** After a restart: where it stood, and the hosts it had seen. */
  restore(now: Instant, hosts: readonly string[]): void;
  readonly hosts: readonly string[];
}
