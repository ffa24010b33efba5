import fc from 'fast-check';
import type { StoredDocument } from '../../src/sources/elastic/testing/memory-gateway.ts';
import type { Mapping } from '../../src/sources/elastic/testing/naive-query.ts';
import type { JsonObject } from '../../src/telemetry/document-shape.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const few = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);

const address = few('10.0.0.1', '10.0.0.2', '192.168.0.9', '::1');
const port = fc.constantFrom(22, 443, 4444);
const start = '2026-01-01T00:00:00.000000001Z';
const processOf = fc.record({
  pid: fc.constantFrom(1, 2, 3),
  start: fc.constant(start),
  name: few('sh', 'node', 'curl'),
  executable: few('/bin/sh', '/bin/node'),
  thread: fc.record({ id: fc.constantFrom(1, 2) }),
});

const sysflow = fc.record({
  event: fc.record({ sf_type: few('PE', 'FE', 'FF', 'NF', 'NF', 'KE', 'PF', 'X'), action: few('a', 'b') }),
  host: fc.record({ id: few('h', 'g'), ip: address }),
  process: processOf,
  file: fc.record({ path: few('/tmp/x', '/etc/passwd'), type: few('file') }),
  source: fc.record({ ip: address, port }),
  destination: fc.record({ ip: address, port }),
  network: fc.record({ protocol: few('tcp', 'udp') }),
});

const eventData = fc.record({
  UtcTime: few('2026-01-01 00:00:01.000'),
  ProcessGuid: few('{1}', '{2}'),
  ProcessId: few('7', '8'),
  Image: few('C:\\a.exe', 'C:\\b.exe'),
  SourceIp: address,
  SourcePort: few('1', '2'),
  DestinationIp: address,
  DestinationPort: few('443', '4444'),
  Protocol: few('tcp'),
  TargetObject: few('HKLM\\a', 'HKLM\\b'),
  EventType: few('SetValue', 'CreateKey'),
});
const channel = few(SYSMON, SYSMON, 'Security', 'System');
const eventId = few('1', '3', '4', '6', '7', '12', '13', '22', '255', '99');

const winlogbeat = fc
  .record({ channel, event_id: eventId, computer_name: few('w'), record_id: fc.nat(50), event_data: eventData })
  .map((winlog) => ({ winlog }));
const nxlog = fc
  .record({ Channel: channel, EventID: eventId.map(Number), Hostname: few('w'), EventTime: few('x') })
  .chain((flat) => eventData.map((data) => ({ ...flat, ...data })));

/** What a rule by a single field could take for something that it is not. */
const misleading: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({
    event: fc.record({ sf_type: fc.constant(['KE']) }),
    host: fc.record({ id: few('h') }),
    process: processOf,
  }),
  fc.record({ 'event.sf_type': few('KE'), event: fc.record({ kind: few('event') }), process: processOf }),
  fc.record({
    'winlog.channel': few('Security'),
    'winlog.event_id': few('1'),
    event: fc.record({}),
    process: processOf,
  }),
  sysflow.map((inner) => ({ Channel: 'Security', message: JSON.stringify({ '@timestamp': start, ...inner }) })),
  fc.record({ event: fc.record({ category: few('network') }), process: processOf, source: fc.record({ ip: address }) }),
  fc.record({ nothing: few('known') }),
);

const FIELDS = ['event.sf_type', 'winlog.channel', 'winlog.event_id', 'Channel', 'EventID'];
/** As it is meant to be, most of the time. */
const indexed = few('keyword', 'keyword', 'keyword', 'keyword', 'keyword', 'text', 'both', 'none');
const mapping: fc.Arbitrary<Mapping> = fc.tuple(...FIELDS.map(() => indexed)).map((types) => {
  return new Map(
    types.flatMap((type, i): [string, 'keyword' | 'text' | 'long'][] => {
      const field = FIELDS[i] as string;
      if (type === 'keyword') return [[field, field === 'EventID' ? 'long' : 'keyword']];
      if (type === 'text') return [[field, 'text']];
      return type === 'none'
        ? []
        : [
            [field, 'text'],
            [`${field}.keyword`, 'keyword'],
          ];
    }),
  );
});

export interface Indices {
  readonly documents: readonly StoredDocument[];
  readonly mappings: ReadonlyMap<string, Mapping>;
}

const MAPPED: Mapping = new Map(FIELDS.map((field) => [field, field === 'EventID' ? 'long' : 'keyword']));

/**
 * Documents of several sensors in two indices, and how these are mapped. `strange`: some are not what their fields seem to
 * say; `mapped`: the indices are as they are meant to be.
 */
export function indicesOf({ strange = false, mapped = false }): fc.Arbitrary<Indices> {
  const plain = [
    { arbitrary: sysflow as fc.Arbitrary<JsonObject>, weight: 4 },
    { arbitrary: winlogbeat as fc.Arbitrary<JsonObject>, weight: 4 },
    { arbitrary: nxlog as fc.Arbitrary<JsonObject>, weight: 1 },
  ];
  const content = strange ? fc.oneof(...plain, { arbitrary: misleading, weight: 1 }) : fc.oneof(...plain);
  return fc.record({
    documents: fc
      .array(fc.tuple(content, few('a', 'b'), fc.nat(20_000)), {
        minLength: mapped ? 10 : 0,
        maxLength: 40,
        size: 'max',
      })
      .map((all) =>
        all.map(([body, index, ms], i): StoredDocument => {
          const time = new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
          return { index, id: String(i), source: { ...body, '@timestamp': time } };
        }),
      ),
    mappings: (mapped ? fc.constant([MAPPED, MAPPED] as const) : fc.tuple(mapping, mapping)).map(
      ([a, b]) =>
        new Map([
          ['a', a],
          ['b', b],
        ]),
    ),
  });
}
