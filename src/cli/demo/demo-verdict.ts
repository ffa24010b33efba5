import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { AttackTruth } from '../../simulate/attack-truth.ts';
import type { BegunAttack } from '../../simulate/simulation.ts';
import type { BoardAlert } from './demo-board.ts';

/** Records of an attack may come about after it, and their times are rounded. */
const SLACK_MS = 2000;

export interface VerdictRow {
  readonly scenario: string;
  readonly host: string;
  /** ms since 1970. */
  readonly startMs: number;
  readonly hunt: string;
  readonly alert: BoardAlert | undefined;
  /** `going-on`: the demo ended before the attack had come far enough to be seen. */
  readonly outcome: 'alerted' | 'missed' | 'going-on';
}

export interface DemoVerdict {
  readonly rows: readonly VerdictRow[];
  /** Alerts that nothing was planted for. */
  readonly strays: readonly BoardAlert[];
  /** Attacks that never began, though the demo ran to its end. */
  readonly missing: number;
  readonly asPlanted: boolean;
}

export interface VerdictInput {
  readonly begun: readonly BegunAttack[];
  readonly done: readonly AttackTruth[];
  /** How many attacks should have begun by the end. */
  readonly planted: number;
  /** Hunts that should answer an attack of a scenario, with the number of their alerts; what is done says it itself. */
  readonly hunts: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** The hunts that ran. */
  readonly bundled: ReadonlySet<string>;
  readonly alerts: readonly BoardAlert[];
  /** Ended before its time: what has not come yet is nobody's fault. */
  readonly early: boolean;
}

/**
 * Holds the alerts that stand against what was planted: each attack is answered by its hunts, on its host and in its
 * time, and nothing else alerts. One alert answers one attack.
 */
export function demoVerdict({ begun, done, planted, hunts, bundled, alerts, early }: VerdictInput): DemoVerdict {
  const open = new Set(
    alerts
      .filter(({ document }) => document.windhover.status !== 'retracted')
      .sort((a, b) => (a.document['@timestamp'] < b.document['@timestamp'] ? -1 : 1)),
  );
  const ends = new Map(done.map((truth) => [`${truth.scenario} ${truth.host} ${Date.parse(truth.start)}`, truth]));
  const rows: VerdictRow[] = [];
  for (const { scenario, host, start } of begun) {
    const startMs = Math.floor(start);
    const truth = ends.get(`${scenario} ${host} ${startMs}`);
    const endMs = truth === undefined ? Infinity : Date.parse(truth.end);
    // Where an attack goes from its first host is known only when it is done.
    const hosts = truth === undefined ? undefined : [host, ...(truth.hosts ?? [])];
    for (const [hunt, count] of Object.entries(truth?.hunts ?? hunts.get(scenario) ?? {})) {
      if (!bundled.has(hunt)) continue;
      for (let i = 0; i < count; i++) {
        const fits = [...open].filter(({ document }) => {
          const at = Date.parse(document['@timestamp']);
          return document.windhover.hunt === hunt && at >= startMs - SLACK_MS && at <= endMs + SLACK_MS;
        });
        const alert =
          fits.find(({ document }) => isOn(document, [host])) ??
          fits.find(({ document }) => hosts === undefined || isOn(document, hosts));
        if (alert !== undefined) open.delete(alert);
        const outcome = alert !== undefined ? 'alerted' : early && truth === undefined ? 'going-on' : 'missed';
        rows.push({ scenario, host, startMs, hunt, alert, outcome });
      }
    }
  }
  const missing = early ? 0 : planted - begun.length;
  const strays = [...open];
  const asPlanted = missing === 0 && strays.length === 0 && rows.every(({ outcome }) => outcome !== 'missed');
  return { rows, strays, missing, asPlanted };
}

/** From the record that decided it to the alert. */
export function alertDelayMs({ document, arrivedMs }: BoardAlert): number {
  return Math.max(0, arrivedMs - Date.parse(document['@timestamp']));
}

function isOn({ host }: AlertDocument, names: readonly string[]): boolean {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return [host?.['name'], host?.['id'], host?.['hostname']].some(
    (each) => typeof each === 'string' && wanted.has(each.toLowerCase()),
  );
}
