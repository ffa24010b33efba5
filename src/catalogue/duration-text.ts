const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** A length of time for people, in its two greatest units: `2 d 3 h`, `1.5 s`, `20 ms`. */
export function durationText(ms: number): string {
  if (ms < 0) return `-${durationText(-ms)}`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const at = UNITS.findIndex(([, length]) => ms >= length);
  const [unit, length] = UNITS[at] as (typeof UNITS)[number];
  const whole = Math.floor(ms / length);
  const [smaller, smallerLength] = UNITS[at + 1] as (typeof UNITS)[number];
  const rest = Math.floor((ms - whole * length) / smallerLength);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${smaller}`;
}
