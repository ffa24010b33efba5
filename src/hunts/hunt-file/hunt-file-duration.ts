const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a duration looks like; published in the JSON Schema of hunt files. */
export const DURATION_PATTERN = /^[0-9]{1,9}(?:ms|s|m|h|d)$/;

/** Longest duration that means something here: ten years. */
const MAX_MILLISECONDS = 3650 * UNITS.d;

/** Milliseconds of `30s`, `5m`, `1h`, `2d`, `250ms`; undefined where the text is no such duration. */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  const digits = Number.parseInt(text, 10);
  const unit = text.replace(/^[0-9]+/, '') as keyof typeof UNITS;
  const milliseconds = digits * UNITS[unit];
  return milliseconds <= MAX_MILLISECONDS ? milliseconds : undefined;
}
