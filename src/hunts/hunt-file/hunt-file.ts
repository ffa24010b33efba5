import type { TextPosition, TextRange } from '../../language/diagnostic.ts';
import type { Expectation } from './expectation-schema.ts';
import type { HuntSeverity, HuntTestExpectations } from './hunt-file-schema.ts';
import type { TitleTemplate } from '../alerts/title-template.ts';

/** A huntflow and what to do about it, defaults filled in. */
export interface HuntFile {
  /** Path as given by the caller. */
  readonly file: string;
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly severity: HuntSeverity;
  /** 0 to 100. */
  readonly riskScore: number;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly author?: string;
  readonly version?: string;
  readonly falsePositives: readonly string[];
  readonly huntflow: HuntflowText;
  readonly alerts: readonly HuntAlert[];
  readonly tests: readonly HuntTest[];
  readonly relations: 'standard' | 'extended';
  readonly enabled: boolean;
  /** Its alerts are marked, and go to no sink beyond the local log and the terminal. */
  readonly dryRun?: true;
  /** What a backtest is to raise. */
  readonly expect?: Expectation;
}

export type HuntflowText =
  | {
      readonly kind: 'inline';
      readonly text: string;
      /** From a place in `text` to the place in the hunt file. */
      readonly mapPosition: (position: TextPosition) => TextPosition;
    }
  /** `path` as written, relative to the folder of the hunt file; the caller reads it. */
  | { readonly kind: 'file'; readonly path: string; readonly range: TextRange };

/** What the members of one variable raise. */
export interface HuntAlert {
  readonly on: string;
  readonly onRange: TextRange;
  readonly title: TitleTemplate;
  readonly severity: HuntSeverity;
  readonly riskScore: number;
  readonly suppress?: { readonly by: readonly string[]; readonly forMs: number };
  readonly latch: boolean;
  readonly settleMs: number;
  readonly maxBackfill: number;
  /** Attributes that title and suppression name, with their places: the caller knows the type and checks them. */
  readonly attributes: readonly { readonly path: string; readonly range: TextRange }[];
}

export interface HuntTest {
  readonly name: string;
  readonly range: TextRange;
  /** `text`: records as lines of JSON. */
  readonly records:
    | { readonly kind: 'file'; readonly path: string; readonly range: TextRange }
    | { readonly kind: 'inline'; readonly text: string };
  readonly expect: HuntTestExpectations;
  /** Place of a key below `expect`, or of what is nearest around it. */
  readonly expectRange: (path: readonly (string | number)[]) => TextRange;
}

export const DEFAULT_SETTLE_MS = 1000;
export const DEFAULT_MAX_BACKFILL = 1000;

/** Risk score of a severity, where a hunt gives none. */
export const RISK_SCORES: Readonly<Record<HuntSeverity, number>> = { low: 21, medium: 47, high: 73, critical: 99 };
