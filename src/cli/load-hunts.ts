import { readdir, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { UsageError } from '../errors/windhover-error.ts';
import { compileHunt, loadPaths, type CompileResult } from '../hunts/compile-hunt.ts';
import { huntFromHuntflow, parseHuntFile } from '../hunts/hunt-file/hunt-file-parse.ts';
import type { HuntFile } from '../hunts/hunt-file/hunt-file.ts';
import type { Diagnostic } from '../language/diagnostic.ts';
import { LineIndex } from '../language/line-index.ts';
import type { LoadedTable, LoadFailure } from '../language/loaded-table.ts';
import type { HuntChange } from '../hunts/upgrade/hunt-change.ts';
import { escapeTerminal } from '../sinks/terminal/escape-terminal.ts';
import { readTableFile } from '../tables/read-table-file.ts';
import type { PathContext } from '../tables/table-path.ts';
import { readTextFile, TextEncodingError } from './read-text-file.ts';

/** Largest hunt file that is read. */
export const MAX_HUNT_BYTES = 4 * 1024 * 1024;
/** So many files are read at the same time. */
const READ_AT_ONCE = 16;

export interface LoadedHunt extends CompileResult {
  /** Text of the file the positions of diagnostics are in. */
  readonly text: string;
}

/** `x.hf` is a huntflow, `x.hunt.yaml` a hunt file; anything else is taken for a huntflow when named directly. */
export function isHuntFile(path: string): boolean {
  return /\.hunt\.ya?ml$/i.test(path);
}

/**
 * Files that a HUNT argument names: a file, or every `.hf` and `.hunt.yaml` below a folder, in name order.
 * Throws `UsageError` where there is nothing.
 */
export async function huntPaths(argument: string, cwd: string): Promise<string[]> {
  const path = resolve(cwd, argument);
  const info = await stat(path).catch((cause: unknown) => {
    throw new UsageError(
      'hunt-missing',
      `There is no hunt ${argument}`,
      'Name a .hf or .hunt.yaml file, or a folder of them.',
      cause,
    );
  });
  if (!info.isDirectory()) return [argument];
  const found: string[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(resolve(cwd, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const at = join(folder, entry.name);
      if (entry.isDirectory()) await visit(at);
      else if (!isHuntFile(entry.name) && !entry.name.endsWith('.hf')) continue;
      // A pipe would be waited for. A link that leads nowhere is told when it is read.
      else if (entry.isFile() || !(await isSpecial(resolve(cwd, at)))) found.push(at);
    }
  };
  await visit(argument);
  if (found.length === 0) {
    throw new UsageError(
      'hunt-missing',
      `There is no hunt in ${argument}`,
      'Hunts are files that end in .hf or .hunt.yaml.',
    );
  }
  return found;
}

/** What a pipe, a device, or a link to one is: neither a file nor a folder. */
async function isSpecial(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info !== undefined && !info.isFile() && !info.isDirectory();
}

/** Text of a hunt's file. Throws `UsageError` where it cannot be read, `TextEncodingError` where it is no UTF-8. */
export async function readHuntText(file: string, cwd: string): Promise<string> {
  const path = isAbsolute(file) ? file : resolve(cwd, file);
  try {
    return await readTextFile(path, file, { area: 'hunt', what: 'A hunt', limit: MAX_HUNT_BYTES });
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError('hunt-unreadable', `${file} cannot be read`, 'Name a file that you may read.', cause);
  }
}

/**
 * Reads and compiles a hunt, with the files that it loads; what is wrong with its text, or one of these files, is in
 * the diagnostics. `readText`: from where the hunt file, and a huntflow of its own, are read.
 */
export async function loadHunt(
  file: string,
  context: PathContext,
  adapt: (hunt: HuntFile) => HuntFile = (hunt) => hunt,
  readText: (file: string) => Promise<string> = (path) => readHuntText(path, context.cwd),
): Promise<LoadedHunt> {
  let text;
  try {
    text = await readText(file);
  } catch (error) {
    if (!(error instanceof TextEncodingError)) throw error;
    return { id: file, file, statements: 0, diagnostics: [encodingDiagnostic(error)], text: error.text };
  }
  if (!isHuntFile(file)) {
    return { ...(await compileWithTables(adapt(huntFromHuntflow(file, text)), text, context)), text };
  }
  const { hunt, diagnostics } = parseHuntFile(file, text);
  if (hunt === undefined) return { id: file, file, statements: 0, diagnostics, text };
  const adapted = adapt(hunt);
  if (adapted.huntflow.kind === 'inline') {
    const compiled = await compileWithTables(adapted, adapted.huntflow.text, context);
    return { ...compiled, diagnostics: [...diagnostics, ...compiled.diagnostics], text };
  }
  const { path, range } = adapted.huntflow;
  try {
    const huntflow = await readText(join(dirname(file), path));
    const compiled = await compileWithTables(adapted, huntflow, context);
    // Positions are in the huntflow's own file; the hunt file is named by the message's place in it.
    return { ...compiled, file, diagnostics: [...diagnostics, ...compiled.diagnostics], text: huntflow };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const missing: Diagnostic = {
      code: 'huntflow-unreadable',
      severity: 'error',
      range,
      message: error.message,
      hint: error instanceof TextEncodingError ? error.hint : 'The path is relative to the folder of the hunt file.',
    };
    return { id: adapted.id, file, statements: 0, diagnostics: [...diagnostics, missing], text };
  }
}

/** Loads hunts, in their order. Throws what the first one that cannot be read throws. */
export async function loadHunts(
  files: readonly string[],
  context: PathContext,
  adapt?: (hunt: HuntFile) => HuntFile,
): Promise<LoadedHunt[]> {
  const loaded: LoadedHunt[] = [];
  for (let at = 0; at < files.length; at += READ_AT_ONCE) {
    const some = files.slice(at, at + READ_AT_ONCE).map((file) => loadHunt(file, context, adapt));
    for (const one of await Promise.allSettled(some)) {
      if (one.status === 'rejected') throw one.reason;
      loaded.push(one.value);
    }
  }
  return loaded;
}

/** A file of no UTF-8 as a problem at its place. */
export function encodingDiagnostic({ code, hint, text, offset }: TextEncodingError): Diagnostic {
  const range = new LineIndex(text).range(offset, offset + 1);
  return { code, severity: 'error', range, message: text === '' ? 'This is UTF-16.' : 'This is not UTF-8.', hint };
}

/** Compiles a hunt with the files that it loads; one that cannot be read is a diagnostic. */
export async function compileWithTables(
  hunt: HuntFile,
  huntflow: string,
  context: PathContext,
): Promise<CompileResult> {
  const tables = new Map<string, LoadedTable | LoadFailure>();
  for (const path of loadPaths(huntflow)) tables.set(path, await readTableFile(path, context));
  return compileHunt(hunt, huntflow, tables);
}

/** What becomes of the state of a hunt, and why; a hunt that loads files changes with them. */
export function changedHunt({ hunt: id, outcome }: HuntChange, loaded: readonly LoadedHunt[]): string {
  const name = escapeTerminal(id);
  const now = loaded.find((each) => each.id === id);
  if (outcome === 'kept') return `${name}: it cannot run as it is; what the state holds for it is kept until it can\n`;
  if (outcome === 'removed') {
    if (now === undefined) return `${name}: it is not run any more; its state is given back\n`;
    const why = now.hunt?.definition.enabled === false ? 'it is disabled' : 'it reads other sources';
    return `${name}: ${why}; its state is given back, and its sources are read again when it runs\n`;
  }
  const loads = now?.hunt?.plan.nodes.some((node) => node.op === 'new' && node.file !== undefined) ?? false;
  const what = loads ? 'its text, or a file that it loads,' : 'its text';
  const then =
    outcome === 'carried'
      ? 'what it selects is as it was, so it goes on where it stopped'
      : 'its state is dropped and its source is read again';
  return `${name}: ${what} has changed; ${then}\n`;
}
