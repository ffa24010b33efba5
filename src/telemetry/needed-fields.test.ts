import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Demand } from './demand.ts';
import type { DocumentShape, JsonObject } from './document-shape.ts';
import { ECS_SHAPE } from './ecs/ecs-shape.ts';
import { LINE_SHAPES } from './line-shapes.ts';
import { neededPaths, NeededFields } from './needed-fields.ts';
import { SYSFLOW_ECS_SHAPE } from './sysflow/sysflow-ecs-shape.ts';
import { WINLOGBEAT_6_SHAPE, WINLOGBEAT_ECS_SHAPE, WINLOGBEAT_SHAPE } from './sysmon/sysmon-envelopes.ts';
import { keptFields } from './kept-fields.ts';
import { demandOf, readLines, wholeDemand } from './testing/lines.ts';

const CLOSED = [SYSFLOW_ECS_SHAPE, WINLOGBEAT_6_SHAPE, WINLOGBEAT_SHAPE, WINLOGBEAT_ECS_SHAPE];
const DEMANDS: readonly Demand[] = [
  wholeDemand(),
  demandOf(['process'], ['process.parent_ref']),
  demandOf(['file', 'user-account']),
  demandOf(['network-traffic'], ['network-traffic.src_ref']),
];

/** A document with a value at each of these paths; of two that contradict each other the later one holds. */
function documentOf(values: Readonly<Record<string, unknown>>): JsonObject {
  const document: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    let at = document;
    for (const key of keys) {
      if (typeof at[key] !== 'object' || at[key] === null || Array.isArray(at[key])) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    at[last] = structuredClone(value);
  }
  return document;
}

const scalar = fc.oneof(
  fc.constantFrom<unknown>('', 'a', '/bin/sh', '10.0.0.1', '2026-01-01T00:00:01.5Z', 'true', '-', '{GUID}', 'CORP'),
  fc.integer({ min: -1, max: 70_000 }),
  fc.constantFrom<unknown>(null, true, [], ['x', 'y'], {}, { id: 1, name: 'n' }, [{ id: 1, name: 'n' }, 'z']),
);

/** Named here as well: what a shape forgets to name has to be in documents all the same. */
const LOOKED_AT = [
  ...['event.end', 'event.action', 'event.code', 'event.created', 'host.id', 'container.id', 'network.protocol'],
  ...['process.thread.id', 'process.start', 'source.ip', 'source.port', 'destination.ip', 'destination.port'],
  ...['file.path', 'file.name', 'file.directory', 'file.pe.company', 'file.hash.md5', 'user.name', 'user.domain'],
  ...['process.pe.imphash', 'process.hash.sha256', 'network.direction', 'registry.data.strings', 'registry.path'],
  ...['winlog.computer_name', 'winlog.record_id', 'rule.name', 'dns.resolved_ip', 'sysmon.dns.status'],
];

/** Paths that hold something in documents of a shape, needed or not. */
function pathsOf(shape: DocumentShape): string[] {
  const all = new Set<string>(['message', 'agent.type', 'labels.x', 'event.original', 'log.level', 'ecs.version']);
  for (const path of neededPaths(shape, wholeDemand()) ?? []) all.add(path);
  for (const path of shape.looksAt ?? []) all.add(path);
  for (const name of [
    'UtcTime',
    'Image',
    'CommandLine',
    'ProcessGuid',
    'ProcessId',
    'TargetImage',
    'SourceProcessGUID',
    'QueryResults',
  ]) {
    if (shape !== SYSFLOW_ECS_SHAPE) all.add(`${shape === WINLOGBEAT_6_SHAPE ? '' : 'winlog.'}event_data.${name}`);
  }
  for (const name of LOOKED_AT) all.add(name);
  return [...all];
}

const KINDS = ['1', '3', '8', '10', '11', '12', '13', '15', '17', '22', '255'];

/** What a document of a shape has at least, most of the time. */
function frame(shape: DocumentShape): fc.Arbitrary<Record<string, unknown>> {
  const time = { '@timestamp': fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123456789Z', 'never') };
  if (shape === SYSFLOW_ECS_SHAPE) {
    return fc.record({ ...time, 'event.sf_type': fc.constantFrom('PE', 'FE', 'FF', 'NF', 'KE', 'PF', 'X') });
  }
  if (shape === WINLOGBEAT_6_SHAPE) {
    const channel = fc.constantFrom('Microsoft-Windows-Sysmon/Operational', 'Security');
    return fc.record({ ...time, log_name: channel, event_id: fc.constantFrom(...KINDS.map(Number)) });
  }
  return fc.record({
    ...time,
    'winlog.channel': fc.constantFrom('Microsoft-Windows-Sysmon/Operational', 'Security'),
    'winlog.event_id': fc.constantFrom(...KINDS, undefined),
    ...(shape === WINLOGBEAT_SHAPE ? { 'winlog.event_data.UtcTime': fc.constantFrom('2026-01-01 00:00:00.100') } : {}),
  });
}

/** All that a decoder makes of documents, the sample bytes of rejects apart. */
async function decoded(documents: readonly JsonObject[], demand: Demand): Promise<unknown> {
  const batches = await readLines(documents.map((document) => JSON.stringify(document)).join('\n'), { demand });
  return batches.map(({ records, ids, ignored, undecodable, reasons }) => {
    return { records, ids, ignored, undecodable, reasons };
  });
}

describe.each(CLOSED.map((shape) => [shape.format, shape] as const))('the needed fields of %s', (_, shape) => {
  const paths = pathsOf(shape);
  const document = fc
    .tuple(fc.array(fc.tuple(fc.constantFrom(...paths), scalar), { maxLength: 40 }), frame(shape))
    .map(([values, needed]) => documentOf({ ...Object.fromEntries(values), ...needed }))
    .filter((one) => shape.fits(one));

  test('say all that is made of a document: verdict, kind, times, host, id and every cell', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(document, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...DEMANDS),
        async (documents, demand) => {
          const needed = neededPaths(shape, demand) as readonly string[];
          const kept = documents.map((one) => keptFields(one, needed));
          for (const one of kept) expect(shape.fits(one)).toBe(true);
          expect(await decoded(kept, demand)).toEqual(await decoded(documents, demand));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('leave out what nobody asked for', () => {
    const needed = neededPaths(shape, demandOf(['process'])) as readonly string[];
    expect(keptFields({ message: 'long', agent: { version: '8' }, labels: {} }, needed)).toEqual({});
  });
});

test('the narrower the demand, the fewer fields', () => {
  const [all, some] = [wholeDemand(), demandOf(['process'])].map((demand) => neededPaths(SYSFLOW_ECS_SHAPE, demand));
  expect(all).toContain('sf_file_action.bytes_read');
  expect(some).not.toContain('sf_file_action.bytes_read');
  expect(all).toEqual(expect.arrayContaining([...(some ?? [])]));
});

test('where the id of a record is made of all of it, all of it is needed', () => {
  for (const shape of LINE_SHAPES) {
    if (!CLOSED.includes(shape))
      expect([shape.format, neededPaths(shape, wholeDemand())]).toEqual([shape.format, undefined]);
  }
});

describe('which fields are asked for', () => {
  const sysflow = { '@timestamp': '2026-01-01T00:00:00Z', event: { sf_type: 'PE' }, message: 'x'.repeat(200) };
  const learned = (): NeededFields => {
    const fields = new NeededFields(demandOf(['process']), LINE_SHAPES);
    for (let i = 0; i < 100; i++) expect([fields.paths, fields.takes(sysflow)]).toEqual([undefined, true]);
    return fields;
  };

  test('all, until a hundred documents had the same shape', () => {
    expect(learned().paths).toContain('process.pid');
  });

  test('all where they are most of a document', () => {
    const fields = new NeededFields(demandOf(['process']), LINE_SHAPES);
    for (let i = 0; i < 200; i++) fields.takes({ ...sysflow, message: 'x' });
    expect(fields.paths).toBeUndefined();
    expect(fields.takes({})).toBe(true);
  });

  test.each([{}, { '@timestamp': 'x', event: {} }, { message: '{"event":{"sf_type":"PE"}}' }])(
    'all for good once a document is another: %o',
    (other) => {
      const fields = learned();
      expect([fields.takes(other), fields.paths]).toEqual([false, undefined]);
      expect(fields.takes(other)).toBe(true);
      for (let i = 0; i < 200; i++) expect(fields.takes(sysflow)).toBe(true);
      expect(fields.paths).toBeUndefined();
    },
  );

  test('all where documents differ from the beginning, and where the shape has no closed list', () => {
    const mixed = new NeededFields(demandOf(['process']), LINE_SHAPES);
    expect(mixed.takes(sysflow) && mixed.takes({ a: 1 })).toBe(true);
    const ecs = new NeededFields(demandOf(['process']), LINE_SHAPES);
    for (let i = 0; i < 200; i++) {
      mixed.takes(sysflow);
      ecs.takes({ '@timestamp': '2026-01-01T00:00:00Z', event: { category: 'x' } });
    }
    expect([mixed.paths, ecs.paths]).toEqual([undefined, undefined]);
  });
});

test('SysFlow is not read as any ECS because the document before it was that', async () => {
  const any = { '@timestamp': '2026-01-01T00:00:00Z', event: { category: 'process' }, process: { pid: 1 } };
  const sysflow = { '@timestamp': '2026-01-01T00:00:00Z', event: { sf_type: 'KE' } };
  expect(ECS_SHAPE.fits(any)).toBe(true);
  expect(await decoded([any, sysflow], wholeDemand())).toMatchObject([{ ignored: 1 }]);
});
