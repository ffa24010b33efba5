import { reasonsOf, type TestReport, type TestResult } from './test-report.ts';
import { xmlAttribute, xmlContent } from '../xml-text.ts';

/** The report as JUnit XML: a suite per hunt file, as CI servers read it. */
export function junitReport({ results, broken, passed, failed }: TestReport): string {
  const files = [...new Set(results.map(({ file }) => file))];
  const suites = files.map((file) =>
    suiteOf(
      file,
      results.filter((result) => result.file === file),
    ),
  );
  const errors = broken.map(({ hunt, file, diagnostics }) => {
    const text = diagnostics
      .map(({ range, message }) => `${file}:${range.start.line}:${range.start.column}: ${message}`)
      .join('\n');
    const first = diagnostics[0]?.message ?? 'The hunt has errors';
    return (
      `  <testsuite name="${xmlAttribute(hunt)}" file="${xmlAttribute(file)}" tests="1" failures="0" errors="1" time="0">\n` +
      `    <testcase classname="${xmlAttribute(hunt)}" name="checks" time="0">\n` +
      `      <error message="${xmlAttribute(first)}">${xmlContent(text)}</error>\n    </testcase>\n  </testsuite>\n`
    );
  });
  const seconds = secondsOf(results);
  const failures = failed - broken.length;
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="windhover test" tests="${passed + failed}" failures="${failures}" errors="${broken.length}" time="${seconds}">\n` +
    `${suites.join('')}${errors.join('')}</testsuites>\n`
  );
}

function suiteOf(file: string, results: readonly TestResult[]): string {
  const hunt = results[0]?.hunt ?? file;
  const failures = results.filter(({ ok }) => !ok).length;
  return (
    `  <testsuite name="${xmlAttribute(hunt)}" file="${xmlAttribute(file)}" tests="${results.length}" failures="${failures}" errors="0" time="${secondsOf(results)}">\n` +
    `${results.map(caseOf).join('')}  </testsuite>\n`
  );
}

function caseOf(result: TestResult): string {
  const head = `    <testcase classname="${xmlAttribute(result.hunt)}" name="${xmlAttribute(result.name)}" time="${secondsOf([result])}"`;
  if (result.ok) return `${head}/>\n`;
  const reasons = reasonsOf(result);
  return (
    `${head}>\n      <failure message="${xmlAttribute(reasons[0] ?? 'failed')}">${xmlContent(reasons.join('\n'))}</failure>\n` +
    '    </testcase>\n'
  );
}

function secondsOf(results: readonly TestResult[]): string {
  return (results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 1000).toFixed(3);
}
