import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';

const MAX_ALERTS = 500;
const MAX_BYTES = 5 * 1024 * 1024;
/** Room for the revisions of one generation (decision 27). */
const REVISIONS = 2 ** 20;

/** Part of a bulk request: the alerts, and the lines that index them. */
export interface AlertBulk {
  readonly alerts: readonly AlertDocument[];
  readonly lines: string;
}

/** Where an alert lies: by the month of its event time. Only late evidence from before a month's first moment moves it. */
export function alertIndex(alias: string, { '@timestamp': time }: AlertDocument): string {
  const [, year, month] = /^(\d{4})-(\d{2})-/u.exec(time) ?? [];
  return year === undefined ? `${alias}-undated` : `${alias}-${year}.${month}`;
}

/** External version of a document: a later state folder wins over an earlier one, then the later revision. */
export function alertVersion(generation: number, { windhover: { revision } }: AlertDocument): number {
  return generation * REVISIONS + Math.min(revision, REVISIONS - 1);
}

/** Alerts as bulk requests of at most 500 alerts and 5 MiB, but of one alert at least. `generation`: s since 1970. */
export function* alertBulks(alerts: readonly AlertDocument[], alias: string, generation: number): Generator<AlertBulk> {
  let part: AlertDocument[] = [];
  let lines: string[] = [];
  let bytes = 0;
  for (const alert of alerts) {
    const action = {
      _index: alertIndex(alias, alert),
      _id: alert.event.id,
      version: alertVersion(generation, alert),
      version_type: 'external',
    };
    const text = `${JSON.stringify({ index: action })}\n${JSON.stringify(alert)}\n`;
    const size = Buffer.byteLength(text);
    if (part.length > 0 && (part.length >= MAX_ALERTS || bytes + size > MAX_BYTES)) {
      yield { alerts: part, lines: lines.join('') };
      [part, lines, bytes] = [[], [], 0];
    }
    part.push(alert);
    lines.push(text);
    bytes += size;
  }
  if (part.length > 0) yield { alerts: part, lines: lines.join('') };
}
