const [QUOTE, COLON, SPACE, BACKSLASH, OPEN, CLOSE] = [34, 58, 32, 92, 123, 125];
/** Longest name that is looked at. */
const LONGEST_CHANNEL = 128;
const CHANNEL = Buffer.from('"Channel"');
/** Stands in every event of Sysmon, as a part of its channel. */
const SYSMON = Buffer.from('-Sysmon');

/**
 * Channel of a flat Windows event, where its bytes show that it is none of Sysmon's; `undefined` where only parsing tells. For
 * logs of several channels: of most lines nothing is used, which need not be parsed to know that. Whether the rest of such a
 * line is JSON is not looked at.
 */
export function otherChannel(document: Buffer): string | undefined {
  if (document[0] !== OPEN || document.at(-1) !== CLOSE) return undefined;
  // Within a text of JSON the quotes of a name would be escaped: this is a name, if perhaps one further inside.
  const at = document.indexOf(CHANNEL);
  if (at < 0) return undefined;
  let start = skipSpaces(document, at + CHANNEL.length);
  if (document[start] !== COLON) return undefined;
  start = skipSpaces(document, start + 1);
  if (document[start] !== QUOTE) return undefined;
  start++;
  let end = start;
  while (end - start < LONGEST_CHANNEL && isPlain(document[end])) end++;
  if (document[end] !== QUOTE || end === start) return undefined;
  if (document.indexOf(SYSMON) >= 0) return undefined;
  return document.toString('latin1', start, end);
}

function skipSpaces(bytes: Uint8Array, at: number): number {
  while (bytes[at] === SPACE) at++;
  return at;
}

/** ASCII that stands for itself in a text of JSON. */
function isPlain(byte: number | undefined): boolean {
  return byte !== undefined && byte >= SPACE && byte < 127 && byte !== QUOTE && byte !== BACKSLASH;
}
