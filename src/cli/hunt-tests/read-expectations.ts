import { UsageError } from '../../errors/windhover-error.ts';
import { expectationFileSchema, type ExpectationFile } from '../../hunts/hunt-file/expectation-schema.ts';
import { readHuntYaml } from '../../hunts/hunt-file/hunt-file-yaml.ts';
import { readTextFile } from '../read-text-file.ts';

const KIND = { area: 'expect', what: 'A gate', limit: 1024 * 1024 } as const;

/**
 * The gate of `--expect`: YAML, or JSON, which is YAML too. Throws `UsageError`: `expect-unreadable`, `expect-wrong`,
 * `expect-nothing`, `expect-hunt-unknown` for a hunt that the call does not have.
 */
export async function readExpectations(path: string, hunts: readonly string[]): Promise<ExpectationFile> {
  const yaml = readHuntYaml(await textOf(path));
  const [first] = yaml.diagnostics;
  if (first !== undefined) throw wrong(path, first.range.start, first.message);
  const parsed = expectationFileSchema.safeParse(yaml.value ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = (issue?.path ?? []) as (string | number)[];
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
    const range = keys.length > 0 ? yaml.keyRangeOf([...at, keys[0] as string]) : yaml.rangeOf(at);
    const what =
      keys.length > 0
        ? `there is no key ${JSON.stringify(keys[0])} here`
        : `${at.join('.') || 'the file'}: ${issue?.code === 'invalid_union' ? 'expected a number, or min and max' : issue?.message}`;
    throw wrong(path, range.start, what);
  }
  const unknown = Object.keys(parsed.data.hunts ?? {}).find((id) => !hunts.includes(id));
  if (unknown !== undefined) {
    throw new UsageError(
      'expect-hunt-unknown',
      `${path} expects something of ${unknown}, which the call does not run`,
      `The hunts of this call are ${hunts.slice(0, 12).join(', ')}.`,
    );
  }
  if (isEmpty(parsed.data)) {
    throw new UsageError(
      'expect-nothing',
      `${path} expects nothing: it can never fail`,
      'Write a range, such as alerts: { max: 50 }, or leave --expect out.',
    );
  }
  return parsed.data;
}

function isEmpty({ hunts = {}, ...called }: ExpectationFile): boolean {
  return [called, ...Object.values(hunts)].every(
    ({ alerts, hosts = {}, titles = {}, gained, lost }) =>
      [alerts, gained, lost].every((range) => range === undefined) &&
      Object.keys(hosts).length + Object.keys(titles).length === 0,
  );
}

async function textOf(path: string): Promise<string> {
  try {
    return await readTextFile(path, path, KIND);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError('expect-unreadable', `${path} cannot be read`, 'Name a file that you may read.', cause);
  }
}

function wrong(path: string, { line, column }: { line: number; column: number }, what: string): UsageError {
  return new UsageError(
    'expect-wrong',
    `${path}:${line}:${column}: ${what}`,
    'Possible are alerts, hosts, titles, gained, lost and hunts; a range is a number, or {min: 1, max: 5}.',
  );
}
