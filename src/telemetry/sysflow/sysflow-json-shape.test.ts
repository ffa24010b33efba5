import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PlainRecord } from '../batch-snapshot.ts';
import { mention, readLines, roles } from '../testing/lines.ts';
import { communityId } from './community-id.ts';

const DATA = resolve(process.env['WINDHOVER_DATA'] ?? '../shared/data');

/** Digits are written by hand: JSON.stringify cannot write integers beyond 2^53. */
function line(type: string, more = ''): string {
  return `{"version":5,"endts":0,"opflags":["EXEC"],"ret":0,"ts":1714557601250000007,"type":"${type}",
"container":{"id":"c1","image":"shop:1","imageid":"i1","name":"shop","privileged":1,"type":"DOCKER"},
"meta":{"schema":5,"tracename":"."},"node":{"id":"h","ip":"10.0.0.1"},
"pproc":{"args":"\\"\\"","cmdline":"\\"\\"","createts":0,"exe":"\\"\\"","gid":0,"group":"root","name":"\\"\\"","pid":60,"uid":0,"user":"root"},
"proc":{"args":"-c id","cmdline":"/bin/sh -c id","createts":1714557599500000123,"entry":true,"exe":"/bin/sh","gid":0,"group":"root","name":"sh","pid":70,"tid":70,"tty":false,"uid":0,"user":"root"}${more}}`.replaceAll(
    '\n',
    '',
  );
}

async function read(text: string): Promise<PlainRecord> {
  const [batch] = await readLines(text);
  const record = batch?.records[0];
  if (record === undefined) throw new Error(JSON.stringify(batch));
  return record;
}

describe('SysFlow as JSON', () => {
  it('keeps nanoseconds, and says what the ECS document says', async () => {
    const record = await read(
      line('PE', ',"policies":[{"id":"a","priority":1},{"id":"b","priority":3}],"tags":["mitre:T1"]'),
    );
    expect(record).toMatchObject({ kind: 'sysflow.PE', first: '2024-05-01T10:00:01.250000007Z' });
    expect(mention(record, 'process')).toMatchObject({
      key: 'h|70|1714557599500000123',
      attributes: { name: 'sh', command_line: '/bin/sh -c id', x_tags: ['mitre:T1'], x_tty: false, x_entry: true },
      references: { parent_ref: 'h|60|0' },
    });
    expect(mention(record, 'parent').attributes).not.toHaveProperty('name');
    expect(roles(record)).not.toContain('parent-binary');
    expect(mention(record, 'event').attributes).toMatchObject({
      action: 'process-start',
      category: ['process', 'event', 'start'],
      duration: 0,
      severity: 3,
      x_reason: 'a, b',
      x_sf_opflags: ['EXEC'],
    });
  });

  it('reads files and flows', async () => {
    const file = await read(
      line(
        'FF',
        ',"file":{"directory":"/tmp","fd":3,"name":"a","newpath":"","path":"/tmp/a","type":"f"},"flow":{"rbytes":8,"rops":2,"wbytes":0,"wops":0}',
      )
        .replace('["EXEC"]', '["OPEN","READ"]')
        .replace('"endts":0', '"endts":1714557601250000107'),
    );
    expect(mention(file, 'file').attributes).toMatchObject({ path: '/tmp/a', x_type: 'file', x_sf_bytes_read: 4 });
    expect(mention(file, 'event').attributes).toMatchObject({ action: 'file-access-read', duration: 100 });
    const open = await read(
      line('FF', ',"file":{"directory":".","fd":3,"name":".","newpath":"","path":"","type":"p"}'),
    );
    expect(mention(open, 'file').attributes).toMatchObject({ path: '/proc/70/fd/3', x_type: 'pipe' });
    const flow = await read(
      line(
        'NF',
        ',"net":{"dip":"10.0.0.2","dport":443,"proto":6,"sip":"10.0.0.1","sport":40000},"flow":{"rbytes":8,"rops":2,"wbytes":4,"wops":2}',
      ),
    );
    expect(mention(flow, 'connection').attributes).toMatchObject({
      protocols: ['tcp'],
      src_byte_count: 2,
      dst_byte_count: 4,
      x_community_id: communityId('10.0.0.2', 443, '10.0.0.1', 40000, 6),
    });
  });

  it.each([
    ['FE', 'MKDIR', 'directory-create'],
    ['FE', 'RMDIR', 'directory-delete'],
    ['FE', 'UNLINK', 'file-delete'],
    ['FE', 'LINK', 'file-link'],
    ['FE', 'SYMLINK', 'file-link'],
    ['FE', 'RENAME', 'file-rename'],
    ['FF', 'OPEN', 'file-access'],
    ['PE', 'CLONE', 'process-start'],
    ['PE', 'EXIT', 'process-exit'],
    ['PE', 'SETUID', 'process-change'],
  ])('%s %s is %s', async (type, flag, action) => {
    expect(mention(await read(line(type).replace('EXEC', flag)), 'event').attributes).toMatchObject({ action });
  });

  it('tells threads from processes', async () => {
    const record = await read(line('PE').replace('"tid":70', '"tid":71'));
    expect(mention(record, 'event').attributes).toMatchObject({ action: 'process-thread-start' });
  });

  it('ignores Kubernetes events and refuses a time that is none', async () => {
    const [batch] = await readLines([line('KE'), line('PE').replace(/"ts":\d+/u, '"ts":"now"')].join('\n'));
    expect(batch).toMatchObject({ records: [], ignored: 1, undecodable: 1 });
  });
});

describe('communityId', () => {
  it('gives the published value, from either end', () => {
    const expected = '1:LQU9qZlK+B5F3KDmev6m5PMibrg=';
    expect(communityId('128.232.110.120', 34855, '66.35.250.204', 80, 6)).toBe(expected);
    expect(communityId('66.35.250.204', 80, '128.232.110.120', 34855, 6)).toBe(expected);
    expect(communityId('::1', 1, '::1', 2, 6)).toBeUndefined();
  });
});

describe.skipIf(!existsSync(join(DATA, 'sysflow-json')))('both encodings of recorded traces', () => {
  const folder = join(DATA, 'sysflow-json');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ndjson.gz')) : [];
  /** Only in JSON. */
  const more = new Set(['x_tty', 'x_entry', 'x_sf_opflags']);

  async function all(path: string): Promise<unknown[]> {
    // The first thousand lines of the long ones are enough to see a difference.
    const text = gunzipSync(readFileSync(join(DATA, path)))
      .toString()
      .split('\n')
      .slice(0, 1000)
      .join('\n');
    const batches = await readLines(text);
    return batches.flatMap((batch) =>
      batch.records.map((record, at) => ({
        ...record,
        id: batch.ids[at],
        mentions: record.mentions.map((one) => ({
          ...one,
          attributes: Object.fromEntries(Object.entries(one.attributes).filter(([name]) => !more.has(name))),
        })),
      })),
    );
  }

  it.each(files)('%s', async (name) => {
    const [json, ecs] = [
      await all(`sysflow-json/${name}`),
      await all(`sysflow-ecs/${name.replace('.ndjson', '.events.ndjson')}`),
    ];
    expect(json.length).toBe(ecs.length);
    const different = json.filter((record, at) => JSON.stringify(record) !== JSON.stringify(ecs[at]));
    expect(different.slice(0, 1)).toEqual([]);
  });
});
