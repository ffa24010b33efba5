import { nearest } from '../../catalogue/nearest.ts';
import { resolvePath } from '../../catalogue/resolve-path.ts';
import type { Instant } from '../../catalogue/instant.ts';
import type { AttributePath } from '../../language/ast.ts';
import type { Diagnostic } from '../../language/diagnostic.ts';
import type { Listing } from '../../plan/hunt-plan.ts';
import { alertPath } from '../alerts/alert-paths.ts';
import type { CompiledHunt } from '../compile-hunt.ts';
import type { HuntTestExpectation } from '../hunt-file/hunt-file-schema.ts';
import type { HuntTest } from '../hunt-file/hunt-file.ts';
import { ALERT_SHORTHANDS, alertAttribute } from './alert-attribute.ts';
import { parseMoment } from './typed-moment.ts';

/** What a test asks of one variable, or of the alerts. Attributes are bound to paths. */
export interface CompiledExpectation {
  /** `undefined`: the alerts. */
  readonly variable: { readonly name: string; readonly listing: Listing } | undefined;
  readonly expectation: HuntTestExpectation;
  /** By attribute as written; of alerts none. */
  readonly paths: ReadonlyMap<string, AttributePath>;
  /** Paths that tell one entity from another, shown where nothing else is asked about. */
  readonly shown: readonly AttributePath[];
}

export interface CompiledMoment {
  /** As written. */
  readonly text: string;
  readonly time: (first: Instant) => Instant;
  readonly expectations: readonly CompiledExpectation[];
}

/** A test whose variables and attributes are those of its hunt. */
export interface CompiledTest {
  readonly test: HuntTest;
  readonly moments: readonly CompiledMoment[];
  /** When everything has been taken in. */
  readonly end: readonly CompiledExpectation[];
}

const SHOWN: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    process: ['pid', 'name', 'command_line'],
    'network-traffic': ['dst_ref.value', 'dst_port', 'src_ref.value'],
    file: ['path'],
    directory: ['path'],
    'windows-registry-key': ['key', 'x_value_name'],
    'user-account': ['user_id'],
  }),
);

/** Binds the tests of a hunt; what they say of variables and attributes that it does not have is a diagnostic. */
export function compileTests(hunt: CompiledHunt): {
  readonly tests: readonly CompiledTest[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics: Diagnostic[] = [];
  const names = new Set<string>();
  const tests = hunt.definition.tests.map((test) => {
    if (names.has(test.name)) {
      const message = `There is another test called ${test.name}`;
      diagnostics.push({ code: 'hunt-test-twice', severity: 'error', range: test.range, message });
    }
    names.add(test.name);
    return compileTest(hunt, test, diagnostics);
  });
  return { tests, diagnostics };
}

function compileTest(hunt: CompiledHunt, test: HuntTest, diagnostics: Diagnostic[]): CompiledTest {
  const { at = [], ...atEnd } = test.expect;
  const moments = at.flatMap(({ time, ...expected }, index): CompiledMoment[] => {
    if (parseMoment(time, { ms: 0, ns: 0 }) === undefined) {
      diagnostics.push({
        code: 'hunt-value',
        severity: 'error',
        range: test.expectRange(['at', index, 'time']),
        message: `${time} is no moment`,
        hint: 'Write +41s after the first record, or 2026-01-01T00:00:00Z.',
      });
      return [];
    }
    return [
      {
        text: time,
        time: (first) => parseMoment(time, first) as Instant,
        expectations: compileExpectations(hunt, test, expected, ['at', index], diagnostics),
      },
    ];
  });
  const end = compileExpectations(hunt, test, atEnd, [], diagnostics);
  const asked = [...end, ...moments.flatMap(({ expectations }) => expectations)];
  const idle = asked.length === 0 || asked.some(({ expectation }) => asksNothing(expectation));
  if (idle && !diagnostics.some(({ severity }) => severity === 'error')) {
    diagnostics.push({
      code: 'hunt-test-empty',
      severity: 'error',
      range: test.expectRange([]),
      message: `The test ${test.name} expects nothing of what it names: it can never fail`,
      hint: 'Say a count, an include or an exclude.',
    });
  }
  return { test, moments, end };
}

function asksNothing({ count, include = [], exclude = [] }: HuntTestExpectation): boolean {
  return count === undefined && include.length === 0 && exclude.length === 0;
}

function compileExpectations(
  hunt: CompiledHunt,
  test: HuntTest,
  expected: Readonly<Record<string, HuntTestExpectation | undefined>>,
  place: readonly (string | number)[],
  diagnostics: Diagnostic[],
): CompiledExpectation[] {
  // What raises the alerts is told before the alerts.
  const { alerts, ...variables } = expected;
  return Object.entries({ ...variables, alerts }).flatMap(([name, expectation]): CompiledExpectation[] => {
    if (expectation === undefined) return [];
    const at = [...place, name];
    const variable = hunt.plan.variables.find((each) => each.name === name);
    if (name === 'alerts') {
      for (const [path, written] of attributesOf(expectation)) {
        const problem = alertAttributeProblem(hunt, written);
        if (problem !== undefined) {
          diagnostics.push({
            code: 'hunt-test-attribute',
            severity: 'error',
            range: test.expectRange([...at, ...path]),
            ...problem,
          });
        }
      }
      return [{ variable: undefined, expectation, paths: new Map(), shown: [] }];
    }
    if (variable === undefined) {
      const names = hunt.plan.variables.map((each) => each.name);
      const similar = nearest(name, [...names, 'alerts', 'at']);
      diagnostics.push({
        code: 'hunt-test-variable',
        severity: 'error',
        range: test.expectRange(at),
        message: `The huntflow has no variable ${name}`,
        hint: similar === undefined ? `Its variables are ${names.join(', ')}.` : `Did you mean ${similar}?`,
      });
      return [];
    }
    const { type } = variable.listing;
    const paths = new Map<string, AttributePath>();
    for (const [path, written] of attributesOf(expectation)) {
      const bound = alertPath(type, written);
      if (bound !== undefined) paths.set(written, bound);
      else {
        diagnostics.push({
          code: 'hunt-test-attribute',
          severity: 'error',
          range: test.expectRange([...at, ...path]),
          message: `${type} has no attribute ${written}`,
          hint: suggestion(type, written) ?? `Attributes of ${type} are listed in docs/catalogue.md.`,
        });
      }
    }
    const shown = (SHOWN.get(type) ?? ['value', 'name']).flatMap((written) => alertPath(type, written) ?? []);
    return [{ variable, expectation, paths, shown }];
  });
}

/** Attributes that an expectation names, with their places below it. */
function attributesOf({ include = [], exclude = [] }: HuntTestExpectation): [(string | number)[], string][] {
  const of = (key: string, list: readonly object[]): [(string | number)[], string][] =>
    list.flatMap((each, i) => Object.keys(each).map((name): [(string | number)[], string] => [[key, i, name], name]));
  return [...of('include', include), ...of('exclude', exclude)];
}

function suggestion(type: string, written: string): string | undefined {
  const resolved = resolvePath(type, written);
  const found = resolved.ok ? undefined : resolved.suggestion;
  return found === undefined ? undefined : `Did you mean ${found}?`;
}

function alertAttributeProblem(hunt: CompiledHunt, written: string): { message: string; hint: string } | undefined {
  if (hunt.alerts.length === 0) {
    return { message: 'The hunt raises no alerts', hint: 'Give it alerts, or ask about its variables.' };
  }
  if (hunt.alerts.some((alert) => alertAttribute(alert, written) !== undefined)) return undefined;
  const similar = nearest(written, [
    ...Object.keys(ALERT_SHORTHANDS),
    ...hunt.alerts.flatMap(({ paths }) => [...paths.keys()]),
  ]);
  return {
    message: `An alert carries no ${written}`,
    hint:
      similar === undefined
        ? 'Ask about title, variable, severity, suppressed, a field of the alert such as process.name, or ask the variable.'
        : `Did you mean ${similar}?`,
  };
}
