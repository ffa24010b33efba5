import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWindhover } from '../../../test/support/run-windhover.ts';
import type { DoctorReport } from './doctor-report.ts';

const RECORD = {
  '@timestamp': '2026-05-01T08:00:01Z',
  event: { sf_type: 'PE', action: 'process-start', kind: 'event', category: 'process', type: 'start' },
  host: { id: 'web-01' },
  container: { id: 'c1', name: 'shop' },
  process: {
    ...{ pid: 7, name: 'node', command_line: 'node \u001b[31m', executable: '/usr/bin/node' },
    ...{ start: '2026-05-01T07:00:00Z', thread: { id: 7 } },
    parent: { pid: 6, name: 'dash', start: '2026-05-01T06:00:00Z' },
  },
  user: { name: 'root', id: 0 },
};
const KUBERNETES = { '@timestamp': '2026-05-01T08:00:30Z', event: { sf_type: 'KE' }, host: { id: 'web-01' } };

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-'));
  const text = [RECORD, KUBERNETES].map((each) => `${JSON.stringify(each)}\n`).join('');
  writeFileSync(join(folder, 'trace.ndjson'), `${text}no \u001b]0;json\n`);
  writeFileSync(join(folder, 'trace.ndjson.gz'), gzipSync(text));
  writeFileSync(join(folder, "odd 'name.ndjson"), text);
  writeFileSync(join(folder, 'empty.ndjson'), '');
  writeFileSync(join(folder, 'utf16.ndjson'), Buffer.from('\ufeff{"a":1}', 'utf16le'));
  writeFileSync(join(folder, 'package.json'), '{\n  "name": "x"\n}\n');
  mkdirSync(join(folder, 'many'));
  writeFileSync(join(folder, 'many', 'a.ndjson'), text);
  writeFileSync(join(folder, 'many', 'b.txt'), 'no telemetry\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const doctor = (...args: string[]) => runWindhover(['doctor', ...args], { cwd: folder });

async function reportOf(...args: string[]): Promise<DoctorReport> {
  return JSON.parse((await doctor(...args, '--format', 'json')).stdout) as DoctorReport;
}

describe('doctor', () => {
  it('shows what a file holds, as people read it', async () => {
    const { code, stdout, stderr } = await doctor('trace.ndjson');
    expect(stdout).toMatchInlineSnapshot(`
      "trace.ndjson
        format   sysflow-ecs; a document a line
        counts   1 records, 1 ignored, 1 undecodable: 33.3 % usable
                 ignored: 1 Kubernetes events
                 undecodable: not-json at 525, 12 bytes: no \\x1b]0;json
        time     2026-05-01T08:00:01.000Z to 2026-05-01T08:00:01.000Z
        hosts    web-01 (1)

        sysflow.PE  1 record; the one at byte 0, 2026-05-01T08:00:01.000Z
          process: process, known by web-01|7|1777618800000000000
            pid               process.pid           7
            name              process.name          node
            command_line      process.command_line  node \\x1b[31m
            created           process.start         2026-05-01T07:00:00.000Z
            x_thread_id       process.thread.id     7
            parent_ref                              → parent
            binary_ref                              → binary
            creator_user_ref                        → user
          parent: process, only repeated here, known by web-01|6|1777615200000000000
            pid      process.parent.pid, process.ppid  6
            name     process.parent.name               dash
            created  process.parent.start              2026-05-01T06:00:00.000Z
          user: user-account, known by web-01|c1|root
            user_id        user.name  root
            account_login             root
            x_uid          user.id    0
          binary: file, known by web-01|c1|/usr/bin/node
            name                                      node
            path                  process.executable  /usr/bin/node
            parent_directory_ref                      → binary-directory
          binary-directory: directory, known by web-01|c1|/usr/bin
            path    /usr/bin
          host: x-oca-asset, known by web-01
            name       host.name                            web-01
            hostname   host.hostname, winlog.computer_name  web-01
            device_id  host.id                              web-01
          container: x-oca-asset, known by web-01|c1
            name    shop
          event: x-oca-event, known by 9e9197ee08845f06
            action              event.action                          process-start
            category            event.category, event.type, event.k…  process, event, start
            start               event.start                           2026-05-01T08:00:01.000Z
            end                 event.end                             2026-05-01T08:00:01.000Z
            created             event.created                         2026-05-01T08:00:01.000Z
            x_sf_type           event.sf_type                         PE
            process_ref                                               → process
            parent_process_ref                                        → parent
            user_ref                                                  → user
            host_ref                                                  → host
          observation: observed-data, known by 9e9197ee08845f06
            first_observed     2026-05-01T08:00:01.000Z
            last_observed      2026-05-01T08:00:01.000Z
            number_observed    1
          on every one of them
            host.id           web-01
            host.name         web-01
            container.id      c1
            container.name    shop

        What makes two mentions one entity
          directory: host, container and path; Windows paths compare without case
          file: host, container and path; Windows paths compare without case
          observed-data: record id
          process: Sysmon: the ProcessGuid in lower case without braces. SysFlow: host, pid and creation time to the nanosecond. Other ECS: process.entity_id, else as SysFlow. An unknown creation time counts as 0.
          user-account: Windows: DOMAIN\\name without case, built-in accounts with the host. Linux: host, container and name, else number.
          x-oca-asset: host key; a container: host key and container id
          x-oca-event: record id

        A huntflow to begin with
          found = GET process FROM file://trace.ndjson WHERE name = 'node'
          DISP found
      "
    `);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('says the same as JSON', async () => {
    const { ok, files } = await reportOf('trace.ndjson.gz');
    const [file] = files;
    expect(ok).toBe(true);
    expect(file).toMatchObject({
      ...{ file: 'trace.ndjson.gz', ok: true, format: 'sysflow-ecs', envelope: 'a document a line', gzip: true },
      ...{ records: 1, ignored: 1, undecodable: 0, usable_share: 0.5, whole: true },
      ignored_kinds: [{ what: 'Kubernetes events', count: 1 }],
      hosts: [{ host: 'web-01', records: 1 }],
    });
    const [kind] = file?.kinds ?? [];
    expect(kind?.surroundings).toContainEqual({ name: 'container.name', ecs: [], value: 'shop' });
    const [process, parent] = ['process', 'parent'].map((role) => kind?.entities.find((each) => each.role === role));
    expect(process?.attributes).toContainEqual({ name: 'pid', ecs: ['process.pid'], value: 7 });
    expect(process?.references).toContainEqual({ name: 'parent_ref', to: ['parent'] });
    expect([process?.own, parent?.own]).toEqual([true, false]);
    expect(process?.identity.key).toBe('web-01|7|1777618800000000000');
  });

  it.each([['trace.ndjson'], ['trace.ndjson.gz'], ["odd 'name.ndjson"]])(
    'gives a huntflow that runs over %s and finds something',
    async (name) => {
      const huntflow = (await reportOf(name)).files[0]?.huntflow ?? '';
      writeFileSync(join(folder, 'start.hf'), `${huntflow}\n`);
      const source = huntflow.includes('FROM here') ? ['--source', name] : [];
      const { code, stdout } = await runWindhover(['run', 'start.hf', ...source, '--format', 'json'], { cwd: folder });
      const { hunts } = JSON.parse(stdout) as { hunts: { variables: { entities: number }[] }[] };
      expect(hunts[0]?.variables[0]?.entities).toBe(1);
      expect(code).toBe(0);
    },
  );

  it('looks at every file of a folder, and answers no when one holds no telemetry', async () => {
    const { code, stdout } = await doctor('many');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^many\/a\.ndjson\n {2}format {3}sysflow-ecs/);
    expect(stdout).toMatch(/\nmany\/b\.txt\n {2}not telemetry that Windhover knows/);
    expect(await reportOf('many')).toMatchObject({
      ok: false,
      files: [{ ok: true }, { ok: false, format: 'unknown' }],
    });
  });

  it.each([
    ['empty.ndjson', 1, 'empty: nothing is in it'],
    ['package.json', 1, 'not telemetry that Windhover knows'],
    ['utf16.ndjson', 1, 'is written in UTF-16'],
    ['missing.ndjson', 3, 'does not exist'],
  ])('says of %s what is the matter (exit %i)', async (name, exit, text) => {
    const { code, stdout } = await doctor(name);
    expect(stdout).toContain(text);
    expect(code).toBe(exit);
  });

  it('reads standard input', async () => {
    async function* stdin(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(JSON.stringify(RECORD));
    }
    const { code, stdout } = await runWindhover(['doctor', '-'], { stdin: stdin() });
    expect(stdout).toMatch(/^-\n {2}format {3}sysflow-ecs/);
    expect(stdout).toContain('FROM here WHERE');
    expect(code).toBe(0);
  });

  it.each([
    [['--records', '0', 'trace.ndjson'], 'is no number'],
    [['-', '-'], 'named twice'],
    [['kafka://x/y'], 'not read as a file'],
  ])('refuses %j', async (args, text) => {
    const { code, stderr } = await doctor(...args);
    expect(stderr).toContain(text);
    expect(code).toBe(2);
  });
});

describe('run', () => {
  it('says once per source what it was and what could be used of it', async () => {
    writeFileSync(join(folder, 'two.hf'), "a = GET process FROM web WHERE name = 'node'");
    writeFileSync(
      join(folder, 'both.hf'),
      'b = GET process FROM web WHERE pid = 7\nc = GET file FROM other WHERE size = 1',
    );
    const { stderr } = await runWindhover(
      ['run', 'two.hf', 'both.hf', '--source', 'web=trace.ndjson', '--source', 'other=many/a.ndjson'],
      { cwd: folder },
    );
    const lines = stderr.split('\n').filter((line) => line.includes('undecodable'));
    expect(lines.filter((line) => line.startsWith('web:'))).toEqual([
      'web: sysflow-ecs, 1 records, 1 ignored (Kubernetes events), 1 undecodable: 33.3 % usable',
    ]);
    expect(lines.filter((line) => line.startsWith('other:'))).toHaveLength(1);
  });
});
