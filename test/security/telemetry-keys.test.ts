import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { simulated } from '../../src/simulate/testing/simulated.ts';
import type { PlainRecord } from '../../src/telemetry/batch-snapshot.ts';
import { readLines } from '../../src/telemetry/testing/lines.ts';

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'];

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Documents of each format, a few of each record kind. */
const linux = simulated({ windowsHosts: 0 }).lines.get('sysflow-ecs') ?? [];
const beat = simulated({ linuxHosts: 0 }).lines.get('winlogbeat') ?? [];
const nxlog = simulated({ linuxHosts: 0, windowsFormat: 'nxlog' }).lines.get('nxlog') ?? [];
const sysflowJson = JSON.stringify({
  version: 5,
  type: 'FF',
  ts: 1_714_557_601_250_000_000,
  endts: 0,
  opflags: ['OPEN', 'READ'],
  ret: 0,
  container: { id: 'c1', image: 'shop:1', imageid: 'i1', name: 'shop', privileged: 1, type: 'DOCKER' },
  meta: { schema: 5, tracename: '.' },
  node: { id: 'h', ip: '10.0.0.1' },
  pproc: {
    args: '',
    cmdline: '',
    createts: 0,
    exe: '',
    gid: 0,
    group: 'root',
    name: '',
    pid: 60,
    uid: 0,
    user: 'root',
  },
  proc: {
    args: '-c id',
    cmdline: '/bin/sh -c id',
    createts: 0,
    exe: '/bin/sh',
    gid: 0,
    name: 'sh',
    pid: 70,
    tid: 70,
    uid: 0,
  },
  file: { directory: '/tmp', fd: 3, name: 'a', newpath: '', path: '/tmp/a', type: 'f' },
  flow: { rbytes: 8, rops: 2, wbytes: 0, wops: 0 },
});
const spread = (lines: readonly string[], count = 40): string[] =>
  lines.filter((_, i) => i % Math.ceil(lines.length / count) === 0);
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  'SysFlow ECS': spread(linux),
  'SysFlow JSON': [sysflowJson],
  Winlogbeat: spread(beat),
  NXLog: spread(nxlog),
};

const value = fc.oneof(
  fc.constantFrom<unknown>(...NAMES, null, 7, true),
  fc.constantFrom<unknown>({ polluted: true }, [{ polluted: true }], { prototype: { polluted: true } }),
);

/** Objects of a document, itself first. */
function objectsOf(document: Json): Json[] {
  return [document, ...Object.values(document).filter(isObject).flatMap(objectsOf)];
}

function define(target: Json, key: string, given: unknown): void {
  Object.defineProperty(target, key, { value: given, enumerable: true, configurable: true, writable: true });
}

const contentOf = async (documents: readonly string[]): Promise<PlainRecord[]> =>
  (await readLines(documents.join('\n'))).flatMap(({ records }) => records);

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];
const namesOf = (): string[][] => prototypes.map((each) => Object.getOwnPropertyNames(each));
const before = namesOf();
afterEach(() => expect(namesOf()).toEqual(before));

describe.each(Object.keys(FORMATS))('%s', (format) => {
  const lines = FORMATS[format] ?? [];

  test('has records to try', async () => {
    expect((await contentOf(lines)).length).toBeGreaterThan(lines.length >> 1);
  });

  test('names that plain objects have change nothing where they are keys', async () => {
    const additions = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(...NAMES), value), { minLength: 50 });
    await fc.assert(
      fc.asyncProperty(additions, async (added) => {
        const without: string[] = [];
        const within: string[] = [];
        for (const [which, where, name, given] of added) {
          const document = JSON.parse(lines[which % lines.length] as string) as Json;
          without.push(JSON.stringify(document));
          const objects = objectsOf(document);
          define(objects[where % objects.length] as Json, name, given);
          within.push(JSON.stringify(document));
        }
        expect(await contentOf(within)).toEqual(await contentOf(without));
      }),
      { numRuns: 5 },
    );
  });

  test('and are texts like others where they are values', async () => {
    for (const name of ['__proto__', 'constructor']) {
      // A text that means nothing to anybody, of the same length.
      const plain = name.replaceAll(/[a-z]/g, 'q');
      const texts: Record<string, string[]> = { [name]: [], [plain]: [] };
      for (const line of spread(lines, 3)) {
        const document = JSON.parse(line) as Json;
        for (const into of objectsOf(document)) {
          for (const [key, kept] of Object.entries(into)) {
            for (const [text, all] of Object.entries(texts)) {
              into[key] = text;
              all.push(JSON.stringify(document));
            }
            into[key] = kept;
          }
        }
      }
      const read = async (text: string): Promise<string[]> =>
        (await contentOf(texts[text] ?? [])).map((record) =>
          JSON.stringify(record)
            .toLowerCase()
            .replaceAll(name, plain)
            // Ids of records are hashes of what they say.
            .replaceAll(/"[\da-f]{16}"/g, '""'),
        );
      expect(await read(name)).toEqual(await read(plain));
    }
  });
});
