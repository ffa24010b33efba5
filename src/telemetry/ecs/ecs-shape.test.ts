import { describe, expect, it } from 'vitest';
import { mention, recordOf, roles } from '../testing/lines.ts';

const DOCUMENT = {
  '@timestamp': '2024-05-01T10:00:00.5Z',
  ecs: { version: '8.11' },
  event: {
    kind: 'alert',
    category: ['network', 'process'],
    action: 'connected',
    module: 'endpoint',
    outcome: 'success',
  },
  host: { name: 'Node-1', ip: ['10.0.0.1', 'fe80::1'] },
  process: {
    pid: 7,
    ppid: 6,
    entity_id: 'AbC=',
    name: 'curl',
    executable: '/usr/bin/curl',
    hash: { sha256: 'FF' },
    working_directory: '/root',
    parent: { entity_id: 'XyZ=' },
  },
  user: { name: 'ann', id: '1000' },
  source: { ip: '10.0.0.1', port: 1, bytes: 3 },
  destination: { ip: '10.0.0.2', port: 2 },
  network: { type: 'ipv4', transport: 'tcp', protocol: 'http' },
  dns: { question: { name: 'example.com' } },
  file: { path: '/tmp/x', size: 9 },
};

describe('other documents in the Elastic Common Schema', () => {
  it('know processes by their entity id', async () => {
    const record = await recordOf(DOCUMENT);
    expect(record).toMatchObject({ kind: 'ecs.event', host: 'Node-1' });
    expect(mention(record, 'process')).toMatchObject({
      key: 'AbC=',
      attributes: { pid: 7, name: 'curl', x_unique_id: 'AbC=', cwd: '/root' },
      references: { parent_ref: 'XyZ=', binary_ref: 'Node-1||/usr/bin/curl' },
    });
    expect(mention(record, 'parent')).toMatchObject({ authority: 0, attributes: { pid: 6 } });
    expect(mention(record, 'binary').attributes).toMatchObject({ 'hashes.SHA-256': 'ff' });
  });

  it('else by host, pid and creation', async () => {
    const record = await recordOf({ ...DOCUMENT, process: { pid: 7, start: '2024-05-01T09:00:00Z' } });
    expect(mention(record, 'process').key).toBe('Node-1|7|1714554000000000000');
    expect(roles(record)).not.toContain('parent');
  });

  it('bring flows, names and files, counters as they are', async () => {
    const record = await recordOf(DOCUMENT);
    expect(mention(record, 'connection').attributes).toMatchObject({
      protocols: ['ipv4', 'tcp', 'http'],
      src_byte_count: 3,
    });
    expect(mention(record, 'domain').attributes).toMatchObject({ value: 'example.com' });
    expect(mention(record, 'file').attributes).toMatchObject({ path: '/tmp/x', size: 9 });
    expect(mention(record, 'host').attributes).toMatchObject({ name: 'Node-1', x_ip: ['10.0.0.1', 'fe80::1'] });
    expect(mention(record, 'event').attributes).toMatchObject({
      action: 'connected',
      category: ['network', 'process'],
      module: 'endpoint',
      outcome: 'success',
    });
  });
});
