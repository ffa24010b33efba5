// Claim: a trace to one hunt takes no longer than avsc takes to decode the same bytes and do nothing with them.
import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import avro from 'avsc';
import { sysflowSchema } from '../dist/telemetry/sysflow/sysflow-schema.js';
import { compileHunts, ratio, runHunts } from './engine.mjs';

const RECORDS = Number(process.env.RECORDS ?? 150_000);
const HUNT =
  "p = GET process FROM a WHERE parent_ref.name = 'node' AND command_line LIKE '%/tmp/%'\nc = FIND process CREATED BY p";

/** avsc refuses longs beyond 2^53 by default, and the times of a trace are. */
const long = avro.types.LongType.__with({
  fromBuffer: (bytes) => bytes.readBigInt64LE(),
  toBuffer: (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value) => typeof value === 'bigint',
  compare: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
});
const isLong = (schema) => schema === 'long' || schema.type === 'long';
const options = () => ({ typeHook: (schema) => (isLong(schema) ? long : undefined), wrapUnions: true });

/** A trace by a fixed rule: 200 processes, 2,000 files, 19 of 20 records flows of files. */
export function madeUpTrace(records) {
  const type = avro.Type.forSchema(sysflowSchema(), options());
  const oid = (n) => ({ createTS: 1_700_000_000_000_000_000n + BigInt(n) * 1_000_003n, hpid: BigInt(1000 + n) });
  const foid = (n) => createHash('sha1').update(String(n)).digest();
  const acting = (i, ms) => ({
    procOID: oid((i * 7) % 200),
    ts: 1_700_000_100_000_000_000n + BigInt(ms) * 1_000_000n,
    tid: BigInt(1000 + ((i * 7) % 200)),
  });
  const counters = { numRRecvOps: 3n, numWSendOps: 0n, numRRecvBytes: 4096n, numWSendBytes: 0n };
  const datums = [
    ['entity.SFHeader', { version: 5n, exporter: 'host', ip: '10.0.0.1', filename: 'made-up' }],
    ...Array.from({ length: 200 }, (_, n) => [
      'entity.Process',
      {
        state: 'CREATED',
        oid: oid(n),
        poid: n < 20 ? null : { 'sysflow.type.OID': oid(n % 20) },
        ts: 0n,
        exe: `/usr/bin/tool${n}`,
        exeArgs: `--config /etc/tool${n}.conf`,
        uid: n % 5,
        userName: `user${n % 5}`,
        gid: 0,
        groupName: 'root',
        tty: false,
        containerId: null,
        entry: false,
        cwd: '/',
        env: [],
      },
    ]),
    ...Array.from({ length: 2000 }, (_, n) => [
      'entity.File',
      { state: 'CREATED', oid: foid(n), ts: 0n, restype: 102, path: `/srv/data/${n % 40}/${n}.log`, containerId: null },
    ]),
    ...Array.from({ length: records }, (_, i) =>
      i % 20 === 0
        ? [
            'flow.NetworkFlow',
            {
              ...acting(i, i),
              opFlags: 1856,
              endTs: 1_700_000_100_000_000_000n + BigInt(i + 5) * 1_000_000n,
              sip: 16_777_343 + i,
              sport: 40_000 + (i % 20_000),
              dip: 16_777_343,
              dport: 443,
              proto: 6,
              fd: 7,
              ...counters,
            },
          ]
        : [
            'flow.FileFlow',
            {
              ...acting(i, i),
              opFlags: 1408,
              openFlags: 1,
              endTs: 1_700_000_100_000_000_000n + BigInt(i + 2) * 1_000_000n,
              fileOID: foid((i * 13) % 2000),
              fd: 5,
              ...counters,
            },
          ],
    ),
  ];
  const sync = Buffer.alloc(16, 'sync');
  const metadata = avro.Type.forSchema({ type: 'map', values: 'bytes' });
  const parts = [
    Buffer.from('Obj\u0001'),
    metadata.toBuffer({
      'avro.schema': Buffer.from(JSON.stringify(sysflowSchema())),
      'avro.codec': Buffer.from('deflate'),
    }),
    sync,
  ];
  const count = avro.Type.forSchema('long');
  for (let at = 0; at < datums.length; at += 1000) {
    const block = datums
      .slice(at, at + 1000)
      .map(([name, value]) => type.toBuffer({ rec: { [`sysflow.${name}`]: value } }));
    const packed = deflateRawSync(Buffer.concat(block));
    parts.push(count.toBuffer(block.length), count.toBuffer(packed.length), packed, sync);
  }
  return Buffer.concat(parts);
}

/** avsc alone: every datum of the container as an object. */
export function decodeWithAvsc(bytes) {
  return new Promise((resolve, reject) => {
    let datums = 0;
    const decoder = new avro.streams.BlockDecoder({
      parseHook: (schema) => avro.Type.forSchema(schema, options()),
    });
    decoder.on('data', () => datums++);
    decoder.on('end', () => resolve(datums));
    decoder.on('error', reject);
    Readable.from([bytes]).pipe(decoder);
  });
}

export async function sysflowTrace() {
  const bytes = madeUpTrace(RECORDS);
  const hunt = compileHunts([HUNT]);
  const result = await ratio(
    () => decodeWithAvsc(bytes),
    () => runHunts(bytes, hunt),
    5,
  );
  return [{ claim: 'sysflow-avro: avsc alone / decode + one hunt', ...result, target: 1 }];
}
