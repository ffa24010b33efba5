import { nearest } from '../../catalogue/nearest.ts';
import { configKeysAt } from './config-schema.ts';

/** The key that may have been meant, or the one below which it belongs, or else all that there are. */
export function unknownKeyHint(key: string, path: readonly (string | number)[], valid: readonly string[]): string {
  const above = valid.find((each) => configKeysAt([...path, each]).includes(key));
  if (above !== undefined) return `It belongs below ${above}: ${above}: {${key}: …}.`;
  const similar = nearest(key, valid);
  return similar === undefined ? `Keys here are ${valid.join(', ')}.` : `Did you mean ${similar}?`;
}
