import { resolve } from 'node:path';
import { readHuntYaml } from '../../hunts/hunt-file/hunt-file-yaml.ts';
import type { HuntTest } from '../../hunts/hunt-file/hunt-file.ts';
import type { TestFailure } from '../../hunts/hunt-tests/run-test.ts';
import { replaceFile } from '../replace-file.ts';

/** A test of a hunt file that failed. */
export interface FailedTest {
  /** Its place among the tests of the file, from 0. */
  readonly index: number;
  readonly test: HuntTest;
  readonly failures: readonly TestFailure[];
}

/**
 * The text of a hunt file with the counts that its tests found in place of those that they expected. Nothing else of the text
 * changes. Rows that are missing, or are there and should not be, stay for a person to decide.
 */
export function updatedCounts(text: string, failed: readonly FailedTest[]): { text: string; counts: number } {
  const yaml = readHuntYaml(text);
  const edits: { readonly start: number; readonly end: number; readonly found: number }[] = [];
  for (const { index, test, failures } of failed) {
    for (const { kind, subject, at, found } of failures) {
      if (kind !== 'count') continue;
      const moment = at === undefined ? [] : ['at', (test.expect.at ?? []).findIndex(({ time }) => time === at)];
      const range = yaml.scalarAt(['tests', index, 'expect', ...moment, subject, 'count'])?.range;
      if (range !== undefined && range !== null) edits.push({ start: range[0], end: range[1], found });
    }
  }
  let updated = text;
  // From the end, so that the places before stay what they are.
  for (const { start, end, found } of edits.sort((a, b) => b.start - a.start)) {
    updated = updated.slice(0, start) + String(found) + updated.slice(end);
  }
  return { text: updated, counts: edits.length };
}

/** Writes the counts into the file, at once. Answers with how many; throws `UsageError` where it may not be written. */
export async function updateExpectations(
  file: string,
  text: string,
  failed: readonly FailedTest[],
  cwd: string,
): Promise<number> {
  const updated = updatedCounts(text, failed);
  if (updated.counts > 0) await replaceFile(resolve(cwd, file), updated.text);
  return updated.counts;
}
