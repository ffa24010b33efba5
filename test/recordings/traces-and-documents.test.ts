import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HAS_RECORDINGS, recording } from '../support/recordings.ts';
import { runWindhover } from '../support/run-windhover.ts';

/** Recordings that lie there as a trace and as documents (ECS in two files: events and alerts). */
const PAIRS = [
  ['sysflow/express/mon.1531776682.sf', 'sysflow-ecs/express-mon.1531776682.*.ndjson.gz'],
  ['sysflow/express/mon.1531776712.sf', 'sysflow-ecs/express-mon.1531776712.*.ndjson.gz'],
  ['sysflow/express/mon.1531776712.sf', 'sysflow-json/express-mon.1531776712.ndjson.gz'],
  ['sysflow/express/mon.1531776742.sf', 'sysflow-ecs/express-mon.1531776742.*.ndjson.gz'],
  ['sysflow/k8s_small.sf', 'sysflow-ecs/k8s_small.*.ndjson.gz'],
  ['sysflow/tcp-v1.sf', 'sysflow-ecs/tcp-v1.*.ndjson.gz'],
  ['sysflow/k8s_small.sf', 'sysflow-json/k8s_small.ndjson.gz'],
  ...['alpine', 'files', 'httpd', 'setuid', 'shellshock', 'tcp-client-server'].flatMap(
    (name) =>
      [
        [`sysflow/${name}.sf`, `sysflow-ecs/${name}.*.ndjson.gz`],
        [`sysflow/${name}.sf`, `sysflow-json/${name}.ndjson.gz`],
      ] as const,
  ),
] as const;

/** Every entity of these types, by what tells it apart and what is known of it. */
const HUNTFLOW = `
p = GET process FROM s WHERE pid >= 0
f = GET file FROM s WHERE name LIKE '%'
n = GET network-traffic FROM s WHERE dst_port >= 0
u = GET user-account FROM s WHERE user_id LIKE '%'
d = GET directory FROM s WHERE path LIKE '%'
a = GET ipv4-addr FROM s WHERE value LIKE '%'
o = GET x-oca-asset FROM s WHERE device_id LIKE '%' OR name LIKE '%'
DISP p ATTR id, name, pid, command_line, created, parent_ref.id, binary_ref.path, creator_user_ref.user_id, container.id
DISP f ATTR id, name, path, parent_directory_ref.path
DISP n ATTR id, src_ref.value, src_port, dst_ref.value, dst_port, protocols, src_byte_count, dst_byte_count, start, end
DISP u ATTR id, user_id
DISP d ATTR id, path
DISP a ATTR id, value
DISP o ATTR id, device_id, name, container.name, container.image.name
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-pairs-'));
  writeFileSync(join(folder, 'all.hf'), HUNTFLOW);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Hunt {
  readonly variables: readonly { readonly name: string; readonly entities: number }[];
  readonly displays: readonly { readonly rows: readonly (readonly unknown[])[] }[];
}

async function entitiesOf(place: string): Promise<{ sizes: number[]; rows: string[][] }> {
  const source = `s=${recording(place)}`;
  const { stdout } = await runWindhover(['run', join(folder, 'all.hf'), '--source', source, '--format', 'json']);
  const [hunt] = (JSON.parse(stdout) as { hunts: Hunt[] }).hunts;
  if (hunt === undefined) throw new Error('no hunt ran');
  return {
    sizes: hunt.variables.map(({ entities }) => entities),
    rows: hunt.displays.map(({ rows }) => rows.map((row) => JSON.stringify(row)).sort()),
  };
}

describe.skipIf(!HAS_RECORDINGS)('a trace gives the entities of its documents', () => {
  test.each(PAIRS)('%s and %s', { timeout: 120_000 }, async (trace, documents) => {
    const [a, b] = [await entitiesOf(trace), await entitiesOf(documents)];
    // Processes, files, directories and hosts are in every recording; of the others some hold none.
    for (const i of [0, 1, 4, 6]) expect(a.sizes[i]).toBeGreaterThan(0);
    expect(a).toEqual(b);
  });
});
