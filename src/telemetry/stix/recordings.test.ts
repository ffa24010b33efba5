import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demandOf, readBundle, type ReadBundle } from '../../../test/fixtures/stix/read-records.ts';

const FOLDER = join(process.env['WINDHOVER_DATA'] ?? resolve('..', 'shared', 'data'), 'stix');

function counts(read: ReadBundle, type: string): { slots: number; keys: number } {
  const keys = read.records.flatMap((record) =>
    record.entities.filter((entity) => entity.type === type).map((entity) => entity.key),
  );
  return { slots: keys.length, keys: new Set(keys).size };
}

async function readRecording(name: string): Promise<ReadBundle> {
  return readBundle(readFileSync(join(FOLDER, name), 'utf8'), { demand: demandOf(undefined, ['x-ecs-process']) });
}

describe.skipIf(!existsSync(FOLDER))('recorded bundles', () => {
  it('doctored-1k', async () => {
    const read = await readRecording('doctored-1k.json');
    expect(read.records.length).toBe(974);
    expect([read.undecodable, read.ignored, read.reader.warningCount]).toEqual([0, 0, 0]);
    expect(counts(read, 'process')).toEqual({ slots: 1000, keys: 1000 });
    expect(counts(read, 'network-traffic')).toEqual({ slots: 948, keys: 853 });
    expect(counts(read, 'user-account').slots).toBe(974);
    expect(counts(read, 'ipv4-addr').slots).toBe(998);
    expect(counts(read, 'ipv6-addr').slots).toBe(898);
    expect(counts(read, 'file').slots).toBe(851);
    expect(counts(read, 'directory').slots).toBe(851);
    const files = read.records.flatMap((record) => record.entities.filter((entity) => entity.type === 'file'));
    const shells = files.filter((file) => file.attributes['name'] === 'cmd.exe');
    expect(new Set(shells.map((file) => file.key)).size).toBe(3);
    expect(new Set(read.records.map((record) => record.kind)).size).toBe(5);
  });

  it.each([
    ['test_bundle_nt_1.json', 5, 5, 5],
    ['test_bundle_nt_2.json', 201, 203, 198],
  ])('%s', async (name, records, processes, connections) => {
    const read = await readRecording(name);
    expect(read.records.length).toBe(records);
    expect([read.undecodable, read.reader.warnings]).toEqual([0, []]);
    expect(counts(read, 'process').slots).toBe(processes);
    expect(counts(read, 'network-traffic').slots).toBe(connections);
    expect(counts(read, 'x-oca-asset').slots).toBe(records);
    expect(read.records.every((record) => record.host !== '')).toBe(true);
  });
});
