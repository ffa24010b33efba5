import { createReadStream } from 'node:fs';

/** Longest line that is looked at, in UTF-16 units. */
export const MAX_LINE = 8 * 1024 * 1024;

/** Lines of a log from a byte on, of bounded length: what goes beyond is cut off. Throws what the file system says. */
export async function* alertLogLines(path: string, start = 0): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18, start })) {
    let from = 0;
    for (let at = (chunk as string).indexOf('\n'); at >= 0; at = (chunk as string).indexOf('\n', from)) {
      yield rest + (chunk as string).slice(from, at);
      rest = '';
      from = at + 1;
    }
    if (rest.length <= MAX_LINE) rest += (chunk as string).slice(from);
  }
  if (rest !== '') yield rest;
}
