/** What the soak looks at in an alert's document. */
export interface SoakAlert {
  readonly '@timestamp': string;
  readonly message?: string;
  readonly event: { readonly id: string; readonly severity?: number };
  readonly host?: { readonly id?: string; readonly name?: string };
  readonly rule?: { readonly id?: string };
  readonly windhover: {
    readonly hunt: string;
    readonly variable: string;
    readonly revision: number;
    readonly status: string;
  };
}

/** The latest state of each alert, and what is wrong with a log in which each revision is to stand once, in order. */
export function readLog(lines: Iterable<string>): { latest: Map<string, SoakAlert>; violations: string[] } {
  const latest = new Map<string, SoakAlert>();
  const violations: string[] = [];
  for (const line of lines) {
    if (line === '') continue;
    const alert = JSON.parse(line) as SoakAlert;
    const known = latest.get(alert.event.id)?.windhover.revision ?? 0;
    const { revision } = alert.windhover;
    if (revision !== known + 1) {
      violations.push(`${describe(alert)}: revision ${revision} follows ${known} in the alert log`);
    }
    latest.set(alert.event.id, alert);
  }
  return { latest, violations };
}

/** Sends may be repeated; what counts is the greatest revision. */
export function latestRevisions(alerts: Iterable<SoakAlert>): Map<string, SoakAlert> {
  const latest = new Map<string, SoakAlert>();
  for (const alert of alerts) {
    const known = latest.get(alert.event.id);
    if (known === undefined || known.windhover.revision < alert.windhover.revision) latest.set(alert.event.id, alert);
  }
  return latest;
}

/** Differences between the alerts that stand: which are missing, which are too many, which say something else. */
export function compareStanding(
  expected: ReadonlyMap<string, SoakAlert>,
  actual: ReadonlyMap<string, SoakAlert>,
): string[] {
  const differences: string[] = [];
  for (const [id, alert] of expected) {
    const other = actual.get(id);
    if (!stands(alert)) {
      if (other !== undefined && stands(other)) differences.push(`stands, and should not: ${describe(other)}`);
    } else if (other === undefined) differences.push(`missing: ${describe(alert)}`);
    else if (!stands(other)) differences.push(`retracted, and should stand: ${describe(alert)}`);
    else if (content(alert) !== content(other)) {
      differences.push(`differs: ${content(alert)} became ${content(other)}`);
    }
  }
  for (const [id, alert] of actual) {
    if (!expected.has(id) && stands(alert)) differences.push(`too many: ${describe(alert)}`);
  }
  return differences;
}

/** Differences between what two places hold: the same alerts, each in the same revision. */
export function compareRevisions(
  expected: ReadonlyMap<string, SoakAlert>,
  actual: ReadonlyMap<string, SoakAlert>,
): string[] {
  const differences: string[] = [];
  for (const [id, alert] of expected) {
    const revision = actual.get(id)?.windhover.revision;
    if (revision !== alert.windhover.revision) {
      differences.push(
        `${describe(alert)}: revision ${alert.windhover.revision} in the log, ${revision ?? 'none'} sent`,
      );
    }
  }
  for (const [id, alert] of actual) if (!expected.has(id)) differences.push(`sent, and not logged: ${describe(alert)}`);
  return differences;
}

/** Each of these alerts stands once: what was planted is known without any run. */
export function plantedOnce(
  planted: readonly { readonly source: string; readonly message: string }[],
  latest: ReadonlyMap<string, SoakAlert>,
): string[] {
  const counts = new Map<string, number>();
  for (const alert of latest.values()) {
    if (!stands(alert)) continue;
    const key = `${alert.windhover.hunt} ${alert.message ?? ''}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return planted.flatMap(({ source, message }) => {
    const count = counts.get(`planted-${source} ${message}`) ?? 0;
    return count === 1 ? [] : [`${source}: ${message} was planted once and stands ${count} times`];
  });
}

export function stands(alert: SoakAlert): boolean {
  return alert.windhover.status !== 'retracted';
}

/** What must be the same, whatever happened on the way. Counts of suppressed ones leave when their stretch has ended, lineage reaches back to the retention only. */
function content(alert: SoakAlert): string {
  return JSON.stringify([
    alert['@timestamp'],
    alert.windhover.hunt,
    alert.windhover.variable,
    alert.host?.id ?? alert.host?.name,
    alert.event.severity,
    alert.message,
  ]);
}

function describe(alert: SoakAlert): string {
  return `${alert.windhover.hunt}/${alert.windhover.variable} ${alert['@timestamp']} ${alert.message ?? ''} (${alert.event.id})`;
}
