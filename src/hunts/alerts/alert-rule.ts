import type { HuntSeverity } from '../hunt-file/hunt-file-schema.ts';
import type { HuntAlert, HuntFile } from '../hunt-file/hunt-file.ts';
import { renameTitleAttributes, type TitleTemplate } from './title-template.ts';

/** What a hunt says about the alerts of one of its variables, names of attributes normalised. */
export interface AlertRule {
  readonly hunt: {
    readonly id: string;
    readonly title: string;
    /** Of the plan: another one means that the hunt asks something else. */
    readonly fingerprint: string;
    readonly description?: string;
    readonly version?: string;
    readonly author?: string;
    readonly tags: readonly string[];
    readonly references: readonly string[];
    readonly dryRun?: true;
  };
  readonly variable: string;
  /** Over the paths under which rows carry their values. */
  readonly title: TitleTemplate;
  readonly severity: HuntSeverity;
  /** 0 to 100. */
  readonly riskScore: number;
  /** `by`: paths under which rows carry their values. */
  readonly suppress?: { readonly by: readonly string[]; readonly forMs: number };
  readonly latch: boolean;
  readonly settleMs: number;
  readonly maxBackfill: number;
}

/** Joins a hunt and one of its alerts. `nameOf`: from an attribute as written to the path under which rows carry it. */
export function alertRule(
  hunt: HuntFile,
  alert: HuntAlert,
  fingerprint: string,
  nameOf: (written: string) => string,
): AlertRule {
  const { id, title, description, version, author, tags, references, dryRun } = hunt;
  return {
    hunt: {
      id,
      title,
      fingerprint,
      tags,
      references,
      ...(description !== undefined && { description }),
      ...(version !== undefined && { version }),
      ...(author !== undefined && { author }),
      ...(dryRun && { dryRun }),
    },
    variable: alert.on,
    title: renameTitleAttributes(alert.title, nameOf),
    severity: alert.severity,
    riskScore: alert.riskScore,
    ...(alert.suppress && { suppress: { by: alert.suppress.by.map(nameOf), forMs: alert.suppress.forMs } }),
    latch: alert.latch,
    settleMs: alert.settleMs,
    maxBackfill: alert.maxBackfill,
  };
}
