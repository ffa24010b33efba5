/** A scheme of the header Authorization and what follows it; the words are ones that servers write behind a scheme. */
const AUTHORIZATION = /\b(ApiKey|Basic|Bearer)\s+(?!auth|licen[cs]e|realm|security)[\w+/=.~:-]{4,}/giu;
const USER_INFO = /\/\/[^/@\s"']+@/gu;
const MASK = '***';
/** What is shorter is a word that may stand anywhere. */
const LEAST = 4;

/**
 * The text of a server without credentials: some answer with what they were asked, headers included, and what servers say
 * comes into messages, logs and files. `secrets`: texts that are credentials wherever they stand.
 */
export function maskCredentials(text: string, secrets: readonly string[] = []): string {
  let masked = text;
  // The longest first: one may be part of another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length)) {
    if (secret.length >= LEAST) masked = masked.replaceAll(secret, MASK);
  }
  return masked.replace(AUTHORIZATION, `$1 ${MASK}`).replace(USER_INFO, `//${MASK}@`);
}
