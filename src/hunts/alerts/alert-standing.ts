import type { AlertGroupStatus } from './alert-group.ts';

/** What has become of one row of an alerted variable. */
export interface AlertStanding {
  readonly rowKey: string;
  /** Of the alert that stands for it; the `event.id` once it has left. */
  readonly id: string;
  readonly status: AlertGroupStatus;
  /** Key of the row that the alert shows: another one where it stands for several (suppression). */
  readonly shown: string;
}
