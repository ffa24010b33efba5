import type { BacktestHunt, BacktestReport, RemovedHunt } from '../../backtest/backtest-report.ts';
import type { ExpectationResult, LeftOutExpectation } from '../../backtest/expectations.ts';
import { interruptionText, type Interruption } from '../../backtest/interruption.ts';
import { xmlAttribute, xmlContent } from '../xml-text.ts';

interface Case {
  readonly name: string;
  readonly problem?: {
    readonly kind: 'failure' | 'error' | 'skipped';
    readonly message: string;
    readonly text: string;
  };
}

/** The report as JUnit XML, as CI servers read it: a suite per hunt, a case for whether it ran and one per expectation. */
export function backtestJunit(report: BacktestReport): string {
  const { interruption } = report;
  const part = interruption === undefined ? '' : ' in the part that was read';
  const suites = report.hunts.map((hunt) => ({ name: hunt.hunt, file: hunt.file, cases: casesOf(hunt, part) }));
  const called = [
    ...(interruption === undefined ? [] : [interruptionCase(interruption)]),
    ...report.removed.map(removedCase),
    ...report.expectations.map(expectationCase),
  ];
  if (called.length > 0) suites.push({ name: 'backtest', file: '', cases: called });
  const all = suites.flatMap(({ cases }) => cases);
  const seconds = (report.elapsedMs / 1000).toFixed(3);
  const text = suites.map(({ name, file, cases }) => {
    const place = file === '' ? '' : ` file="${xmlAttribute(file)}"`;
    const body = cases.map((each) => caseText(name, each)).join('');
    return `  <testsuite name="${xmlAttribute(name)}"${place} ${countsOf(cases)} time="0">\n${body}  </testsuite>\n`;
  });
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<testsuites name="windhover backtest" ${countsOf(all)} time="${seconds}">\n${text.join('')}</testsuites>\n`
  );
}

function interruptionCase(interruption: Interruption): Case {
  const message = interruptionText(interruption);
  return { name: 'the whole input was read', problem: { kind: 'error', message, text: message } };
}

function removedCase({ hunt, file, ok, compare }: RemovedHunt): Case {
  const lost = ok ? `${compare.lostCount} alerts lost` : 'it cannot be run any more';
  const message = `${file} is not in the call`;
  return { name: `removed: ${hunt}, ${lost}`, problem: { kind: 'skipped', message, text: message } };
}

function casesOf({ diagnostics, ok, expectations = [], leftOut = [], standing }: BacktestHunt, part: string): Case[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const ran: Case = ok
    ? { name: `runs, ${standing} alerts${part}` }
    : {
        name: 'runs',
        problem: {
          kind: 'error',
          message: errors[0]?.message ?? 'The hunt has errors',
          text: errors.map(({ code, message }) => `${code}: ${message}`).join('\n'),
        },
      };
  return [ran, ...expectations.map(expectationCase), ...leftOut.map(leftOutCase)];
}

function leftOutCase({ subject, expected, message }: LeftOutExpectation): Case {
  return { name: `${subject}: ${expected}`, problem: { kind: 'skipped', message, text: message } };
}

function expectationCase({ subject, expected, ok, decided, message }: ExpectationResult): Case {
  const name = `${subject}: ${expected}`;
  if (decided === false) return { name, problem: { kind: 'skipped', message, text: message } };
  return ok ? { name } : { name, problem: { kind: 'failure', message, text: message } };
}

function countsOf(cases: readonly Case[]): string {
  const count = (kind: string): number => cases.filter(({ problem }) => problem?.kind === kind).length;
  const skipped = count('skipped');
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"${skipped === 0 ? '' : ` skipped="${skipped}"`}`;
}

function caseText(suite: string, { name, problem }: Case): string {
  const head = `    <testcase classname="${xmlAttribute(suite)}" name="${xmlAttribute(name)}" time="0"`;
  if (problem === undefined) return `${head}/>\n`;
  const { kind, message, text } = problem;
  return `${head}>\n      <${kind} message="${xmlAttribute(message)}">${xmlContent(text)}</${kind}>\n    </testcase>\n`;
}
