import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';

export interface TestAlert {
  readonly time?: string;
  readonly message?: string;
  readonly fields?: Partial<AlertDocument>;
}

/** An alert as a run makes it, with this id and revision. */
export function testAlert(id: string, revision = 1, { time, message, fields }: TestAlert = {}): AlertDocument {
  const at = time ?? '2026-05-01T08:00:00.123456Z';
  return {
    '@timestamp': at,
    ecs: { version: '8.11.0' },
    message: message ?? `alert ${id}`,
    event: { kind: 'alert', category: ['intrusion_detection'], type: ['info'], severity: 73, risk_score: 73, id },
    rule: { id: 'test', name: 'A test' },
    ...fields,
    windhover: {
      hunt: 'test',
      fingerprint: 'f',
      variable: 'v',
      severity: 'high',
      status: revision === 1 ? 'open' : 'revised',
      revision,
      episode: '0',
      suppressed: 0,
      entity: { type: 'process', id: `entity-${id}` },
      records: [],
      times: { event: at, seen: '2026-05-01T08:00:01Z', written: '2026-05-01T08:00:02Z' },
    },
  };
}
