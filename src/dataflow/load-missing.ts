/** Loads contents that are not in memory (from the state store). */
export type LoadContents = (handles: readonly number[]) => Promise<void>;

/** Brings what `ask` says is missing into memory, until nothing is. */
export type LoadAsked = (ask: (into: Set<number>) => void) => Promise<void>;

/**
 * Asks for the handles whose content is needed and loads them, until nothing is missing: what is loaded may lead to
 * more (a reference path). No waiting where all is in memory.
 */
export async function loadMissing(load: LoadContents, ask: (into: Set<number>) => void): Promise<void> {
  for (;;) {
    const missing = new Set<number>();
    ask(missing);
    if (missing.size === 0) return;
    await load([...missing]);
  }
}
