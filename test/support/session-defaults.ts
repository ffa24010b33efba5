import type { SessionOptions } from '../../src/cli/run/session-options.ts';

/** What a session is given where a test says nothing else: no standard input, a second of lateness, variables as they are. */
export const SESSION_DEFAULTS = {
  retentionMs: Infinity,
  latenessMs: 1000,
  hostAliases: new Map<string, string>(),
  maxLineBytes: 1 << 24,
  snapshots: false,
  countRecords: false,
  rowsOf: () => false,
  stdin: {
    [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) as const }),
  },
} satisfies Partial<SessionOptions>;
