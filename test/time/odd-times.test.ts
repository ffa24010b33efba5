import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openBatches } from '../../src/telemetry/open-batches.ts';
import { traceOf } from '../../src/telemetry/testing/avro-container.ts';
import { decodeOptions, plainBatches, sourceOf } from '../../src/telemetry/testing/lines.ts';
import { container, header, pod, process, processEvent } from '../../src/telemetry/testing/trace-records.ts';

// What each decoder makes of a time that no clock should give: docs/time.md holds the same table.

const TEXTS: readonly string[] = [
  '"2026-05-01T10:00:00.123456789Z"',
  '"2026-05-01T10:00:00.12345678901Z"',
  '"2026-05-01T10:00:00"',
  '"2026-05-01T12:00:00+02:00"',
  '"2016-12-31T23:59:60Z"',
  '"1970-01-01T00:00:00Z"',
  '"1901-12-13T20:45:52Z"',
  '"9999-12-31T23:59:59Z"',
  '"+010000-01-01T00:00:00Z"',
  '"2026-02-30T10:00:00Z"',
  '"NaN"',
  '""',
  '0',
  '1777629600000',
  '-1',
  '99999999999999999999',
  '["2026-05-01T10:00:00Z"]',
  '{"$date": "2026-05-01T10:00:00Z"}',
  'null',
];

const NANOSECONDS: readonly bigint[] = [1_777_629_600_123_456_789n, 0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)];

const CHANNEL = 'Microsoft-Windows-Sysmon/Operational';
const GUID = '{AAAA0000-0000-5F51-1800-000000000501}';
const FIELDS = `"ProcessGuid": "${GUID}", "ProcessId": "7", "Image": "C:\\\\cmd.exe"`;

/** A record of each format with the time in its place; where it has two the other one is nine seconds later. */
const LINES: Readonly<Record<string, (json: string) => string>> = {
  ECS: (time) =>
    `{"@timestamp": ${time}, "host": {"id": "h"}, "event": {"kind": "event", "category": ["process"], "type": ["start"]}, "process": {"pid": 7, "name": "sh"}}`,
  'SysFlow ECS': (time) =>
    `{"@timestamp": ${time}, "event": {"sf_type": "PE", "action": "process-start"}, "host": {"id": "h"}, "process": {"pid": 7}}`,
  'SysFlow ECS, event.end': (time) =>
    `{"@timestamp": "2026-05-01T10:00:00Z", "event": {"sf_type": "NF", "end": ${time}}, "host": {"id": "h"}, "process": {"pid": 7}}`,
  'SysFlow JSON': (time) =>
    `{"version": 4, "type": "PE", "ts": ${time}, "opflags": ["EXEC"], "meta": {}, "node": {"id": "h"}, "proc": {"pid": 7, "tid": 7}}`,
  'Winlogbeat, UtcTime': (time) => winlogbeat(1, '"2026-05-01T10:00:09Z"', time),
  'Winlogbeat, @timestamp': (time) => winlogbeat(22, time, '"2026-05-01 10:00:09.000"'),
  'nxlog, UtcTime': (time) =>
    `{"EventID": 1, "Channel": "${CHANNEL}", "Hostname": "w", "EventTime": "2026-05-01 06:00:00", "@timestamp": "2026-05-01T10:00:09Z", ${FIELDS}, "UtcTime": ${time}}`,
  'winevt, UtcTime': (time) =>
    `{"EventID": 1, "Channel": "${CHANNEL}", "Hostname": "w", "@timestamp": "2026-05-01T10:00:09Z", ${FIELDS}, "UtcTime": ${time}}`,
  'Sentinel, TimeGenerated': (time) =>
    `{"TimeGenerated": ${time}, "Channel": "${CHANNEL}", "EventID": 22, "Computer": "w", "EventData": {${FIELDS}, "UtcTime": "2026-05-01 10:00:09.000"}}`,
  'STIX, last_observed': (time) =>
    `{"type": "bundle", "id": "bundle--1", "spec_version": "2.0", "objects": [{"type": "observed-data", "id": "observed-data--1", "first_observed": "1900-01-01T00:00:00Z", "last_observed": ${time}, "number_observed": 1, "objects": {"0": {"type": "ipv4-addr", "value": "10.0.0.1"}}}]}`,
};

function winlogbeat(id: number, log: string, utc: string): string {
  return `{"@timestamp": ${log}, "winlog": {"channel": "${CHANNEL}", "event_id": "${id}", "computer_name": "w", "event_data": {${FIELDS}, "UtcTime": ${utc}}}}`;
}

/** When the record is taken to end, or why it is not taken. */
async function outcome(content: string | Uint8Array): Promise<string> {
  const reader = await openBatches(sourceOf(content), decodeOptions());
  const batches = await plainBatches(reader);
  const [record] = batches.flatMap(({ records }) => records);
  if (record !== undefined) return record.last.replace('.000Z', 'Z');
  return batches.flatMap(({ reasons }) => reasons)[0] ?? 'ignored';
}

/** What the formats in turn make of a time; those of one column must agree. */
const COLUMNS: readonly (readonly [name: string, formats: readonly string[]])[] = [
  ['ECS `@timestamp`', ['ECS']],
  ['SysFlow ECS `@timestamp`', ['SysFlow ECS']],
  ['SysFlow ECS `event.end`', ['SysFlow ECS, event.end']],
  ['SysFlow JSON `ts`', ['SysFlow JSON']],
  [
    'Sysmon (Winlogbeat, nxlog, winevt, Sentinel)',
    ['Winlogbeat, UtcTime', 'Winlogbeat, @timestamp', 'nxlog, UtcTime', 'winevt, UtcTime', 'Sentinel, TimeGenerated'],
  ],
  ['STIX `last_observed`', ['STIX, last_observed']],
];

const shown = (json: string): string => '`' + json + '`';

async function textTable(): Promise<string[][]> {
  const rows = [['time', ...COLUMNS.map(([name]) => name)]];
  for (const json of TEXTS) {
    const row = [shown(json)];
    for (const [name, formats] of COLUMNS) {
      const outcomes = new Set<string>();
      for (const format of formats) outcomes.add(await outcome(`${LINES[format]?.(json) ?? ''}\n`));
      expect([...outcomes], `${name} ${json}`).toHaveLength(1);
      const [only = ''] = outcomes;
      row.push(only === '2026-05-01T10:00:09Z' ? 'the other time' : only);
    }
    rows.push(row);
  }
  return rows;
}

async function numberTable(): Promise<string[][]> {
  const rows = [['nanoseconds', 'SysFlow trace `ts`', 'SysFlow JSON `ts`']];
  for (const ts of NANOSECONDS) {
    const records = [header(), container(), pod(), process(70, undefined), processEvent(70, 1, { ts })];
    const line = `${LINES['SysFlow JSON']?.(String(ts)) ?? ''}\n`;
    rows.push([shown(String(ts)), await outcome(traceOf(records)), await outcome(line)]);
  }
  return rows;
}

/** Rows of the tables of the page, blanks apart. */
const PAGE = readFileSync(new URL('../../docs/time.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .join('|'),
  );

const written = (rows: readonly (readonly string[])[]): string[] => rows.map((row) => `|${row.join('|')}|`);

describe('odd times', () => {
  test('in text are what docs/time.md says', async () => {
    expect(PAGE).toEqual(expect.arrayContaining(written(await textTable())));
  });

  test('in numbers are what docs/time.md says', async () => {
    expect(PAGE).toEqual(expect.arrayContaining(written(await numberTable())));
  });
});
