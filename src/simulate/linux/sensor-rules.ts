import type { SysflowAlert } from '../sysflow/sysflow-record.ts';

/** What the sensor's rules say of every shell that a service starts, harmless ones included. */
export const SHELL_STARTED: SysflowAlert = {
  reason: 'Suspicious process spawned, Shell started by container entry point',
  severity: 3,
  tags: ['mitre:T1106', 'mitre:T1574', 'mitre:T1059.004'],
};

/** A web server writes a file where it has none to write. */
export const UNUSUAL_FILE: SysflowAlert = {
  reason: 'Webserver writing unusual file',
  severity: 2,
  tags: ['mitre:T1190'],
};

/** A file of the scheduler was changed. */
export const CRON_CHANGED: SysflowAlert = {
  reason: 'Scheduled task modified',
  severity: 2,
  tags: ['mitre:T1053.003'],
};
