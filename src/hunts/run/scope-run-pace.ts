/** A commit covers the epochs of at most this much wall time (decision 21). */
export const COMMIT_MS = 50;
/** How often it is looked whether the wall clock lets something enter or leave, ms. */
export const TICK_MS = 100;
/** A loop that is metered turns at least this often, so that one that hangs is told from one that waits, ms. */
export const METERED_IDLE_MS = 1000;
