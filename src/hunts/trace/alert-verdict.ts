import type { AlertFeed } from '../alerts/alert-feed.ts';
import type { AlertStanding } from '../alerts/alert-standing.ts';
import type { CompiledAlert } from '../compile-hunt.ts';
import type { AlertedRows } from './alerted-rows.ts';
import type { CapturedEntity } from './captured-record.ts';
import type { EntityTrace } from './entity-trace.ts';
import { statementsBehind } from './statements-behind.ts';
import type { ToldAlerts } from './told-alerts.ts';
import type { StatementVerdict } from './trace-record.ts';

/**
 * `raised`: an alert shows it; `suppressed`: an alert stands for it that shows another row; `retracted`: one was raised and taken
 * back; `summed`: it is counted in the alert that sums up history; `waits`: it has not settled; `none`: no alert.
 */
export type AlertFate = 'raised' | 'suppressed' | 'retracted' | 'summed' | 'waits' | 'none';

/** What an alert rule makes of an entity that the record mentions. */
export interface AlertVerdict {
  /** The variable that alerts. */
  readonly variable: string;
  readonly entity: CapturedEntity;
  readonly fate: AlertFate;
  /** Of the alert; absent where there is none. */
  readonly id?: string;
  readonly reason: string;
  /** `none`: statements before the variable at which it fell out, counted from 1. */
  readonly fellOutAt: readonly number[];
}

/** In the order in which a fate decides where the rows of an entity differ. */
const FATES: readonly AlertFate[] = ['raised', 'suppressed', 'waits', 'summed', 'retracted', 'none'];

/**
 * Follows the entities of a record from the alerted variables into the alerts, once the input has ended. `statements`: what
 * `traceRecord` says of it, at the end or when it had come furthest. `rows`: what was in the variables meanwhile.
 */
export function alertVerdicts(
  traces: readonly EntityTrace[],
  statements: readonly StatementVerdict[],
  feeds: readonly AlertFeed[],
  rows: AlertedRows,
  told: ToldAlerts,
): AlertVerdict[] {
  return feeds.flatMap((feed) =>
    traces.flatMap((trace): AlertVerdict[] => {
      const { entity, dataflow } = trace;
      const { on: variable } = feed.alert.alert;
      const behind = statementsBehind(dataflow.plan, feed.alert.listing.node);
      const own = statements.filter((each) => each.entity === entity && behind.has(each.statement));
      const keys = rows.of(variable, entity);
      const fate = fateOfRows(keys, feed) ?? fateOfGone(keys, entity, feed.alert, told);
      if (fate !== undefined) return [{ variable, entity, ...fate, fellOutAt: [] }];
      if (own.length === 0) return [];
      const fellOutAt = own.filter(({ status }) => status === 'out').map(({ statement }) => statement);
      const where = fellOutAt.length === 0 ? '' : `; it fell out at statement ${fellOutAt.join(' and ')}`;
      return [{ variable, entity, fate: 'none', reason: `no alert: it is not in ${variable}${where}`, fellOutAt }];
    }),
  );
}

type Fate = Pick<AlertVerdict, 'fate' | 'id' | 'reason'>;

/** Of the rows that are in the variable, or have been, the luckiest. */
function fateOfRows(keys: ReadonlySet<string>, feed: AlertFeed): Fate | undefined {
  const fates = feed.standings(keys).map((standing) => fateOf(standing, feed.alert));
  return fates.sort((a, b) => FATES.indexOf(a.fate) - FATES.indexOf(b.fate))[0];
}

function fateOf({ rowKey, id, status, shown }: AlertStanding, { alert }: CompiledAlert): Fate {
  switch (status) {
    case 'pending':
      return { fate: 'waits', reason: `no alert yet: it waits to settle (settle: ${seconds(alert.settleMs)})` };
    case 'summed':
      return { fate: 'summed', reason: `counted in the summary of history, beyond max_backfill: ${alert.maxBackfill}` };
    case 'retracted':
      return { fate: 'retracted', id, reason: `alert ${id} was raised and retracted` };
    case 'open': {
      if (shown === rowKey) return { fate: 'raised', id, reason: `raised as alert ${id}` };
      const { by = [], forMs = 0 } = alert.suppress ?? {};
      const rule = `suppress: by ${by.join(', ')} for ${seconds(forMs)}`;
      return { fate: 'suppressed', id, reason: `suppressed: alert ${id} stands for it, about ${shown} (${rule})` };
    }
  }
}

/** The ledger does not know it any more, and an alert was told about it. */
function fateOfGone(
  rows: ReadonlySet<string>,
  { type, key }: CapturedEntity,
  { alert, listing }: CompiledAlert,
  told: ToldAlerts,
): Fate | undefined {
  const keys = type === listing.type ? [key, ...rows] : [...rows];
  const last = keys.flatMap((each) => told.of(alert.on, listing.type, each) ?? [])[0];
  if (last === undefined) return undefined;
  const { id, status } = last;
  return status === 'retracted'
    ? { fate: 'retracted', id, reason: `alert ${id} was raised and retracted: it is not in ${alert.on} any more` }
    : { fate: 'raised', id, reason: `raised as alert ${id}; time has let go of it in ${alert.on} since` };
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
