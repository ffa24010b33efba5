const MAX_LENGTH = 2_000;
/** Characters and classes after writing out all bounded repetitions. */
const MAX_SIZE = 10_000;

const LOOK_AROUND = /^\(\?(?:=|!|<=|<!)/;
const REPETITION = /^\{(\d+)(?:,(\d*))?\}/;

/**
 * What is wrong with the regular expression of a MATCHES, as the end of a sentence; undefined if nothing is. Refused
 * is what cannot be matched in bounded time or space: back-references, look-around, huge repetitions. A leading `(?i)`
 * is the only option.
 */
export function regularExpressionProblem(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return `has ${text.length} characters, more than ${MAX_LENGTH}`;
  const body = text.startsWith('(?i)') ? text.slice(4) : text;
  return constructProblem(body) ?? compileProblem(body);
}

function compileProblem(body: string): string | undefined {
  try {
    RegExp(body, 's');
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return `is malformed: ${(message.split(': ').at(-1) ?? message).toLowerCase()}`;
  }
}

/** One open group: its size so far and that of its last atom, which a repetition multiplies. */
interface OpenGroup {
  size: number;
  last: number;
}

function constructProblem(body: string): string | undefined {
  const open: OpenGroup[] = [{ size: 0, last: 0 }];
  for (let at = 0; at < body.length; at++) {
    const group = open.at(-1);
    if (group === undefined) return undefined;
    const rest = body.slice(at, at + 40);
    const repetition = REPETITION.exec(rest);
    switch (body[at]) {
      case '\\':
        if (/^\\(?:[1-9]|k<)/.test(rest)) return 'refers back to a group, which cannot be matched in bounded time';
        addAtom(group, 1);
        at++;
        break;
      case '[':
        addAtom(group, 1);
        at = endOfClass(body, at);
        break;
      case '(':
        if (LOOK_AROUND.test(rest)) return 'looks ahead or behind, which cannot be matched in bounded time';
        if (rest.startsWith('(?P=')) return 'refers back to a group, which cannot be matched in bounded time';
        open.push({ size: 0, last: 0 });
        break;
      case ')':
        if (open.length > 1) {
          open.pop();
          addAtom(open.at(-1) ?? group, group.size);
        }
        break;
      case '{':
        if (repetition === null) {
          addAtom(group, 1);
        } else {
          const times = Math.max(Number(repetition[1]), Number(repetition[2] ?? 0));
          group.size += group.last * Math.max(0, times - 1);
          at += repetition[0].length - 1;
        }
        break;
      case '*':
      case '+':
      case '?':
      case '|':
        break;
      default:
        addAtom(group, 1);
    }
    if (open.some((each) => each.size > MAX_SIZE)) return `repeats more than it may (${MAX_SIZE} characters in all)`;
  }
  return undefined;
}

function addAtom(group: OpenGroup, size: number): void {
  group.size += size;
  group.last = size;
}

function endOfClass(body: string, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    if (body[at] === '\\') at++;
    else if (body[at] === ']') return at;
  }
  return body.length;
}
