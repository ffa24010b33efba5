import { basename } from 'node:path';
import type { Diagnostic, TextPosition, TextRange } from '../../language/diagnostic.ts';
import type { JsonObject } from '../../telemetry/document-shape.ts';
import { isRecordDocument } from '../../telemetry/line-shapes.ts';
import { parseDuration } from './hunt-file-duration.ts';
import { schemaDiagnostics } from './hunt-file-diagnostics.ts';
import { scalarPositionMap } from './hunt-file-position.ts';
import { huntFileSchema, type HuntFileKeys } from './hunt-file-schema.ts';
import {
  DEFAULT_MAX_BACKFILL,
  DEFAULT_SETTLE_MS,
  RISK_SCORES,
  type HuntAlert,
  type HuntFile,
  type HuntflowText,
  type HuntTest,
} from './hunt-file.ts';
import { isHuntflowPath } from './huntflow-path.ts';
import { readHuntYaml, type YamlPath, type YamlText } from './hunt-file-yaml.ts';
import { typedRecordSchema } from '../hunt-tests/typed-record-schema.ts';
import { expandRecords } from '../hunt-tests/typed-records.ts';
import { parseTitle, type TitleTemplate } from '../alerts/title-template.ts';

/** `hunt` is there exactly when no diagnostic is an error. */
export interface HuntFileResult {
  readonly hunt?: HuntFile;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a hunt file (`*.hunt.yaml`). Every problem is a diagnostic at its place in the file; nothing is thrown for what
 * a user wrote. The huntflow itself is not looked at, nor any other file.
 */
export function parseHuntFile(file: string, text: string): HuntFileResult {
  const yaml = readHuntYaml(text);
  if (yaml.diagnostics.length > 0) return { diagnostics: yaml.diagnostics };
  const parsed = huntFileSchema.safeParse(yaml.value ?? {});
  if (!parsed.success) return { diagnostics: schemaDiagnostics(parsed.error.issues, yaml) };
  const diagnostics: Diagnostic[] = [];
  const hunt = build(file, text, parsed.data, yaml, diagnostics);
  return diagnostics.length > 0 ? { diagnostics } : { hunt, diagnostics };
}

/** A bare huntflow as a hunt: its id is made of the file's name, nothing alerts. */
export function huntFromHuntflow(file: string, text: string): HuntFile {
  const name = basename(file).replace(/\.[^.]*$/, '');
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100);
  return {
    file,
    id: id === '' ? 'hunt' : id,
    title: name === '' ? 'hunt' : name,
    severity: 'medium',
    riskScore: RISK_SCORES.medium,
    tags: [],
    references: [],
    falsePositives: [],
    huntflow: { kind: 'inline', text, mapPosition: (position) => position },
    alerts: [],
    tests: [],
    relations: 'standard',
    enabled: true,
  };
}

function build(file: string, text: string, keys: HuntFileKeys, yaml: YamlText, problems: Diagnostic[]): HuntFile {
  const severity = keys.severity ?? 'medium';
  const optional = {
    ...(keys.description !== undefined && { description: keys.description }),
    ...(keys.author !== undefined && { author: keys.author }),
    ...(keys.version !== undefined && { version: writtenVersion(keys.version, yaml) }),
    ...(keys.expect !== undefined && { expect: keys.expect }),
    ...(keys.dry_run === true && { dryRun: true as const }),
  };
  return {
    file,
    id: keys.hunt,
    title: keys.title ?? keys.hunt,
    ...optional,
    severity,
    riskScore: keys.risk_score ?? RISK_SCORES[severity],
    tags: keys.tags ?? [],
    references: keys.references ?? [],
    falsePositives: keys.false_positives ?? [],
    huntflow: huntflowText(keys.huntflow, text, yaml),
    alerts: (keys.alerts ?? []).map((alert, i) => buildAlert(keys, alert, ['alerts', i], text, yaml, problems)),
    tests: (keys.tests ?? []).map((test, i) => buildTest(test, ['tests', i], yaml, problems)),
    relations: keys.relations ?? 'standard',
    enabled: keys.enabled ?? true,
  };
}

/** `1.10` is a version, not the number 1.1. */
function writtenVersion(version: string | number, yaml: YamlText): string {
  return typeof version === 'string' ? version : (yaml.scalarAt(['version'])?.source ?? String(version));
}

function huntflowText(huntflow: string, file: string, yaml: YamlText): HuntflowText {
  const path: YamlPath = ['huntflow'];
  if (isHuntflowPath(huntflow)) return { kind: 'file', path: huntflow, range: yaml.rangeOf(path) };
  return { kind: 'inline', text: huntflow, mapPosition: positionMap(path, file, yaml) };
}

function positionMap(path: YamlPath, file: string, yaml: YamlText): (position: TextPosition) => TextPosition {
  const scalar = yaml.scalarAt(path);
  return scalar ? scalarPositionMap(scalar, file, yaml.lines) : () => yaml.rangeOf(path).start;
}

function buildAlert(
  hunt: HuntFileKeys,
  alert: NonNullable<HuntFileKeys['alerts']>[number],
  path: YamlPath,
  file: string,
  yaml: YamlText,
  problems: Diagnostic[],
): HuntAlert {
  const severity = alert.severity ?? hunt.severity ?? 'medium';
  const titlePath = [...path, 'title'];
  const title = alert.title === undefined ? plainTitle(hunt.title ?? hunt.hunt) : parseTitle(alert.title);
  const place = positionMap(titlePath, file, yaml);
  const rangeAt = (offset: number, length: number): TextRange => ({
    start: place({ line: 1, column: offset + 1, offset }),
    end: place({ line: 1, column: offset + length + 1, offset: offset + length }),
  });
  for (const { offset, length, message } of title.problems) {
    problems.push({ code: 'hunt-title', severity: 'error', range: rangeAt(offset, length), message });
  }
  const template = title.template ?? { text: alert.title ?? '', parts: [] };
  const inTitle = template.parts.flatMap((part) =>
    part.kind === 'attribute' ? [{ path: part.path, range: rangeAt(part.offset, part.path.length) }] : [],
  );
  const by = alert.suppress?.by ?? [];
  const inSuppression = by.map((name, i) => ({ path: name, range: yaml.rangeOf([...path, 'suppress', 'by', i]) }));
  const duration = (text: string | undefined, key: YamlPath, otherwise: number): number => {
    const milliseconds = text === undefined ? otherwise : parseDuration(text);
    if (milliseconds !== undefined) return milliseconds;
    const message = 'The duration is too long; ten years is the most.';
    problems.push({ code: 'hunt-value', severity: 'error', range: yaml.rangeOf(key), message });
    return otherwise;
  };
  const forMs = duration(alert.suppress?.for, [...path, 'suppress', 'for'], 0);
  if (alert.suppress && forMs === 0) {
    const range = yaml.rangeOf([...path, 'suppress', 'for']);
    problems.push({ code: 'hunt-value', severity: 'error', range, message: 'Suppression needs a time longer than 0.' });
  }
  return {
    on: alert.on,
    onRange: yaml.rangeOf([...path, 'on']),
    title: template,
    severity,
    riskScore: alert.severity ? RISK_SCORES[alert.severity] : (hunt.risk_score ?? RISK_SCORES[severity]),
    ...(alert.suppress && { suppress: { by, forMs } }),
    latch: alert.latch ?? false,
    settleMs: duration(alert.settle, [...path, 'settle'], DEFAULT_SETTLE_MS),
    maxBackfill: alert.max_backfill ?? DEFAULT_MAX_BACKFILL,
    attributes: [...inTitle, ...inSuppression],
  };
}

/** The title of a hunt is no template: braces in it are braces. */
function plainTitle(text: string): { template: TitleTemplate; problems: [] } {
  return { template: { text, parts: [{ kind: 'text', text }] }, problems: [] };
}

function buildTest(
  test: NonNullable<HuntFileKeys['tests']>[number],
  path: YamlPath,
  yaml: YamlText,
  problems: Diagnostic[],
): HuntTest {
  const { name, records, expect } = test;
  const common = {
    name,
    range: yaml.rangeOf([...path, 'name']),
    expect,
    expectRange: (at: YamlPath) => yaml.keyRangeOf([...path, 'expect', ...at]),
  };
  if (typeof records !== 'string') {
    return {
      ...common,
      records: { kind: 'inline', text: inlineRecords(records, [...path, 'records'], yaml, problems) },
    };
  }
  if (/^\s*[[{]/.test(records) || records.includes('\n')) {
    return { ...common, records: { kind: 'inline', text: records } };
  }
  const place = records.replace(/^file:/, '');
  return { ...common, records: { kind: 'file', path: place, range: yaml.rangeOf([...path, 'records']) } };
}

/** Typed records have to be right to the last key; documents of a sensor are the decoder's business. */
function inlineRecords(records: readonly JsonObject[], path: YamlPath, yaml: YamlText, problems: Diagnostic[]): string {
  const before = problems.length;
  for (const [index, record] of records.entries()) {
    if (isRecordDocument(record)) continue;
    const { error } = typedRecordSchema.safeParse(record);
    const issues = (error?.issues ?? []).map((issue) => ({ ...issue, path: [...path, index, ...issue.path] }));
    problems.push(...schemaDiagnostics(issues as Parameters<typeof schemaDiagnostics>[0], yaml));
  }
  if (problems.length > before) return '';
  const expanded = expandRecords(records);
  for (const { path: at, message, hint } of expanded.problems) {
    problems.push({
      code: 'hunt-test-record',
      severity: 'error',
      range: yaml.rangeOf([...path, ...at]),
      message,
      hint,
    });
  }
  return expanded.text;
}
