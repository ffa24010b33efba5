import { describe, expect, it } from 'vitest';
import { mention, readLines, recordOf, roles, decodeOptions, demandOf } from '../testing/lines.ts';
import { SYSFLOW_ECS_SHAPE } from './sysflow-ecs-shape.ts';

const START = '2024-05-01T10:00:00.000000001Z';

const PROCESS = {
  args: '-c id',
  command_line: '/bin/sh -c id',
  executable: '/bin/sh',
  name: 'sh',
  pid: 70,
  start: '2024-05-01T09:59:59.5Z',
  thread: { id: 71 },
  parent: { args: '', command_line: '/usr/bin/app', executable: '/usr/bin/app', name: 'app', pid: 60, start: START },
};

function event(type: string, more: object = {}): Record<string, unknown> {
  return {
    '@timestamp': '2024-05-01T10:00:01.25Z',
    agent: { type: 'SysFlow', version: '1' },
    event: {
      action: 'process-start',
      category: 'process',
      kind: 'event',
      type: 'start',
      duration: 7,
      start: '2024-05-01T10:00:01.25Z',
      end: '2024-05-01T10:00:01.250000007Z',
      sf_ret: 0,
      sf_type: type,
    },
    host: { id: 'Node-1', ip: '10.0.0.1' },
    container: { id: 'c1', name: 'shop', runtime: 'DOCKER', sf_privileged: true, image: { id: 'i1', name: 'shop:1' } },
    process: PROCESS,
    user: { id: 0, name: 'root', group: { id: 0, name: 'root' } },
    ...more,
  };
}

describe('SysFlow as ECS: process events', () => {
  it('mentions process, parent, account, their binaries, host, container, event and itself', async () => {
    const record = await recordOf(event('PE'));
    expect(record).toMatchObject({
      kind: 'sysflow.PE',
      host: 'Node-1',
      first: '2024-05-01T10:00:01.250Z',
      last: '2024-05-01T10:00:01.250000007Z',
    });
    expect(roles(record)).toEqual([
      'process',
      'parent',
      'user',
      'binary',
      'binary-directory',
      'parent-binary',
      'parent-binary-directory',
      'host',
      'host-address',
      'container',
      'event',
      'observation',
    ]);
  });

  it('reads the process', async () => {
    const process = mention(await recordOf(event('PE', { tags: ['mitre:T1', 'mitre:T1', 'mitre:T2'] })), 'process');
    expect(process).toEqual({
      role: 'process',
      type: 'process',
      authority: 1,
      key: 'Node-1|70|1714557599500000000',
      attributes: {
        pid: 70,
        name: 'sh',
        command_line: '/bin/sh -c id',
        created: '2024-05-01T09:59:59.500Z',
        x_thread_id: 71,
        x_args: '-c id',
        x_tags: ['mitre:T1', 'mitre:T2'],
        'host.id': 'Node-1',
        'host.name': 'Node-1',
        'host.ip': ['10.0.0.1'],
        'container.id': 'c1',
        'container.name': 'shop',
        'container.image.name': 'shop:1',
        'container.image.id': 'i1',
        'container.runtime': 'DOCKER',
      },
      references: {
        parent_ref: 'Node-1|60|1714557600000000001',
        binary_ref: 'Node-1|c1|/bin/sh',
        creator_user_ref: 'Node-1|c1|root',
      },
    });
  });

  it('lets the parent only repeat what is known of it', async () => {
    const parent = mention(await recordOf(event('PE')), 'parent');
    expect(parent).toMatchObject({ authority: 0, key: 'Node-1|60|1714557600000000001' });
    expect(parent.attributes).toMatchObject({ pid: 60, name: 'app', command_line: '/usr/bin/app' });
    expect(parent.references).toEqual({ binary_ref: 'Node-1|c1|/usr/bin/app' });
  });

  it('reads account, container, host and event', async () => {
    const record = await recordOf(
      event('PE', { event: { ...(event('PE')['event'] as object), reason: 'r', severity: 3 } }),
    );
    expect(mention(record, 'user').attributes).toMatchObject({
      user_id: 'root',
      account_login: 'root',
      x_uid: 0,
      'x_group.id': 0,
      'x_group.name': 'root',
    });
    expect(mention(record, 'container')).toMatchObject({
      key: 'Node-1|c1',
      attributes: { name: 'shop', 'container.x_privileged': true, 'container.image.name': 'shop:1' },
    });
    expect(mention(record, 'host')).toMatchObject({
      key: 'Node-1',
      attributes: { name: 'Node-1', hostname: 'Node-1', device_id: 'Node-1', x_ip: ['10.0.0.1'] },
      references: { ip_refs: ['10.0.0.1'] },
    });
    expect(mention(record, 'host').attributes).not.toHaveProperty('container.id');
    expect(mention(record, 'event')).toMatchObject({
      attributes: {
        action: 'process-start',
        category: ['process', 'event', 'start'],
        provider: 'SysFlow',
        severity: 3,
        x_reason: 'r',
        x_sf_type: 'PE',
        x_sf_ret: 0,
        duration: 7,
        start: '2024-05-01T10:00:01.250Z',
        end: '2024-05-01T10:00:01.250000007Z',
      },
      references: { process_ref: 'Node-1|70|1714557599500000000', host_ref: 'Node-1', user_ref: 'Node-1|c1|root' },
    });
    expect(mention(record, 'observation').attributes).toMatchObject({ number_observed: 1 });
  });

  it('takes placeholders for what they are', async () => {
    const record = await recordOf(
      event('PE', {
        host: { id: 'h', ip: 'NA' },
        container: undefined,
        process: {
          args: '',
          command_line: './filer ',
          executable: '<NA>',
          name: '.',
          pid: 5,
          start: '1970-01-01T00:00:00Z',
          parent: { args: '', command_line: '', executable: '', name: '.', pid: 0, start: '1970-01-01T00:00:00Z' },
        },
        user: { id: -1, name: '<NA>', group: { id: -1, name: '<NA>' } },
      }),
    );
    expect(roles(record)).toEqual(['process', 'host', 'event', 'observation']);
    expect(mention(record, 'process')).toMatchObject({ key: 'h|5|0', references: {} });
    expect(mention(record, 'process').attributes).toEqual({
      pid: 5,
      command_line: './filer',
      'host.id': 'h',
      'host.name': 'h',
    });
  });

  it('knows an account without a name by its number', async () => {
    const user = mention(await recordOf(event('PE', { user: { id: 33, name: '\u003cNA\u003e' } })), 'user');
    expect(user).toMatchObject({ key: 'Node-1|c1|uid|33', attributes: { user_id: '33', x_uid: 33 } });
    expect(user.attributes).not.toHaveProperty('account_login');
  });
});

describe('SysFlow as ECS: files', () => {
  it('mentions the file, its directory and halves the counters', async () => {
    const record = await recordOf(
      event('FF', {
        file: { directory: '/tmp', name: 'a.txt', path: '/tmp/a.txt', type: 'file' },
        sf_file_action: { bytes_read: 0, bytes_written: 62, read_ops: 0, write_ops: 2 },
      }),
    );
    expect(mention(record, 'file')).toMatchObject({
      key: 'Node-1|c1|/tmp/a.txt',
      attributes: {
        name: 'a.txt',
        path: '/tmp/a.txt',
        x_extension: 'txt',
        x_type: 'file',
        x_sf_bytes_read: 0,
        x_sf_bytes_written: 31,
        x_sf_write_ops: 1,
      },
      references: { parent_directory_ref: 'Node-1|c1|/tmp' },
    });
    expect(mention(record, 'directory').attributes).toMatchObject({ path: '/tmp' });
    expect(mention(record, 'event').references).toMatchObject({ file_ref: 'Node-1|c1|/tmp/a.txt' });
  });

  it('takes the name for the path where it is left out, and a directory for no file', async () => {
    const pipe = await recordOf(event('FF', { file: { name: 'pipe:[7]', directory: '', type: 'pipe' } }));
    expect(mention(pipe, 'file')).toMatchObject({ key: 'Node-1|c1|pipe:[7]', references: {} });
    const made = await recordOf(event('FE', { file: { directory: '/srv/new', type: 'dir' } }));
    expect(roles(made)).toContain('directory');
    expect(roles(made)).not.toContain('file');
  });

  it('mentions both names of a rename', async () => {
    const record = await recordOf(
      event('FE', { file: { directory: '/tmp', name: 'a', path: '/tmp/a', target_path: '/var/b', type: 'file' } }),
    );
    expect(mention(record, 'file').attributes).toMatchObject({ x_target_path: '/var/b' });
    expect(mention(record, 'target-file')).toMatchObject({
      key: 'Node-1|c1|/var/b',
      attributes: { name: 'b', path: '/var/b' },
      references: { parent_directory_ref: 'Node-1|c1|/var' },
    });
  });
});

describe('SysFlow as ECS: flows', () => {
  const flow = {
    network: { bytes: 40, community_id: '1:x=', iana_number: '6', protocol: 'TCP' },
    source: { address: '10.0.0.1', ip: '10.0.0.1', port: 40000, bytes: 30, packets: 4 },
    destination: { address: '10.0.0.2', ip: '10.0.0.2', port: 443, bytes: 10, packets: 2 },
  };

  it('mentions connection and addresses', async () => {
    const record = await recordOf(event('NF', flow));
    const key = 'Node-1|70|1714557599500000000|10.0.0.1|40000|10.0.0.2|443|tcp|1714557601250000000';
    expect(mention(record, 'connection')).toMatchObject({
      key,
      attributes: {
        src_port: 40000,
        dst_port: 443,
        protocols: ['tcp'],
        start: '2024-05-01T10:00:01.250Z',
        end: '2024-05-01T10:00:01.250000007Z',
        src_byte_count: 15,
        dst_byte_count: 5,
        src_packets: 2,
        dst_packets: 1,
        x_community_id: '1:x=',
        x_iana_number: '6',
        x_byte_count: 20,
      },
      references: { src_ref: '10.0.0.1', dst_ref: '10.0.0.2' },
    });
    expect(mention(record, 'process').references).toMatchObject({ opened_connection_refs: [key] });
    expect(mention(record, 'source')).toMatchObject({ type: 'ipv4-addr', attributes: { value: '10.0.0.1' } });
  });

  it('tells the address families apart', async () => {
    const record = await recordOf(
      event('NF', {
        ...flow,
        source: { ip: 'FE80:0:0:0::1%eth0', port: 1 },
        destination: { ip: '::ffff:1.2.3.4', port: 2 },
      }),
    );
    expect(mention(record, 'source')).toMatchObject({ type: 'ipv6-addr', key: 'fe80::1' });
    expect(mention(record, 'destination')).toMatchObject({ type: 'ipv4-addr', key: '1.2.3.4' });
    expect(mention(record, 'connection').references).toEqual({ src_ref: 'fe80::1', dst_ref: '1.2.3.4' });
  });
});

describe('SysFlow as ECS: documents', () => {
  it('come bare, from a search index, or wrapped by a log shipper', async () => {
    const document = event('PE');
    const text = [
      JSON.stringify(document),
      JSON.stringify({ _index: 'sysflow-events', _id: '3a', _source: document }),
      JSON.stringify({ '@timestamp': '2030-01-01T00:00:00Z', message: JSON.stringify(document) }),
      JSON.stringify({ _id: '1', _source: { message: JSON.stringify(document) } }),
    ].join('\n');
    const [batch] = await readLines(text);
    expect(batch?.records).toHaveLength(4);
    for (const record of batch?.records ?? []) expect(record).toEqual(batch?.records[0]);
    expect(new Set(batch?.ids).size).toBe(1);
  });

  it('give an alert copy the id of its event, and other events other ids', async () => {
    const alert = event('PE', { tags: ['mitre:T1'] });
    (alert['event'] as Record<string, unknown>)['reason'] = 'rule';
    const other = event('PE', { process: { ...PROCESS, thread: { id: 72 } } });
    const [batch] = await readLines([event('PE'), alert, other].map((one) => JSON.stringify(one)).join('\n'));
    const [first, second, third] = batch?.ids ?? [];
    expect(first).toMatch(/^[0-9a-f]{16}$/u);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('give the same id whether it is asked for or demanded', async () => {
    const text = JSON.stringify(event('PE'));
    const [lazy] = await readLines(text, { demand: demandOf(['process']) });
    const record = await recordOf(event('PE'));
    expect(lazy?.ids[0]).toBe(mention(record, 'event').key);
  });

  it('count Kubernetes events as ignored, and want a time', async () => {
    const [batch] = await readLines(
      [event('KE'), event('PE', { '@timestamp': 'yesterday' })].map((one) => JSON.stringify(one)).join('\n'),
    );
    expect(batch).toMatchObject({ records: [], ignored: 1, undecodable: 1, reasons: ['no-event-time'] });
  });

  it('of types that objects have members of are named like any other', () => {
    for (const type of ['constructor', '__proto__', 'toString']) {
      expect(SYSFLOW_ECS_SHAPE.ignoredAs?.({ event: { sf_type: type } })).toBe(`records of type ${type}`);
    }
    expect(SYSFLOW_ECS_SHAPE.ignoredAs?.({ event: { sf_type: 'KE' } })).toBe('Kubernetes events');
  });

  it('bring only what is demanded', async () => {
    const record = await recordOf(
      event('PE'),
      decodeOptions({ demand: demandOf(['process'], ['process.parent_ref']) }),
    );
    expect(roles(record)).toEqual(['process', 'parent']);
    expect(Object.keys(mention(record, 'process').attributes)).toEqual(['pid', 'name', 'command_line', 'created']);
    expect(Object.keys(mention(record, 'process').references)).toEqual(['parent_ref']);
  });

  it('call hosts by their canonical name', async () => {
    const record = await recordOf(event('PE'), { hostAliases: new Map([['node-1', 'node-1.example']]) });
    expect(record.host).toBe('node-1.example');
    expect(mention(record, 'process').key).toBe('node-1.example|70|1714557599500000000');
  });
});
