import type { BacktestHunt, BacktestReport } from '../../backtest/backtest-report.ts';
import type { ExpectationResult } from '../../backtest/expectations.ts';
import { xmlAttribute, xmlContent } from '../xml-text.ts';

interface Case {
  readonly name: string;
  readonly problem?: { readonly kind: 'failure' | 'error'; readonly message: string; readonly text: string };
}

/** The report as JUnit XML, as CI servers read it: a suite per hunt, a case for whether it ran and one per expectation. */
export function backtestJunit(report: BacktestReport): string {
  const suites = report.hunts.map((hunt) => ({ name: hunt.hunt, file: hunt.file, cases: casesOf(hunt) }));
  const called = report.expectations.map(expectationCase);
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

function casesOf({ diagnostics, ok, expectations = [], standing }: BacktestHunt): Case[] {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const ran: Case = ok
    ? { name: `runs, ${standing} alerts` }
    : {
        name: 'runs',
        problem: {
          kind: 'error',
          message: errors[0]?.message ?? 'The hunt has errors',
          text: errors.map(({ code, message }) => `${code}: ${message}`).join('\n'),
        },
      };
  return [ran, ...expectations.map(expectationCase)];
}

function expectationCase({ subject, expected, ok, message }: ExpectationResult): Case {
  const name = `${subject}: ${expected}`;
  return ok ? { name } : { name, problem: { kind: 'failure', message, text: message } };
}

function countsOf(cases: readonly Case[]): string {
  const count = (kind: string): number => cases.filter(({ problem }) => problem?.kind === kind).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
}

function caseText(suite: string, { name, problem }: Case): string {
  const head = `    <testcase classname="${xmlAttribute(suite)}" name="${xmlAttribute(name)}" time="0"`;
  if (problem === undefined) return `${head}/>\n`;
  const { kind, message, text } = problem;
  return `${head}>\n      <${kind} message="${xmlAttribute(message)}">${xmlContent(text)}</${kind}>\n    </testcase>\n`;
}
