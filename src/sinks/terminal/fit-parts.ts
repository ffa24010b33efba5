import { displayWidth } from './display-width.ts';

/**
 * Parts joined in at most `width` columns: as many as fit whole, from the first on, and `…` in place of the others. None is
 * cut in its middle. Parts are escaped already.
 */
export function fitParts(parts: readonly string[], separator: string, width: number): string {
  const whole = parts.join(separator);
  if (displayWidth(whole) <= width) return whole;
  for (let count = parts.length - 1; count > 0; count--) {
    const text = `${parts.slice(0, count).join(separator)}${separator}…`;
    if (displayWidth(text) <= width) return text;
  }
  return '…';
}
