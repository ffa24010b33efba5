import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RocksStateStore } from './rocks-state-store.ts';
import { testStateStore } from './state-store.conformance.ts';

const folder = mkdtempSync(join(tmpdir(), 'windhover-rocks-'));
let last = 0;
const dirOf = (n: number) => join(folder, String(n));
const fresh = () => dirOf(++last);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

testStateStore({
  name: 'RocksStateStore',
  open: () => RocksStateStore.open(fresh()),
  reopen: () => RocksStateStore.open(dirOf(last)),
});

it('knows what it takes of memory while it is open', async () => {
  const store = await RocksStateStore.open(fresh());
  const before = await store.memory();
  await store.write([{ kind: 'put', key: Buffer.from('k'), value: Buffer.alloc(1 << 20) }]);
  const after = await store.memory();
  expect(after?.write_buffers).toBeGreaterThanOrEqual((before?.write_buffers ?? Infinity) + (1 << 20));
  await store.close();
  expect(await store.memory()).toBeUndefined();
});

it('says of a damaged file that it stays so, and what to do', async () => {
  const dir = fresh();
  const first = await RocksStateStore.open(dir);
  const puts = Array.from({ length: 100 }, (_, i) => ({
    kind: 'put' as const,
    key: Buffer.from(`k${i}`),
    value: Buffer.alloc(1000, i),
  }));
  await first.write(puts);
  await first.close();
  // Opening brings what the write-ahead log holds into a table.
  await (await RocksStateStore.open(dir)).close();
  for (const name of readdirSync(dir).filter((each) => each.endsWith('.sst'))) {
    const bytes = readFileSync(join(dir, name));
    bytes.fill(7, 100, 600);
    writeFileSync(join(dir, name), bytes);
  }
  const damaged = await RocksStateStore.open(dir);
  await expect(damaged.get(Buffer.from('k0'))).rejects.toMatchObject({
    code: 'state-unreadable',
    hint: expect.stringContaining('Move the state folder away'),
  });
  await damaged.close();
});

/** A script that uses the binding directly, so that the child needs no compiler. */
const CHILD = `
  const RocksDB = require('rocksdb-native');
  const db = new RocksDB(process.argv[1]);
  (async () => {
    await db.ready();
    if (process.argv[2] === 'hold') { process.stdout.write('open'); setInterval(() => {}, 1000); return; }
    for (let i = 0; i < Number(process.argv[2]); i++) {
      const batch = db.write();
      batch.tryPut(Buffer.from('a' + i), Buffer.from('1'));
      batch.tryPut(Buffer.from('b' + i), Buffer.from('1'));
      await batch.flush();
      batch.destroy();
    }
    process.kill(process.pid, 'SIGKILL');
  })();
`;

describe('RocksStateStore', () => {
  it('makes missing folders, for the owner only', async () => {
    const dir = join(fresh(), 'deep', 'er');
    const store = await RocksStateStore.open(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    await store.close();
  });

  it('opens to read what is there, while another holds it and writes on', async () => {
    const dir = fresh();
    const put = (byte: number) => ({ kind: 'put', key: Uint8Array.of(1, byte), value: Uint8Array.of(byte) }) as const;
    await expect(RocksStateStore.openToRead(dir)).rejects.toMatchObject({ code: 'state-missing', exitCode: 2 });
    const store = await RocksStateStore.open(dir);
    await store.write([put(7)]);
    const reader = await RocksStateStore.openToRead(dir);
    await store.write([put(8)]);
    // As it stood when it was opened.
    expect(await reader.getMany([Uint8Array.of(1, 7), Uint8Array.of(1, 8)])).toEqual([Uint8Array.of(7), null]);
    await expect(reader.write([put(9)])).rejects.toMatchObject({ code: 'state-unwritable' });
    await reader.close();
    await store.write([put(9)]);
    await store.close();
    const again = await RocksStateStore.open(dir);
    const all = [];
    for await (const { value } of again.range(Uint8Array.of(1), Uint8Array.of(2))) all.push(value[0]);
    await again.close();
    expect(all).toEqual([7, 8, 9]);
  });

  it('says who holds the lock when this process opened the state already', async () => {
    const dir = fresh();
    const store = await RocksStateStore.open(dir);
    await expect(RocksStateStore.open(dir)).rejects.toMatchObject({
      name: 'StateError',
      code: 'state-locked',
      retriable: true,
      hint: expect.stringContaining('--state'),
    });
    await store.close();
    await (await RocksStateStore.open(dir)).close();
  });

  it('is refused while another process holds the state, and has it when that one is gone', async () => {
    const dir = fresh();
    const child = spawn(process.execPath, ['-e', CHILD, dir, 'hold'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await expect(RocksStateStore.open(dir)).rejects.toMatchObject({ code: 'state-locked' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await (await RocksStateStore.open(dir)).close();
  });

  it('has every batch that was awaited, whole, after a process was killed', async () => {
    const dir = fresh();
    spawnSync(process.execPath, ['-e', CHILD, dir, '200']);
    const store = await RocksStateStore.open(dir);
    let count = 0;
    for await (const _ of store.range(new Uint8Array(), new Uint8Array([255]))) count++;
    expect(count).toBe(400);
    await store.close();
  });

  it('tells a file from a folder', async () => {
    const file = fresh();
    writeFileSync(file, 'x');
    await expect(RocksStateStore.open(file)).rejects.toMatchObject({ code: 'state-not-a-folder' });
    await expect(RocksStateStore.open(join(file, 'below'))).rejects.toMatchObject({ code: 'state-not-a-folder' });
  });

  it.skipIf(process.getuid?.() === 0)('tells that a folder cannot be written', async () => {
    const dir = fresh();
    await (await RocksStateStore.open(dir)).close();
    chmodSync(dir, 0o500);
    await expect(RocksStateStore.open(dir)).rejects.toMatchObject({ code: 'state-unwritable' });
    chmodSync(dir, 0o700);
  });

  it('tells that a folder holds something else', async () => {
    const dir = fresh();
    await (await RocksStateStore.open(dir)).close();
    writeFileSync(join(dir, 'CURRENT'), 'nonsense');
    await expect(RocksStateStore.open(dir)).rejects.toMatchObject({ code: 'state-unreadable' });
  });

  it.skipIf(process.platform !== 'linux')('turns a disk that takes no more into an error that says so', async () => {
    const script = `
      import { RocksStateStore } from ${JSON.stringify(new URL('./rocks-state-store.ts', import.meta.url).href)};
      const store = await RocksStateStore.open(${JSON.stringify(fresh())});
      const value = new Uint8Array(200_000).map(() => Math.random() * 256);
      try {
        for (let i = 0; i < 20; i++) await store.write([{ kind: 'put', key: new Uint8Array([i]), value }]);
        process.stdout.write('no error');
      } catch (error) {
        process.stdout.write(error.name + ' ' + error.code);
      }
      process.exit(0);
    `;
    const limited = `trap '' XFSZ; ulimit -f 1024; exec "$0" --import tsx --input-type=module -e "$1"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', limited, process.execPath, script], { timeout: 60_000 });
    expect(`${stdout}`, `${stderr}`).toBe('StateError state-unwritable');
  });
});
