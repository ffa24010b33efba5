import { formatInstant } from '../../catalogue/instant.ts';
import type { AlertDocument, AlertStatus } from './alert-document.ts';
import { alertEcs, ecsValue } from './alert-ecs-fields.ts';
import { digest } from './alert-id.ts';
import type { AlertProcess, AlertRow } from './alert-row.ts';
import type { AlertRule } from './alert-rule.ts';
import { threatFields } from './alert-threat.ts';
import { RISK_SCORES } from '../hunt-file/hunt-file.ts';
import { renderTitle } from './title-template.ts';

const ECS_VERSION = '8.11.0';
const MAX_RECORDS = 16;
const MAX_CHAIN = 16;

/** What an alert shows of a row: everything in the document that makes a new revision when it changes. */
export type AlertContent = Pick<AlertDocument, '@timestamp' | 'message' | 'tags' | 'related'> & {
  readonly fieldSets: Partial<AlertDocument>;
  readonly attributes: NonNullable<AlertDocument['windhover']['attributes']>;
  /** Equal digests: nothing that is shown differs. */
  readonly digest: string;
};

export function alertContent(rule: AlertRule, row: AlertRow): AlertContent {
  const ecs = alertEcs(row);
  const related = Object.fromEntries(Object.entries(ecs.related).filter(([, values]) => values.length > 0));
  const tags = [...new Set([...rule.hunt.tags, ...ecs.tags])];
  const content = {
    '@timestamp': formatInstant(row.time),
    message: renderTitle(rule.title, (path) => shownValue(row, path)),
    ...(tags.length > 0 && { tags }),
    ...(Object.keys(related).length > 0 && { related }),
    fieldSets: ecs.fieldSets as Partial<AlertDocument>,
    attributes: ecs.others,
  };
  return { ...content, digest: digest(content) };
}

/** What the ledger knows of an alert beyond the row. */
export interface AlertState {
  readonly id: string;
  readonly status: AlertStatus;
  readonly revision: number;
  readonly suppressed: number;
  /** Wall clock, ms since 1970. */
  readonly seen: number;
  readonly written: number;
}

/** The document of an alert. Keys always stand in the same order: equal alerts are equal bytes. */
export function buildAlertDocument(
  rule: AlertRule,
  row: AlertRow,
  state: AlertState,
  content: AlertContent = alertContent(rule, row),
): AlertDocument {
  const { hunt } = rule;
  const threat = threatFields(hunt.tags);
  return {
    '@timestamp': content['@timestamp'],
    ecs: { version: ECS_VERSION },
    message: content.message,
    ...(content.tags && { tags: content.tags }),
    event: {
      kind: 'alert',
      category: ['intrusion_detection', ...(CATEGORIES.get(row.type) ?? [])],
      type: ['info'],
      severity: RISK_SCORES[rule.severity],
      risk_score: rule.riskScore,
      id: state.id,
    },
    rule: {
      id: hunt.id,
      name: hunt.title,
      ...(hunt.description !== undefined && { description: hunt.description }),
      ...(hunt.version !== undefined && { version: hunt.version }),
      ...(hunt.author !== undefined && { author: [hunt.author] }),
      ...(hunt.references[0] !== undefined && { reference: hunt.references[0] }),
    },
    ...(threat && { threat }),
    ...content.fieldSets,
    ...(content.related && { related: content.related }),
    windhover: {
      hunt: hunt.id,
      fingerprint: hunt.fingerprint,
      variable: rule.variable,
      severity: rule.severity,
      status: state.status,
      revision: state.revision,
      episode: row.episode,
      suppressed: state.suppressed,
      ...(row.backfilled && { backfilled: true as const }),
      ...(hunt.dryRun && { dry_run: true as const }),
      entity: { type: row.type, id: row.rowKey },
      ...(Object.keys(content.attributes).length > 0 && { attributes: content.attributes }),
      records: (row.records ?? []).slice(0, MAX_RECORDS),
      ...(row.chain && row.chain.length > 0 && { chain: row.chain.slice(-MAX_CHAIN).map(boundedProcess) }),
      times: {
        event: content['@timestamp'],
        seen: formatInstant({ ms: state.seen, ns: 0 }),
        written: formatInstant({ ms: state.written, ns: 0 }),
      },
    },
  };
}

/** `event.category` of ECS by what the alert is about, next to the one that says it is a detection. */
const CATEGORIES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    process: ['process'],
    file: ['file'],
    directory: ['file'],
    'network-traffic': ['network'],
    'ipv4-addr': ['network'],
    'ipv6-addr': ['network'],
    'domain-name': ['network'],
    'user-account': ['iam'],
    'windows-registry-key': ['registry'],
    'x-oca-asset': ['host'],
    'email-message': ['email'],
  }),
);

function shownValue(row: AlertRow, path: string): unknown {
  const value = Object.hasOwn(row.attributes, path) ? row.attributes[path] : undefined;
  return typeof value === 'object' && 'ms' in value ? formatInstant(value) : value;
}

function boundedProcess(process: AlertProcess): AlertProcess {
  return Object.fromEntries(
    Object.entries(process).flatMap(([name, value]) => (value === undefined ? [] : [[name, ecsValue(value)]])),
  );
}
