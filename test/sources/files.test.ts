import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { FileByteSource } from '../../src/sources/file-byte-source.ts';
import { testSource } from '../../src/telemetry/source-port.conformance.ts';
import { readBytes } from './read-ports.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-sources-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, pack] of [
  ['a file', (bytes: Buffer) => bytes],
  ['a gzip file', (bytes: Buffer) => gzipSync(bytes)],
] as const) {
  testSource({
    name,
    endless: false,
    hold: async (items) => {
      writeFileSync(join(folder, 'items'), pack(Buffer.from(items.map((item) => `${item}\n`).join(''))));
    },
    read: (position) => readBytes(new FileByteSource('logs', 'items', folder), position),
    missing: () => readBytes(new FileByteSource('logs', 'nowhere', folder), undefined),
    missingName: 'nowhere',
  });
}
