import fc from 'fast-check';
import type { Instant } from '../../src/catalogue/instant.ts';
import type { PlainEntity, PlainRecord, PlainValue } from '../reference/plain-record.ts';

/** 2024-01-01T12:00:00Z */
export const BASE_MS = 1_704_110_400_000;
export const SOURCES = ['stixshifter://a', 'stixshifter://b'] as const;

const NAMES = ['sh', 'node', 'Cmd.exe', 'cmd.exe', 'é', 'A'];
const COMMANDS = ['run -a', 'run', 'RUN', '12', ''];
const TAGS = ['mitre:T1059', 'mitre:T1190', 'x'];
const ADDRESSES = ['10.0.0.1', '10.0.0.2', '192.168.1.9', '203.0.113.9'];
/** What a record may say that was done: relations beyond references rest on it. */
const ACTIONS = [
  'file-access-read-write',
  'file-delete',
  'file-access',
  'Process accessed',
  'CreateRemoteThread detected',
];
const PATHS = ['/tmp/a', '/tmp/A', '/etc/passwd'];

const instant = (second: number, nanos: number): Instant => ({ ms: BASE_MS + second * 1000, ns: nanos });

/** Few moments, so that many records share theirs. */
const time = fc.tuple(fc.integer({ min: 0, max: 120 }), fc.constantFrom(0, 0, 0, 1)).map(([s, ns]) => instant(s, ns));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

function attributes(values: Readonly<Record<string, PlainValue | undefined>>): Record<string, PlainValue> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, PlainValue] => entry[1] !== undefined),
  );
}

const processAttributes = fc
  .record({
    name: maybe(fc.constantFrom(...NAMES)),
    pid: maybe(fc.constantFrom<PlainValue>(1, 2, 10, '2')),
    command_line: maybe(fc.constantFrom(...COMMANDS)),
    x_tags: fc.option(fc.subarray(TAGS, { minLength: 1 }), { nil: undefined, freq: 3 }),
    created: fc.option(time, { nil: undefined, freq: 3 }),
    x_flag: fc.option(fc.boolean(), { nil: undefined, freq: 4 }),
  })
  .map(attributes);

const processKey = fc
  .tuple(fc.constantFrom('h1', 'h2', 'h3'), fc.integer({ min: 1, max: 3 }))
  .map(([h, n]) => `${h}|${n}`);

/** One of the hosts runs Windows: its names compare without case. */
const isWindows = (key: string): boolean => key.startsWith('h3');

interface Drawn {
  readonly entities: PlainEntity[];
}

const drawn = fc
  .record({
    process: fc.record({ key: processKey, attributes: processAttributes }),
    parent: fc.option(
      fc.record({ key: processKey, attributes: processAttributes, authority: fc.constantFrom<0 | 1>(0, 0, 1) }),
      { freq: 3 },
    ),
    user: fc.option(fc.constantFrom('alice', 'bob'), { freq: 2 }),
    file: fc.option(fc.constantFrom(...PATHS), { freq: 2 }),
    connection: fc.option(
      fc.record({
        n: fc.integer({ min: 1, max: 4 }),
        source: fc.constantFrom(...ADDRESSES),
        destination: fc.constantFrom(...ADDRESSES),
        port: maybe(fc.constantFrom(22, 53, 443)),
      }),
      { freq: 2 },
    ),
    asset: fc.option(fc.constantFrom('h1', 'h2'), { freq: 2 }),
    operation: fc.option(
      fc.record({ action: fc.constantFrom(...ACTIONS), target: processKey, on: fc.constantFrom(...PATHS) }),
    ),
    withoutProcess: fc.boolean(),
  })
  .map(({ process, parent, user, file, connection, asset, operation, withoutProcess }): Drawn => {
    const entities: PlainEntity[] = [];
    const add = (entity: PlainEntity): number => entities.push(entity) - 1;
    const plain = (
      type: string,
      key: string,
      role: string,
      values: Record<string, PlainValue>,
      references = {},
    ): PlainEntity => ({
      type,
      key,
      role,
      authority: 1,
      caseFolded: false,
      attributes: values,
      references,
    });
    const references: Record<string, number | number[]> = {};
    if (connection !== null) {
      const source = add(plain('ipv4-addr', connection.source, 'source', { value: connection.source }));
      const destination = add(
        plain('ipv4-addr', connection.destination, 'destination', { value: connection.destination }),
      );
      const at = add(
        plain(
          'network-traffic',
          `c${connection.n}`,
          'connection',
          attributes({ dst_port: connection.port, src_port: 1000 + connection.n, protocols: ['tcp'] }),
          { src_ref: source, dst_ref: destination },
        ),
      );
      references.opened_connection_refs = [at];
    }
    if (operation !== null) {
      const { action, target, on } = operation;
      add(plain('x-oca-event', `${action}|${target}|${on}`, 'event', { action }));
      if (action.startsWith('file')) {
        add(plain('file', on, 'file', { name: on.slice(on.lastIndexOf('/') + 1), path: on }));
      } else {
        add({ ...plain('process', target, 'target-process', {}), caseFolded: isWindows(target) });
      }
    }
    if (asset !== null) add(plain('x-oca-asset', asset, 'host', { hostname: asset, device_id: asset }));
    if (withoutProcess && connection !== null) return { entities };
    if (user !== null) references.creator_user_ref = add(plain('user-account', user, 'user', { user_id: user }));
    if (file !== null) {
      const directory = add(
        plain('directory', file.slice(0, file.lastIndexOf('/')), 'binary-directory', {
          path: file.slice(0, file.lastIndexOf('/')),
        }),
      );
      references.binary_ref = add(
        plain(
          'file',
          file,
          'binary',
          { name: file.slice(file.lastIndexOf('/') + 1), path: file },
          { parent_directory_ref: directory },
        ),
      );
    }
    if (parent !== null) {
      references.parent_ref = add({
        type: 'process',
        key: parent.key,
        role: 'parent',
        authority: parent.authority,
        caseFolded: isWindows(parent.key),
        attributes: parent.attributes,
        references: {},
      });
    }
    add({
      type: 'process',
      key: process.key,
      role: 'process',
      authority: 1,
      caseFolded: isWindows(process.key),
      attributes: process.attributes,
      references,
    });
    return { entities };
  });

const record = fc
  .record({
    drawn,
    first: time,
    length: fc.constantFrom(0, 0, 0, 1, 30),
    source: fc.constantFrom(SOURCES[0], SOURCES[0], SOURCES[1]),
    host: fc.constantFrom('h1', 'h2', 'h3'),
  })
  .map(({ drawn: { entities }, first, length, source, host }) => ({
    source,
    host,
    first,
    last: { ms: first.ms + length * 1000, ns: first.ns },
    entities,
  }));

/** The record itself, which says how many observations it sums up. */
const observation = (id: string, count: number): PlainEntity => ({
  type: 'observed-data',
  key: id,
  role: 'observation',
  authority: 1,
  caseFolded: false,
  attributes: { number_observed: count },
  references: {},
});

/** Mostly a record of its own, now and then an earlier one again. */
const repeat = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 39 }) },
);

/** A small log: shared moments, out of order, nulls, renames, parents that only fill, whole records repeated. */
export const arbitraryRecords = fc
  .array(fc.tuple(record, repeat, fc.option(fc.constantFrom(1, 2, 5), { freq: 2 })), {
    minLength: 1,
    maxLength: 24,
    size: 'max',
  })
  .map((drawnRecords) => {
    const records: PlainRecord[] = [];
    for (const [each, earlierOne, count] of drawnRecords) {
      const earlier = earlierOne === null ? undefined : records[earlierOne % Math.max(1, records.length)];
      const id = `r${records.length}`;
      const entities = count === null ? each.entities : [...each.entities, observation(id, count)];
      records.push(earlier ?? { id, ...each, entities });
    }
    return records;
  });
