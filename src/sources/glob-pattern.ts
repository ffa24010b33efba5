/** Does a name hold `*` or `?`? */
export function isGlob(name: string): boolean {
  return /[*?]/u.test(name);
}

/**
 * Matcher of one path segment: `*` stands for any run of characters, `?` for one. Hidden names only match a pattern
 * that begins with a dot. Linear in both lengths but for one backtrack, whatever the pattern.
 */
export function globMatcher(pattern: string): (name: string) => boolean {
  return (name) => (!name.startsWith('.') || pattern.startsWith('.')) && matches(pattern, name);
}

function matches(pattern: string, name: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < name.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = position;
    } else if (wanted === '?' || wanted === name[position]) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
