export const LOG_LEVELS = ['info', 'warn', 'error'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line of the log may say beside its message, and the name it has there. ECS where ECS has one. */
export const LOG_FIELDS = {
  alert: 'windhover.alert',
  alerts: 'windhover.alerts',
  changed: 'windhover.changed',
  code: 'event.code',
  column: 'windhover.column',
  elapsedMs: 'windhover.elapsed_ms',
  exitCode: 'process.exit_code',
  file: 'file.path',
  format: 'windhover.format',
  hint: 'windhover.hint',
  hunt: 'windhover.hunt',
  hunts: 'windhover.hunts',
  ignored: 'windhover.ignored',
  kept: 'windhover.kept',
  late: 'windhover.late',
  line: 'windhover.line',
  outcome: 'windhover.outcome',
  place: 'windhover.place',
  records: 'windhover.records',
  refused: 'windhover.refused',
  replaced: 'windhover.replaced',
  resumed: 'windhover.resumed',
  rows: 'windhover.rows',
  sink: 'windhover.sink',
  source: 'windhover.source',
  stop: 'windhover.stop',
  undecodable: 'windhover.undecodable',
  url: 'url.full',
  variable: 'windhover.variable',
} as const;

export type LogField = keyof typeof LOG_FIELDS;

export interface RunEvent {
  readonly level: LogLevel;
  readonly meaning: string;
  readonly fields: readonly LogField[];
}

/**
 * Every event that a run logs. Names are stable: what is logged may be added to, and a name never gets another meaning.
 * docs/operations.md shows the same table.
 */
export const RUN_EVENTS = {
  'run-started': { level: 'info', meaning: 'hunts are read, the run begins', fields: ['hunts'] },
  'run-ended': {
    level: 'info',
    meaning: 'the run is over; counts of its input',
    fields: ['exitCode', 'records', 'ignored', 'undecodable', 'late', 'refused', 'elapsedMs'],
  },
  'run-failed': { level: 'error', meaning: 'the run ends with an error', fields: ['code', 'hint', 'exitCode'] },
  'metrics-listening': { level: 'info', meaning: 'metrics and health are served', fields: ['url'] },
  'retention-unread': {
    level: 'warn',
    meaning: 'the configuration has a retention for a source that no hunt reads',
    fields: ['source'],
  },
  'state-full': { level: 'error', meaning: 'the disk of the state has no room; the input waits', fields: [] },
  'state-room': { level: 'info', meaning: 'there is room again; the input goes on', fields: [] },
  'hunt-invalid': {
    level: 'error',
    meaning: 'something in a hunt is wrong; it does not run, or goes on in its old version',
    fields: ['hunt', 'file', 'line', 'column', 'code', 'hint'],
  },
  'hunt-warning': {
    level: 'warn',
    meaning: 'something in a hunt is doubtful; it runs',
    fields: ['hunt', 'file', 'line', 'column', 'code', 'hint'],
  },
  'hunt-changed': {
    level: 'info',
    meaning: 'a hunt is not the one that its state was made with, is gone, or cannot run; what becomes of the state',
    fields: ['hunt', 'outcome'],
  },
  'hunt-failed': {
    level: 'error',
    meaning: 'an operator failed and its hunt was stopped; the others go on',
    fields: ['hunt', 'code', 'hint'],
  },
  'canary-failed': {
    level: 'error',
    meaning: 'the own tests of a hunt do not pass in this process any more, or never did',
    fields: ['hunt'],
  },
  'canary-passed': { level: 'info', meaning: 'they pass again', fields: ['hunt'] },
  'scope-failed': {
    level: 'error',
    meaning: 'a source or the state failed, and the hunts over it end',
    fields: ['hunts', 'code', 'hint'],
  },
  'variable-complete': {
    level: 'info',
    meaning: 'the range of a variable has ended: what it holds stays',
    fields: ['hunt', 'variable', 'stop'],
  },
  'source-unread': { level: 'warn', meaning: 'the call names a source that no hunt reads', fields: ['source'] },
  'source-recognised': {
    level: 'info',
    meaning: 'a file or topic was opened, and its format recognised',
    fields: ['source', 'place', 'format', 'resumed', 'replaced'],
  },
  'source-notice': {
    level: 'info',
    meaning: 'something happened to a source that its owner should know; `event.code` says what',
    fields: ['source', 'place', 'code'],
  },
  'source-degraded': {
    level: 'warn',
    meaning: 'a source cannot be read for now; it is tried again',
    fields: ['source', 'place', 'code'],
  },
  'source-recovered': { level: 'info', meaning: 'it can be read again', fields: ['source', 'place', 'code'] },
  'source-summary': { level: 'info', meaning: 'what share of a source could be used', fields: [] },
  'input-undecodable': {
    level: 'warn',
    meaning: 'inputs could not be decoded and were skipped',
    fields: ['undecodable'],
  },
  'input-unusable': {
    level: 'error',
    meaning: 'nothing of all that the sources held could be decoded',
    fields: ['code', 'hint'],
  },
  'sample-failed': {
    level: 'warn',
    meaning: 'samples for `--dead-letter` cannot be written; the run goes on',
    fields: ['file', 'code', 'hint'],
  },
  'input-empty': { level: 'warn', meaning: 'the sources held nothing that a hunt uses', fields: ['ignored'] },
  'save-written': { level: 'info', meaning: 'a SAVE wrote its file', fields: ['file', 'variable', 'rows'] },
  'save-skipped': {
    level: 'warn',
    meaning: 'a SAVE did not write, as the input was not read to its end',
    fields: ['file', 'variable'],
  },
  'log-warning': { level: 'warn', meaning: 'the local alert log is not as it was left', fields: [] },
  'sink-degraded': {
    level: 'warn',
    meaning: 'a sink takes nothing for now; alerts wait',
    fields: ['sink', 'code', 'hint', 'alerts'],
  },
  'sink-recovered': { level: 'info', meaning: 'it takes alerts again', fields: ['sink'] },
  'sink-rejected': {
    level: 'error',
    meaning: 'a sink refuses alerts for good: one, or how many in all',
    fields: ['sink', 'alert', 'alerts', 'file'],
  },
  'sink-unknown': {
    level: 'warn',
    meaning: 'alerts wait in the state for a sink that is not configured any more',
    fields: ['sink', 'alerts'],
  },
  'sink-draining': {
    level: 'info',
    meaning: 'the run is over and tries to hand over what waits',
    fields: ['sink', 'alerts'],
  },
  'sink-kept': { level: 'warn', meaning: 'what was not taken waits for the next run', fields: ['sink', 'alerts'] },
  'sink-lost': {
    level: 'error',
    meaning: 'what was not taken is lost, as nothing keeps it',
    fields: ['sink', 'alerts', 'file'],
  },
  'outbox-full': { level: 'warn', meaning: 'the input waits until a sink takes alerts', fields: ['sink'] },
  'outbox-room': { level: 'info', meaning: 'the input goes on', fields: [] },
  'reload-started': { level: 'info', meaning: 'the hunts are read again', fields: [] },
  'reload-done': {
    level: 'info',
    meaning: 'the hunts that were read run now; `kept`: in their old version',
    fields: ['hunts', 'changed', 'kept'],
  },
  'reload-refused': { level: 'warn', meaning: 'nothing was changed; the run goes on', fields: ['code', 'hint'] },
  'reload-hunt-kept': {
    level: 'error',
    meaning: 'a hunt cannot be read or does not check: its old version runs on',
    fields: ['hunt', 'file', 'code', 'hint'],
  },
} as const satisfies Readonly<Record<string, RunEvent>>;

export type RunEventName = keyof typeof RUN_EVENTS;

export type LogValue = string | number | boolean | undefined;

/** Fields that an event may have. */
export type FieldsOf<N extends RunEventName> = Readonly<
  Partial<Record<(typeof RUN_EVENTS)[N]['fields'][number], LogValue>>
>;
