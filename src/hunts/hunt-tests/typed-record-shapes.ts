import type { RecordProblem } from './record-problem.ts';
import { SYSMON_OBJECTS, TYPED_OBJECTS, type TypedProcess, type TypedRecord } from './typed-record-schema.ts';

export type RecordShape = 'sysflow' | 'sysmon';

/** Host of a record that names none. */
export const DEFAULT_HOST = 'host-1';

/** One sensor looks after a host: what one of its records shows holds for all. */
export function recordShapes(
  typed: readonly (TypedRecord | undefined)[],
  problems: RecordProblem[],
): Map<string, RecordShape> {
  const written = new Map<string, RecordShape>();
  const seen = new Map<string, RecordShape>();
  for (const [index, record] of typed.entries()) {
    if (record === undefined) continue;
    const host = record.host ?? DEFAULT_HOST;
    if (record.shape !== undefined) {
      const other = written.get(host);
      if (other !== undefined && other !== record.shape) {
        problems.push({
          path: [index, 'shape'],
          message: `The records of ${host} have the shape ${other} above.`,
          hint: 'Give one of the hosts another name.',
        });
      }
      written.set(host, record.shape);
    }
    if (looksWindows(record)) seen.set(host, 'sysmon');
  }
  return new Map([...seen, ...written]);
}

function looksWindows(record: TypedRecord): boolean {
  if (SYSMON_OBJECTS.some((key) => record[key] !== undefined)) return true;
  if (record.file !== undefined && isWindowsPath(record.file.path)) return true;
  const { process } = record;
  if (typeof process === 'number') return false;
  const { parent } = process;
  return looksWindowsProcess(process) || (typeof parent === 'object' && looksWindowsProcess(parent));
}

function looksWindowsProcess({ name, executable, command_line, user }: TypedProcess): boolean {
  return (
    /\.exe$/i.test(name ?? '') ||
    isWindowsPath(executable ?? '') ||
    isWindowsPath((command_line ?? '').replace(/^"/, '')) ||
    (user ?? '').includes('\\')
  );
}

function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:\\|^\\\\/.test(path);
}

/** What no sensor of this shape could have written. */
export function checkRecordShape(
  record: TypedRecord,
  index: number,
  shape: RecordShape,
  problems: RecordProblem[],
): void {
  const objects = TYPED_OBJECTS.filter((key) => record[key] !== undefined);
  const [first, second] = objects;
  if (second !== undefined) {
    problems.push({
      path: [index, second],
      message: `A record is about one thing, and this one has ${first ?? ''} and ${second}.`,
      hint: 'Write two records.',
    });
  }
  if (first !== undefined && record.action !== undefined) {
    problems.push({
      path: [index, 'action'],
      message: `The action ${record.action} is of the process, and this record is about its ${first}.`,
      hint: 'Write it as a record of its own.',
    });
  }
  const foreign = SYSMON_OBJECTS.find((key) => record[key] !== undefined);
  if (shape === 'sysflow' && foreign !== undefined) {
    problems.push({
      path: [index, foreign],
      message: `SysFlow has no records of this kind (${foreign}).`,
      hint: 'Give the record shape: sysmon, or leave the shape out.',
    });
  }
  const action = record.file?.action;
  if (shape === 'sysmon' && (action === 'read' || action === 'access' || action === 'rename')) {
    problems.push({
      path: [index, 'file', 'action'],
      message: `Sysmon does not record it (${action}).`,
      hint: 'Sysmon knows create, write, delete and load.',
    });
  }
}
