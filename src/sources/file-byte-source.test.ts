import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SourceError } from '../errors/windhover-error.ts';
import type { ByteSource } from '../telemetry/decoder.ts';
import { FileByteSource } from './file-byte-source.ts';
import { StdinByteSource } from './stdin-byte-source.ts';

const LINES = Buffer.from(
  Array.from({ length: 40_000 }, (_, at) => `line ${String(at)} ${String((at * 7919) % 1013)}\n`).join(''),
);

interface Outcome {
  readonly bytes: Buffer;
  readonly offsets: readonly number[];
  readonly failure: unknown;
}

async function readAll(source: ByteSource, from = 0): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  const offsets: number[] = [];
  let failure: unknown;
  try {
    for await (const chunk of source.open(from)) {
      chunks.push(chunk.bytes);
      offsets.push(chunk.offset);
    }
  } catch (error) {
    failure = error;
  }
  return { bytes: Buffer.concat(chunks), offsets, failure };
}

describe('FileByteSource', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'windhover-source-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function file(name: string, bytes: Uint8Array): Promise<FileByteSource> {
    await writeFile(join(folder, name), bytes);
    return new FileByteSource('s', name, folder);
  }

  it('gives a plain file from any offset on', async () => {
    const source = await file('plain', LINES);
    expect(source.place).toBe('plain');
    expect((await readAll(source)).bytes.equals(LINES)).toBe(true);
    const part = await readAll(source, 300_001);
    expect(part.bytes.equals(LINES.subarray(300_001))).toBe(true);
    expect(part.offsets[0]).toBe(300_001);
    expect((await readAll(source, LINES.length + 5)).bytes.length).toBe(0);
  });

  it('undoes gzip of several members, whatever the name, and counts uncompressed bytes', async () => {
    const cut = 123_456;
    const packed = Buffer.concat([gzipSync(LINES.subarray(0, cut)), gzipSync(LINES.subarray(cut))]);
    const source = await file('members', packed);
    const whole = await readAll(source);
    expect(whole.failure).toBeUndefined();
    expect(whole.bytes.equals(LINES)).toBe(true);
    const part = await readAll(source, 400_000);
    expect(part.bytes.equals(LINES.subarray(400_000))).toBe(true);
    expect(part.offsets[0]).toBe(400_000);
  });

  it('gives what stands before a break, then says so', async () => {
    const packed = gzipSync(LINES);
    for (const length of [packed.length - 1, packed.length - 9, 50_000, 20_000, 12, 3]) {
      const outcome = await readAll(await file(`cut-${String(length)}`, packed.subarray(0, length)));
      expect(outcome.failure).toBeInstanceOf(SourceError);
      expect(outcome.failure).toMatchObject({ code: 'source-truncated' });
      expect(outcome.bytes.equals(LINES.subarray(0, outcome.bytes.length))).toBe(true);
      if (length >= packed.length - 9) expect(outcome.bytes.length).toBe(LINES.length);
      if (length === 50_000) expect(outcome.bytes.length).toBeGreaterThan(LINES.length / 5);
    }
  });

  it('calls damage damage', async () => {
    const packed = Buffer.from(gzipSync(LINES));
    packed.fill(0xaa, 60_000, 60_100);
    expect((await readAll(await file('damaged', packed))).failure).toMatchObject({ code: 'source-damaged' });
  });

  it('tells what is wrong with a place', async () => {
    expect((await readAll(new FileByteSource('s', 'absent', folder))).failure).toMatchObject({
      code: 'source-missing',
      message: 'absent does not exist',
      exitCode: 3,
    });
    expect((await readAll(new FileByteSource('s', '.', folder))).failure).toMatchObject({ code: 'source-is-folder' });
    await symlink('round', join(folder, 'round'));
    expect((await readAll(new FileByteSource('s', 'round', folder))).failure).toMatchObject({ code: 'source-missing' });
  });
});

describe('StdinByteSource', () => {
  async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  it('undoes gzip even if it arrives byte by byte', async () => {
    const source = new StdinByteSource('s', pieces(gzipSync('{"a":1}\n'), 1));
    expect((await readAll(source)).bytes.toString()).toBe('{"a":1}\n');
  });

  it('is read once', async () => {
    const source = new StdinByteSource('s', pieces(Buffer.from('x'), 9));
    expect((await readAll(source)).bytes.toString()).toBe('x');
    expect((await readAll(source)).failure).toMatchObject({ code: 'source-read-once' });
  });

  it('may be empty', async () => {
    expect((await readAll(new StdinByteSource('s', pieces(Buffer.alloc(0), 1)))).bytes.length).toBe(0);
  });
});
