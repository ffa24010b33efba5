import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError, WindhoverError } from '../../errors/windhover-error.ts';
import { hasErrors, type CompiledHunt } from '../../hunts/compile-hunt.ts';
import { ClauseCoverage } from '../../hunts/hunt-tests/clause-coverage.ts';
import { compileTests, type CompiledTest } from '../../hunts/hunt-tests/compile-test.ts';
import { InlineByteSource } from '../../hunts/hunt-tests/inline-byte-source.ts';
import { runTest } from '../../hunts/hunt-tests/run-test.ts';
import { escapeTerminal } from '../../sinks/terminal/escape-terminal.ts';
import { displayWidth } from '../../sinks/terminal/display-width.ts';
import { FileByteSource } from '../../sources/file-byte-source.ts';
import type { ByteSource } from '../../telemetry/decoder.ts';
import { junitReport } from './junit-report.ts';
import { huntPaths, isHuntFile, loadHunt, readHuntText } from '../load-hunts.ts';
import { renderCoverage } from '../coverage/render-coverage.ts';
import { renderTestResult } from './render-test-result.ts';
import { reportDiagnostics } from '../report-diagnostics.ts';
import { usesColour, write, type TerminalIo } from '../terminal-io.ts';
import { updateExpectations, type FailedTest, type KeptCount } from './update-expectations.ts';
import { testDocument, testReport, type BrokenHunt, type TestResult, type HuntCoverage } from './test-report.ts';

export interface TestOptions {
  /** Hunt files, huntflows and folders. */
  readonly files: readonly string[];
  readonly format: 'text' | 'json' | 'junit';
  /** Only tests in whose hunt or name this stands. */
  readonly only: string | undefined;
  /** Tell which comparisons of the hunts no test decides by. */
  readonly coverage?: boolean;
  /** Write the counts that were found into the hunt files. */
  readonly update?: boolean;
}

/** Largest file of records that a test reads, in bytes as it lies there. */
const MAX_RECORDS_BYTES = 1024 ** 3;

interface Planned {
  readonly hunt: CompiledHunt;
  readonly file: string;
  readonly test: CompiledTest;
}

/** `windhover test`: the tests in hunt files, one after the other. Answers with the exit code. */
export async function testHunts(options: TestOptions, io: TerminalIo): Promise<number> {
  const { planned, broken, untested } = await plan(options, io);
  if (planned.length === 0 && broken.length === 0) {
    const { only } = options;
    throw new UsageError(
      'test-missing',
      only === undefined ? `There is no test in ${options.files.join(', ')}` : `No test has "${only}" in its name`,
      only === undefined
        ? 'Write tests: into the hunt file; docs/hunt-files.md tells how.'
        : 'Leave --only out to run all.',
    );
  }
  for (const file of untested) await write(io.stderr, `warning: ${escapeTerminal(file)} has no tests\n`);
  const layout = {
    huntWidth: Math.max(0, ...planned.map(({ hunt }) => displayWidth(escapeTerminal(hunt.id)))),
    nameWidth: Math.max(0, ...planned.map(({ test }) => displayWidth(escapeTerminal(test.test.name)))),
    color: usesColour(io.stdout, io.env),
  };
  const results: TestResult[] = [];
  const coverages = new Map<CompiledHunt, ClauseCoverage>();
  if (options.coverage === true) for (const { hunt } of planned) coverages.set(hunt, new ClauseCoverage(hunt));
  for (const each of planned) {
    if (io.signal.aborted) break;
    const result = await resultOf(each, io, coverages.get(each.hunt));
    results.push(result);
    if (options.format === 'text') await write(io.stdout, renderTestResult(result, layout));
  }
  const report = testReport(results, broken, untested, coveragesOf(planned, coverages));
  if (options.format === 'json') await write(io.stdout, `${JSON.stringify(testDocument(report), null, 2)}\n`);
  else if (options.format === 'junit') await write(io.stdout, junitReport(report));
  else {
    for (const { hunt } of broken) await write(io.stdout, `${escapeTerminal(hunt)}  FAILED  the hunt has errors\n`);
    await write(io.stdout, renderCoverage(report.coverage));
    await write(io.stdout, `${report.passed} passed, ${report.failed} failed\n`);
  }
  if (io.signal.aborted) return io.signal.reason === 'output-closed' ? 0 : 130;
  if (options.update === true) await update(planned, results, io);
  return report.failed === 0 ? 0 : 1;
}

async function plan(
  { files, only }: TestOptions,
  io: TerminalIo,
): Promise<{ planned: Planned[]; broken: BrokenHunt[]; untested: string[] }> {
  const planned: Planned[] = [];
  const broken: BrokenHunt[] = [];
  const untested: string[] = [];
  for (const argument of files) {
    for (const file of await huntPaths(argument, io.cwd)) {
      // A bare huntflow cannot have tests: in a folder that goes without saying.
      if (!isHuntFile(file)) {
        if (file === argument) untested.push(file);
        continue;
      }
      const loaded = await loadHunt(file, io);
      const { tests, diagnostics } = loaded.hunt === undefined ? NONE : compileTests(loaded.hunt);
      const all = [...loaded.diagnostics, ...diagnostics];
      if (loaded.diagnostics.length > 0) await reportDiagnostics(loaded, loaded.diagnostics, io);
      if (diagnostics.length > 0) {
        await reportDiagnostics({ ...loaded, text: await readHuntText(file, io.cwd) }, diagnostics, io);
      }
      if (loaded.hunt === undefined || hasErrors(all)) {
        broken.push({ hunt: loaded.id, file, diagnostics: all });
        continue;
      }
      const { hunt } = loaded;
      if (tests.length === 0) untested.push(file);
      for (const test of tests) {
        if (only === undefined || `${hunt.id} ${test.test.name}`.includes(only)) planned.push({ hunt, file, test });
      }
    }
  }
  return { planned, broken, untested };
}

/** Counts of the tests that failed, file by file. */
async function update(planned: readonly Planned[], results: readonly TestResult[], io: TerminalIo): Promise<void> {
  for (const file of new Set(planned.map((each) => each.file))) {
    const failed = planned.flatMap(({ hunt, file: own, test: { test } }, i): FailedTest[] => {
      const { failures = [], problem } = results[i] ?? {};
      if (own !== file || failures.length === 0 || problem !== undefined) return [];
      return [{ index: hunt.definition.tests.indexOf(test), test, failures }];
    });
    const { counts, kept } = await updateExpectations(file, await readHuntText(file, io.cwd), failed, io.cwd);
    if (counts > 0) await write(io.stderr, `${escapeTerminal(file)}: ${counts} counts updated\n`);
    for (const each of kept) await write(io.stderr, keptText(file, each));
  }
}

function keptText(file: string, { why, at, expected, found }: KeptCount): string {
  const place = `${escapeTerminal(file)}:${at.line}:${at.column}`;
  const reason =
    why === 'shared'
      ? 'an alias makes other places say the same'
      : 'the file would not be the same hunt file with it written';
  return `${place}: warning: the count ${expected} stays, though ${found} was found: ${reason}\n`;
}

/** Of each hunt once, in the order of the tests. */
function coveragesOf(
  planned: readonly Planned[],
  coverages: ReadonlyMap<CompiledHunt, ClauseCoverage>,
): HuntCoverage[] {
  return [...coverages].map(([hunt, { clauses }]) => ({
    hunt: hunt.id,
    file: planned.find((each) => each.hunt === hunt)?.file ?? hunt.file,
    clauses,
  }));
}

const NONE = { tests: [], diagnostics: [] };

async function resultOf(
  { hunt, file, test }: Planned,
  io: TerminalIo,
  coverage: ClauseCoverage | undefined,
): Promise<TestResult> {
  const started = io.now();
  const common = { hunt: hunt.id, file, name: test.test.name };
  try {
    const { failures, problem } = await runTest(
      hunt,
      test,
      await recordsOf(test, dirname(resolve(io.cwd, file))),
      coverage,
    );
    return {
      ...common,
      ok: failures.length === 0 && problem === undefined,
      failures,
      ...(problem === undefined ? {} : { problem }),
      elapsedMs: io.now() - started,
    };
  } catch (error) {
    // A defect in an operator fails the test that shows it; the others are still worth knowing.
    const problem =
      error instanceof WindhoverError
        ? `${error.message}. ${error.hint}`
        : `the hunt failed and was stopped: ${error instanceof Error ? error.message : String(error)}`;
    return { ...common, ok: false, failures: [], problem, elapsedMs: io.now() - started };
  }
}

async function recordsOf({ test }: CompiledTest, folder: string): Promise<ByteSource> {
  const { records } = test;
  if (records.kind === 'inline') return new InlineByteSource(records.text);
  const size = await stat(resolve(folder, records.path)).then(
    (info) => info.size,
    () => 0,
  );
  if (size > MAX_RECORDS_BYTES) {
    throw new UsageError('test-records-too-large', `${records.path} has ${size} bytes`, 'A test reads at most 1 GiB.');
  }
  return new FileByteSource('', records.path, folder);
}
