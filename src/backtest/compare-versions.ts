import type { AlertDocument } from '../hunts/alerts/alert-document.ts';
import type { AlertTally, TalliedAlert } from './alert-tally.ts';

/** Changed alerts that are listed, of each sort, and kept ones as examples. */
const MOST_LISTED = 1000;
const MOST_KEPT = 5;

/** Why one version has an alert that the other has not, or why both have it. */
export interface Responsible {
  /**
   * `statement`: the first variable whose members differ; `alerts`: the statements agree, what alerts on them does not; `both`: of an
   * alert that was kept, the statement of its variable; `hunt`: only one version has the hunt.
   */
  readonly kind: 'statement' | 'alerts' | 'both' | 'hunt' | 'unknown';
  /** Whose statement it is. */
  readonly version?: 'new' | 'old';
  readonly variable?: string;
  /** Counts from 1. */
  readonly statement?: number;
  readonly line?: number;
  /** A sentence for people. */
  readonly message: string;
}

export interface ChangedAlert {
  readonly alert: AlertDocument;
  readonly responsible: Responsible;
}

/** Two versions of a hunt over the same input, by alerts that stand at the end. */
export interface Comparison {
  /** File or revision of the old version. */
  readonly against: string;
  /** There is none: all alerts are gained. */
  readonly isNew?: true;
  readonly gained: readonly ChangedAlert[];
  readonly lost: readonly ChangedAlert[];
  /** Also those that are not listed. */
  readonly gainedCount: number;
  readonly lostCount: number;
  readonly kept: number;
  /** The first ones that both raise, as the new version shows them. */
  readonly keptExamples: readonly ChangedAlert[];
}

/**
 * Alerts that only one of two versions raises. An alert is the same in both where variable, row and episode are, whatever
 * its text, or where it has the same id: one that stands for many is the same whichever of them it shows.
 * `responsible`: asked for each that is listed.
 */
export function compareVersions(
  against: string,
  versions: { readonly new: AlertTally; readonly old: AlertTally },
  responsible: (key: string, holder: 'new' | 'old' | 'both') => Responsible,
): Comparison {
  const oldKeys = new Set([...versions.old.alerts].map(({ key }) => key));
  const newKeys = new Set([...versions.new.alerts].map(({ key }) => key));
  const gained = [...versions.new.alerts].filter(({ key, id }) => !oldKeys.has(key) && !versions.old.has(id));
  const lost = [...versions.old.alerts].filter(({ key, id }) => !newKeys.has(key) && !versions.new.has(id));
  const lone = new Set(gained);
  const kept = [...versions.new.alerts].filter((alert) => !lone.has(alert));
  const listed = (
    alerts: readonly TalliedAlert[],
    holder: 'new' | 'old' | 'both',
    most = MOST_LISTED,
  ): ChangedAlert[] =>
    alerts
      .filter((alert) => alert.document !== undefined)
      .sort((a, b) => a.timeMs - b.timeMs)
      .slice(0, most)
      .map(({ key, document }) => ({ alert: document as AlertDocument, responsible: responsible(key, holder) }));
  return {
    against,
    gained: listed(gained, 'new'),
    lost: listed(lost, 'old'),
    gainedCount: gained.length,
    lostCount: lost.length,
    kept: kept.length,
    keptExamples: listed(kept, 'both', MOST_KEPT),
  };
}
