import { createHash } from 'node:crypto';
import { nearest } from '../catalogue/nearest.ts';
import { resolvePath } from '../catalogue/resolve-path.ts';
import type { AttributePath, LoadStatement } from '../language/ast.ts';
import { checkHuntflow } from '../language/check/check-huntflow.ts';
import type { Diagnostic, TextRange } from '../language/diagnostic.ts';
import type { LoadedTables } from '../language/loaded-table.ts';
import type { HuntPlan, Listing } from '../plan/hunt-plan.ts';
import { planHuntflow } from '../plan/plan-huntflow.ts';
import { rowColumns } from '../plan/row-columns.ts';
import { listingPath } from './alerts/alert-paths.ts';
import type { HuntAlert, HuntFile } from './hunt-file/hunt-file.ts';

/** A hunt that can run: its plan, and its alerts bound to variables. */
export interface CompiledHunt {
  readonly id: string;
  readonly file: string;
  readonly definition: HuntFile;
  readonly plan: HuntPlan;
  readonly alerts: readonly CompiledAlert[];
  /** Equal fingerprints mean the same answers and alerts: state carries over. */
  readonly fingerprint: string;
}

export interface CompiledAlert {
  readonly alert: HuntAlert;
  readonly listing: Listing;
  /** Attributes that title and suppression read, as written → path. */
  readonly paths: ReadonlyMap<string, AttributePath>;
}

export interface CompileResult {
  readonly id: string;
  readonly file: string;
  /** There exactly when no diagnostic is an error. */
  readonly hunt?: CompiledHunt;
  /** Statements in the huntflow, erroneous ones included. */
  readonly statements: number;
  /** Positions are those in the hunt's file. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Checks and plans a hunt. `huntflow`: its text; `mapPosition`: from a place in it to one in the file.
 * Alerts must be on variables of the huntflow, with attributes of their type. `tables`: what stands in the files that
 * its LOADs name (`loadPaths`); without them a hunt with a LOAD is checked, and does not run.
 */
export function compileHunt(definition: HuntFile, huntflow: string, tables?: LoadedTables): CompileResult {
  const { id, file } = definition;
  const { relations } = definition;
  const checked = checkHuntflow(huntflow, { relations, ...(tables === undefined ? {} : { tables }) });
  const { plan, diagnostics: unplanned } = hasErrors(checked.diagnostics)
    ? { plan: undefined, diagnostics: [] }
    : planHuntflow(checked);
  const inText = [...checked.diagnostics, ...unplanned].map((diagnostic) => mapped(diagnostic, definition));
  const statements = checked.statementCount;
  if (plan === undefined) return { id, file, statements, diagnostics: inText };
  const ofAlerts: Diagnostic[] = [];
  const fingerprint = fingerprintOf(plan, definition);
  const alerts = definition.alerts.flatMap((alert) => bindAlert(alert, plan, ofAlerts) ?? []);
  const unread = checked.statements.flatMap((each) => (each.kind === 'load' && !each.isRead ? [notRead(each)] : []));
  const diagnostics = [...inText, ...ofAlerts, ...unread.map((diagnostic) => mapped(diagnostic, definition))];
  if (hasErrors(diagnostics)) return { id, file, statements, diagnostics };
  return { id, file, statements, diagnostics, hunt: { id, file, definition, plan, alerts, fingerprint } };
}

/** Paths of the files that a huntflow loads, as written; none where it has errors, so that nothing is read for it. */
export function loadPaths(huntflow: string): string[] {
  if (!/\bload\b/i.test(huntflow)) return [];
  const { statements, diagnostics } = checkHuntflow(huntflow, { relations: 'extended' });
  if (hasErrors(diagnostics)) return [];
  return [...new Set(statements.flatMap((each) => (each.kind === 'load' ? [each.path] : [])))];
}

function notRead({ path, range }: LoadStatement): Diagnostic {
  return {
    code: 'load-not-read',
    severity: 'error',
    range,
    message: `${path} was not read`,
    hint: 'This command checks a hunt without reading the files it loads; run it with windhover run.',
  };
}

/** Over what decides answers and alerts, and nothing of where it stands in the file: a comment changes no state. */
function fingerprintOf({ nodes, variables, displays, saves }: HuntPlan, { alerts }: HuntFile): string {
  const meaning = [
    nodes,
    variables,
    displays.map(({ line: _line, ...display }) => display),
    ...(saves.length === 0 ? [] : [saves.map(({ listing }) => listing)]),
    alerts.map(({ on, title, severity, riskScore, suppress, latch, settleMs, maxBackfill }) => [
      [on, title.text, severity, riskScore],
      [suppress ?? null, latch, settleMs, maxBackfill],
    ]),
  ];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 16);
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

function bindAlert(alert: HuntAlert, plan: HuntPlan, diagnostics: Diagnostic[]): CompiledAlert | undefined {
  const variable = plan.variables.find((each) => each.name === alert.on);
  if (variable === undefined) {
    const similar = nearest(
      alert.on,
      plan.variables.map((each) => each.name),
    );
    diagnostics.push({
      code: 'alert-variable-unknown',
      severity: 'error',
      range: alert.onRange,
      message: `The huntflow has no variable ${alert.on}`,
      hint: similar === undefined ? 'Name a variable that the huntflow binds.' : `Did you mean ${similar}?`,
    });
    return undefined;
  }
  const paths = new Map<string, AttributePath>();
  for (const { path, range } of alert.attributes) {
    const resolved = listingPath(plan, variable.listing, path);
    if (resolved === undefined) diagnostics.push(unknownAttribute(plan, variable, path, range));
    else paths.set(path, resolved);
  }
  return { alert, listing: variable.listing, paths };
}

function unknownAttribute(
  plan: HuntPlan,
  { name, listing: { node, type } }: HuntPlan['variables'][number],
  path: string,
  range: TextRange,
): Diagnostic {
  const { own, types } = rowColumns(plan.nodes, node);
  if (types.length === 0) {
    const columns = own.map((column) => column.name);
    const similar = nearest(path, columns);
    return {
      code: 'alert-attribute-unknown',
      severity: 'error',
      range,
      message: `The grouped ${name} has no column ${path}`,
      hint: similar === undefined ? `It has ${columns.slice(0, 12).join(', ')}.` : `Did you mean ${similar}?`,
    };
  }
  const resolved = resolvePath(type, path);
  const suggestion = resolved.ok ? undefined : resolved.suggestion;
  return {
    code: 'alert-attribute-unknown',
    severity: 'error',
    range,
    message: `${type} has no attribute ${path}`,
    hint:
      suggestion === undefined
        ? `Attributes of ${type} are listed in docs/catalogue.md.`
        : `Did you mean ${suggestion}?`,
  };
}

/** With the position in the hunt's file, from that in the huntflow. */
export function mapped(diagnostic: Diagnostic, { huntflow }: HuntFile): Diagnostic {
  if (huntflow.kind === 'file') return diagnostic;
  const { start, end } = diagnostic.range;
  return { ...diagnostic, range: { start: huntflow.mapPosition(start), end: huntflow.mapPosition(end) } };
}
