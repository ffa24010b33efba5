import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  demandOf,
  optionsOf,
  readBundle,
  sourceOf,
  type ReadEntity,
} from '../../../test/fixtures/stix/read-records.ts';
import { openStixBundle } from './stix-bundle-reader.ts';

const FIXTURES = new URL('../../../test/fixtures/stix/', import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), 'utf8');
const TIME = '2024-01-01T12:00:00.000Z';

function observed(objects: unknown, more: object = {}): object {
  return { type: 'observed-data', id: 'observed-data--1', first_observed: TIME, last_observed: TIME, objects, ...more };
}

function bundle(...objects: unknown[]): object {
  return { type: 'bundle', id: 'bundle--1', spec_version: '2.0', objects };
}

async function entitiesOf(...objects: unknown[]): Promise<readonly ReadEntity[]> {
  const { records } = await readBundle(bundle(...objects), { demand: demandOf(undefined, ['x-thing']) });
  return records.flatMap((record) => record.entities.filter((entity) => entity.type !== 'observed-data'));
}

describe('STIX 2.0', () => {
  it('reads records with their entities and references', async () => {
    const { records, reader } = await readBundle(fixture('FX-TREE.json'));
    expect(reader.format).toBe('stix-bundle');
    expect(records.length).toBe(10);
    expect(records[1]?.id).toBe('observed-data--00000000-0000-4000-8000-000000000002');
    expect(records[1]?.entities.map(({ type, role, references }) => [type, role, references])).toEqual([
      ['process', 'process', { parent_ref: ['parent'], creator_user_ref: ['user'], binary_ref: ['binary'] }],
      ['process', 'parent', {}],
      ['user-account', 'user', {}],
      ['file', 'binary', { parent_directory_ref: ['binary-directory'] }],
      ['directory', 'binary-directory', {}],
      ['observed-data', 'observation', {}],
    ]);
    expect(records[2]?.entities[0]?.attributes).toEqual({
      name: 'powershell.exe',
      pid: 300,
      command_line: 'powershell -enc AAAA',
      x_unique_id: 'P',
    });
  });

  it('gives a process one key over its records, whether it acts or is a parent', async () => {
    const { records } = await readBundle(fixture('FX-TREE.json'));
    const key = (record: number, role: string): string | undefined =>
      records[record]?.entities.find((entity) => entity.role === role)?.key;
    expect(key(2, 'parent')).toBe(key(1, 'process'));
    expect(key(5, 'parent')).toBe(key(4, 'process'));
    expect(key(9, 'parent')).not.toBe(key(4, 'process'));
  });

  it('reads every fixture without loss', async () => {
    for (const name of readdirSync(FIXTURES).filter((each) => each.endsWith('.json'))) {
      const text = fixture(name);
      const { records, undecodable, reader } = await readBundle(text);
      expect(records.length).toBe((JSON.parse(text) as { objects: unknown[] }).objects.length);
      expect([undecodable, reader.warnings]).toEqual([0, []]);
    }
  });

  it('flattens, renames and converts attributes', async () => {
    const [process, file, event] = await entitiesOf(
      observed({
        0: {
          type: 'process',
          pid: 7,
          created_time: '2024-01-01T11:00:00.123456789Z',
          is_hidden: false,
          cwd: null,
          x_ttp_tags: 'T1059',
          environment_variables: { PATH: '/bin' },
          extensions: { 'x-e': { argv: ['a', ['b', 3]], deep: { er: true } } },
          image_ref: '1',
        },
        1: { type: 'file', hashes: { 'SHA-256': 'ab', MD5: 'cd' }, ctime: 'yesterday' },
        2: { type: 'x-oca-event', category: [['network'], 'x'], code: 3, parts: [{ a: 1 }] },
      }),
    );
    expect(process?.attributes).toEqual({
      pid: 7,
      created: '2024-01-01T11:00:00.123456789Z',
      is_hidden: false,
      cwd: null,
      x_tags: ['T1059'],
      'environment_variables.PATH': '/bin',
      'extensions.x-e.argv': ['a', 'b', '3'],
      'extensions.x-e.deep.er': true,
    });
    expect(process?.references).toEqual({ binary_ref: ['binary'] });
    expect(file?.attributes).toEqual({ 'hashes.SHA-256': 'ab', 'hashes.MD5': 'cd', created: 'yesterday' });
    expect(event?.attributes).toEqual({ category: ['network', 'x'], code: 3, parts: ['{"a":1}'] });
  });

  it('keeps integers that a double cannot hold as their digits', async () => {
    const text = JSON.stringify(bundle(observed({ 0: { type: 'process', x_handle: 0 } })));
    const { records } = await readBundle(text.replace('"x_handle":0', '"x_handle":9007199254740993'));
    expect(records[0]?.entities[0]?.attributes).toEqual({ x_handle: '9007199254740993' });
  });

  it('takes in only what the demand names', async () => {
    const objects = {
      0: { type: 'process', pid: 1, parent_ref: '1', binary_ref: '2' },
      1: { type: 'process', pid: 2 },
      2: { type: 'file', name: 'f', hashes: { MD5: 'm' } },
    };
    const demand = {
      ...demandOf(['file']),
      types: new Map([['file', { onRequest: new Set<string>() }]]),
      patternTypes: new Map([['process', { onRequest: new Set<string>() }]]),
      references: new Set<string>(),
      patternReferences: new Set(['process.binary_ref']),
    };
    const { records } = await readBundle(bundle(observed(objects)), { demand });
    expect(records[0]?.entities.map(({ role, attributes, references }) => [role, attributes, references])).toEqual([
      ['process', { pid: 1 }, { binary_ref: ['binary'] }],
      ['parent', { pid: 2 }, {}],
      ['binary', { name: 'f' }, {}],
    ]);
  });

  it('lets every entity of a record say where it comes from, where a hunt asks', async () => {
    const demand = {
      ...demandOf(['process']),
      types: new Map([
        ['process', { onRequest: new Set(['host.id', 'host.name', 'host.ip', 'container.id', 'pod.name']) }],
      ]),
    };
    const { records } = await readBundle(
      bundle(
        observed({
          0: { type: 'process', pid: 1 },
          1: { type: 'x-oca-asset', hostname: 'H1.example', ip_refs: ['2', '9'], container: { id: 'c' } },
          2: { type: 'ipv4-addr', value: '10.0.0.1' },
          3: { type: 'x-oca-asset', hostname: 'Node' },
        }),
      ),
      { demand, hostAliases: new Map([['node', 'node.example']]) },
    );
    expect(records[0]?.host).toBe('node.example');
    expect(records[0]?.entities[0]?.attributes).toEqual({
      pid: 1,
      'host.id': 'node.example',
      'host.name': 'H1.example',
      'host.ip': ['10.0.0.1'],
      'container.id': 'c',
    });
  });
});

describe('STIX 2.1', () => {
  const address = { type: 'ipv4-addr', id: 'ipv4-addr--cbd67181-b9f8-595b-8bc3-3971e34fa1cc', value: '1.1.1.1' };
  const traffic = {
    type: 'network-traffic',
    id: 'network-traffic--00000000-0000-4000-8000-000000000001',
    dst_ref: address.id,
    dst_port: 53,
    protocols: ['udp'],
  };
  const account = { type: 'user-account', id: 'user-account--00000000-0000-5000-8000-000000000002', user_id: 'John' };
  const shell = {
    type: 'process',
    id: 'process--00000000-0000-4000-8000-000000000003',
    pid: 1,
    opened_connection_refs: [traffic.id],
    creator_user_ref: account.id,
    object_marking_refs: ['marking-definition--gone'],
  };
  const record = (id: string, refs: readonly string[]): object => ({
    type: 'observed-data',
    spec_version: '2.1',
    id,
    created_by_ref: 'identity--gone',
    first_observed: TIME,
    last_observed: '2024-01-01T12:00:01.5Z',
    number_observed: 3,
    object_refs: refs,
  });

  it('follows references through the whole bundle, wherever the objects stand', async () => {
    const { records, reader } = await readBundle({
      type: 'bundle',
      objects: [
        traffic,
        record('observed-data--a', [shell.id]),
        shell,
        address,
        account,
        { type: 'note', id: 'note--1' },
      ],
    });
    expect(reader.warnings).toEqual([]);
    expect(records.length).toBe(1);
    expect(records[0]?.offset).toBe(1);
    expect(records[0]?.entities.map(({ role, key }) => [role, key])).toEqual([
      ['process', shell.id],
      ['connection', 'network-traffic--d778da17-5185-56b6-925c-d2fc748e752c'],
      ['user', account.id],
      ['destination', '1.1.1.1'],
      ['observation', 'observed-data--a'],
    ]);
    expect(records[0]?.entities.at(-1)?.attributes).toEqual({
      id: 'observed-data--a',
      first_observed: '2024-01-01T12:00:00.000Z',
      last_observed: '2024-01-01T12:00:01.500Z',
      number_observed: 3,
    });
  });

  it('takes an object that two observations share for one entity', async () => {
    const { records } = await readBundle({
      type: 'bundle',
      objects: [record('observed-data--a', [shell.id]), record('observed-data--b', [shell.id]), shell],
    });
    expect(records[0]?.entities[0]?.key).toBe(records[1]?.entities[0]?.key);
  });

  it('warns of references that lead nowhere and goes on', async () => {
    const { records, reader } = await readBundle({
      type: 'bundle',
      objects: [record('observed-data--a', [shell.id, 'file--gone']), shell],
    });
    expect(records[0]?.entities[0]?.references).toEqual({});
    expect(reader.warnings).toEqual([
      '"observed-data--a": object_refs refers to "file--gone", which is not there',
      `"observed-data--a": opened_connection_refs of object "${shell.id}" refers to "${traffic.id}", which is not there`,
      `"observed-data--a": creator_user_ref of object "${shell.id}" refers to "${account.id}", which is not there`,
    ]);
  });
});

describe('identity', () => {
  const keys = async (objects: object, more: object = {}): Promise<string[]> =>
    (await entitiesOf(observed(objects, more))).map((entity) => entity.key);

  it('is the bare value for what is known by its value', async () => {
    expect(
      await keys({
        0: { type: 'ipv4-addr', value: '1.1.1.1' },
        1: { type: 'url', value: 'http://a/' },
        2: { type: 'email-addr', value: 'a@b', display_name: 'A' },
      }),
    ).toEqual(['1.1.1.1', 'http://a/', 'a@b']);
  });

  it('is made of the id properties', async () => {
    expect(
      await keys({
        0: { type: 'user-account', user_id: 'John', display_name: 'x' },
        1: { type: 'process', x_unique_id: 'u1', pid: 3 },
        2: { type: 'process', extensions: { 'x-sensor': { process_guid: 'u1' } } },
      }),
    ).toEqual([
      'user-account--1013efe6-f7af-543a-bc7f-591af1b91fd7',
      'process--9284252b-7b39-58b6-8e56-9f479b1eb094',
      'process--9284252b-7b39-58b6-8e56-9f479b1eb094',
    ]);
  });

  it('follows references: the same name in two directories is two files', async () => {
    const [a, b, c, d] = await keys({
      0: { type: 'file', name: 'f', parent_directory_ref: '4' },
      1: { type: 'file', name: 'f', parent_directory_ref: '5' },
      2: { type: 'file', name: 'f', parent_directory_ref: '6' },
      3: { type: 'file', name: 'f', parent_directory_ref: '7' },
      4: { type: 'directory', path: '/a' },
      5: { type: 'directory', path: '/b' },
      6: { type: 'directory', path: '/a' },
    });
    expect(a).toBe(c);
    expect(new Set([a, b, d]).size).toBe(3);
  });

  it('takes one hash of a file, the first of MD5, SHA-1, SHA-256, SHA-512', async () => {
    const [a, b, c] = await keys({
      0: { type: 'file', hashes: { 'SHA-256': '2', 'SHA-1': '1', MD5: '5' } },
      1: { type: 'file', hashes: { MD5: '5', SSDEEP: 'x' } },
      2: { type: 'file', hashes: { 'SHA-256': '2' } },
    });
    expect(a).toBe(b);
    expect(c).not.toBe(a);
  });

  it('of a process without id is its pid, host and time where the host is known', async () => {
    const process = { type: 'process', pid: 5 };
    const asset = { type: 'x-oca-asset', hostname: 'h', name: 'n' };
    const [first] = await keys({ 0: process, 1: asset });
    expect((await keys({ a: asset, b: process }, { id: 'observed-data--2' }))[1]).toBe(first);
    expect((await keys({ 0: process, 1: { ...asset, host_id: 'i' } }))[0]).not.toBe(first);
    expect((await keys({ 0: process, 1: asset }, { last_observed: '2024-01-01T12:00:00.001Z' }))[0]).not.toBe(first);
  });

  it('else is the record and the key in it, the same in every run', async () => {
    const process = { type: 'process', pid: 5 };
    const first = await keys({ 0: process, 1: process });
    expect(new Set(first).size).toBe(2);
    expect(await keys({ 0: process, 1: process })).toEqual(first);
    expect((await keys({ 0: process }, { id: 'observed-data--2' }))[0]).not.toBe(first[0]);
  });
});

describe('batches', () => {
  const minute = (at: number): object => {
    const time = `2024-01-01T12:${String(at).padStart(2, '0')}:00Z`;
    return observed({ 0: { type: 'process', pid: at } }, { id: `o${at}`, first_observed: time, last_observed: time });
  };
  const many = bundle({ type: 'identity', id: 'identity--1' }, ...[0, 1, 2, 3, 4, 5, 6].map(minute));

  it('are cut by number and by time', async () => {
    expect((await readBundle(many, { batchSize: 3 })).batchSizes).toEqual([3, 3, 1]);
    expect((await readBundle(many, { maxSpanMs: 60_000 })).batchSizes).toEqual([2, 2, 2, 1]);
  });

  it('can be resumed after any batch', async () => {
    const whole = await readBundle(many, { batchSize: 1 });
    const reader = await openStixBundle(sourceOf(JSON.stringify(many)), optionsOf({ batchSize: 3 }));
    const positions: number[] = [];
    for await (const batch of reader.batches()) {
      positions.push(batch.position);
      const rest = await readBundle(many, { from: reader.position });
      const at = reader.position.records;
      expect(rest.records.map(({ id, offset }) => [id, offset])).toEqual(
        whole.records.slice(at).map(({ id, offset }) => [id, offset]),
      );
    }
    expect(positions).toEqual([0, 3, 6]);
    expect(reader.position).toEqual({ offset: 8, records: 7 });
  });
});
