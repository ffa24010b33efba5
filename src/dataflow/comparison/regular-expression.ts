import { foldCase } from '../../graph/value.ts';

/** Longest text a regular expression looks at; telemetry is written by attackers. */
const MAX_SUBJECT = 65_536;

/**
 * MATCHES: a search anywhere in the value, `.` matches line ends, a leading `(?i)` ignores ASCII case.
 * Case is ignored by lowering pattern and text, not by the `i` flag: V8's linear-time engine, which takes over when
 * backtracking explodes, does not know the flag. The front end has refused back-references and look-around, which that
 * engine does not know either.
 */
export function regularExpression(source: string): (text: string) => boolean {
  const ignoreCase = source.startsWith('(?i)');
  const expression = new RegExp(ignoreCase ? lowerPattern(source.slice(4)) : source, 's');
  return (text) => {
    const subject = text.length > MAX_SUBJECT ? text.slice(0, MAX_SUBJECT) : text;
    return expression.test(ignoreCase ? foldCase(subject) : subject);
  };
}

/** Lowers the letters of a pattern, except those that an escape gives a meaning (`\W`, `\S`, `\u00C9`). */
function lowerPattern(pattern: string): string {
  return pattern.replace(/\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[\s\S])|[A-Z]+/g, (part) =>
    part.startsWith('\\') ? part : part.toLowerCase(),
  );
}
