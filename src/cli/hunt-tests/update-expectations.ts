import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseHuntFile } from '../../hunts/hunt-file/hunt-file-parse.ts';
import { readHuntYaml, type YamlPath, type YamlText } from '../../hunts/hunt-file/hunt-file-yaml.ts';
import type { HuntTest } from '../../hunts/hunt-file/hunt-file.ts';
import type { TestFailure } from '../../hunts/hunt-tests/run-test.ts';
import type { TextPosition } from '../../language/diagnostic.ts';
import { replaceFile } from '../replace-file.ts';

/** A test of a hunt file that failed. */
export interface FailedTest {
  /** Its place among the tests of the file, from 0. */
  readonly index: number;
  readonly test: HuntTest;
  readonly failures: readonly TestFailure[];
}

/** A count that was not written. */
export interface KeptCount {
  /** `shared`: other places would have changed with it; `unsafe`: the file would have become another one. */
  readonly why: 'shared' | 'unsafe';
  readonly at: TextPosition;
  readonly expected: number;
  readonly found: number;
}

export interface UpdatedCounts {
  readonly text: string;
  /** Places that were written. */
  readonly counts: number;
  readonly kept: readonly KeptCount[];
}

interface WantedCount {
  readonly path: YamlPath;
  readonly expected: number;
  readonly found: number;
}

/**
 * The text of a hunt file with the counts that its tests found in place of those that they expected. Nothing else of the text
 * changes, and no value but those counts. Rows that are missing, or are there and should not be, stay for a person to decide,
 * and so do counts that an alias gives to several tests, unless all of these found the same.
 */
export function updatedCounts(file: string, text: string, failed: readonly FailedTest[]): UpdatedCounts {
  const yaml = readHuntYaml(text);
  const wanted = new Map(failed.flatMap((each) => wantedOf(each, yaml)).map((each) => [keyOf(each.path), each]));
  const edits = new Map<number, { readonly start: number; readonly end: number; readonly found: number }>();
  const kept = new Map<number, KeptCount>();
  const written: WantedCount[] = [];
  for (const each of wanted.values()) {
    const { path, expected, found } = each;
    const { start, end } = yaml.rangeOf(path);
    const agree = yaml.sharedPaths(path).every((shared) => wanted.get(keyOf(shared))?.found === found);
    if (agree) {
      edits.set(start.offset, { start: start.offset, end: end.offset, found });
      written.push(each);
    } else if (!kept.has(start.offset)) kept.set(start.offset, { why: 'shared', at: start, expected, found });
  }
  let updated = text;
  // From the end, so that the places before stay what they are.
  for (const { start, end, found } of [...edits.values()].sort((a, b) => b.start - a.start)) {
    updated = updated.slice(0, start) + String(found) + updated.slice(end);
  }
  if (isMeant(file, updated, yaml.value, written)) {
    return { text: updated, counts: edits.size, kept: [...kept.values()] };
  }
  // The file is the user's work: better no count than one that costs a line of it.
  const all = [...wanted.values()].map(({ path, expected, found }): KeptCount => {
    return { why: 'unsafe', at: yaml.rangeOf(path).start, expected, found };
  });
  return { text, counts: 0, kept: all };
}

/** Writes the counts into the file, at once. Throws `UsageError` where it may not be written. */
export async function updateExpectations(
  file: string,
  text: string,
  failed: readonly FailedTest[],
  cwd: string,
): Promise<UpdatedCounts> {
  const updated = updatedCounts(file, text, failed);
  if (updated.counts > 0) {
    const path = resolve(cwd, file);
    await replaceFile(path, (await hasByteOrderMark(path)) ? `\ufeff${updated.text}` : updated.text);
  }
  return updated;
}

/** Reading a text takes the mark off; the file keeps it. */
async function hasByteOrderMark(path: string): Promise<boolean> {
  const bytes = await readFile(path);
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Counts of a test that were others, where they stand in the text as it is now: someone may have written to it meanwhile. */
function wantedOf({ index, test, failures }: FailedTest, yaml: YamlText): WantedCount[] {
  return failures.flatMap(({ kind, subject, at, expected, found }): WantedCount[] => {
    if (kind !== 'count' || typeof expected !== 'number') return [];
    const moments = at === undefined ? [[]] : momentsAt(test, at).map((moment) => ['at', moment]);
    return moments
      .map((moment): YamlPath => ['tests', index, 'expect', ...moment, subject, 'count'])
      .filter((path) => yaml.scalarAt(path)?.value === expected)
      .map((path) => ({ path, expected, found }));
  });
}

/** Several may be written alike. */
function momentsAt(test: HuntTest, at: string): number[] {
  return (test.expect.at ?? []).flatMap(({ time }, i) => (time === at ? [i] : []));
}

/** Whether the text is a hunt file that differs from what was read in these counts, and in nothing else. */
function isMeant(file: string, text: string, before: unknown, written: readonly WantedCount[]): boolean {
  if (written.length === 0) return true;
  if (parseHuntFile(file, text).hunt === undefined) return false;
  const meant = structuredClone(before);
  for (const { path, found } of written) {
    const parent = path.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], meant);
    (parent as Record<string, unknown>)['count'] = found;
  }
  return isDeepStrictEqual(readHuntYaml(text).value, meant);
}

function keyOf(path: YamlPath): string {
  return JSON.stringify(path);
}
