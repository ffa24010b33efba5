import type { HuntSeverity } from './hunt-file-schema.ts';
import type { TitleTemplate } from './title-template.ts';

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
