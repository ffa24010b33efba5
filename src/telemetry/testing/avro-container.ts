import { deflateRawSync } from 'node:zlib';
import avro from 'avsc';
import { sysflowSchema, type BareSchemaVersion } from '../sysflow/sysflow-schema.ts';

const least = -(2n ** 53n) + 1n;
const greatest = 2n ** 53n - 1n;

/** Longs as the readers give them: numbers up to 2^53, bigints beyond. avsc itself refuses the latter. */
const EXACT_LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => {
    const value = bytes.readBigInt64LE();
    return value >= least && value <= greatest ? Number(value) : value;
  },
  toBuffer: (value: number | bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: Number,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
  compare: (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0),
} as unknown as Parameters<typeof avro.types.LongType.__with>[0]);

function isLong(schema: unknown): boolean {
  return (
    schema === 'long' || (typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long')
  );
}

/** avsc's type of a schema: the oracle. `wrapped`: values of unions stand under the name of their branch. */
export function avscType(schema: unknown, wrapped = false): avro.Type {
  return avro.Type.forSchema(
    schema as avro.Schema,
    {
      typeHook: ((each: unknown) => (isLong(each) ? EXACT_LONG : undefined)) as never,
      wrapUnions: wrapped ? 'always' : 'never',
    } as never,
  );
}

export const SYNC = Buffer.from('0123456789abcdef');

export interface ContainerOptions {
  readonly codec?: string;
  readonly perBlock?: number;
}

/** An Avro object container of datums that are encoded already. */
export function containerOf(schema: string, datums: readonly Buffer[], options: ContainerOptions = {}): Buffer {
  const { codec = 'deflate', perBlock = 4 } = options;
  const metadata = avro.Type.forSchema({ type: 'map', values: 'bytes' });
  const long = avro.Type.forSchema('long');
  const head = { 'avro.schema': Buffer.from(schema), 'avro.codec': Buffer.from(codec) };
  const parts = [Buffer.from('Obj\u0001'), metadata.toBuffer(head), SYNC];
  for (let at = 0; at < datums.length; at += perBlock) {
    const block = datums.slice(at, at + perBlock);
    const data = codec === 'deflate' ? deflateRawSync(Buffer.concat(block)) : Buffer.concat(block);
    parts.push(long.toBuffer(block.length), long.toBuffer(data.length), data, SYNC);
  }
  return Buffer.concat(parts);
}

/** Record of a trace: simple name and fields. */
export type TraceRecord = readonly [name: string, fields: Readonly<Record<string, unknown>>];

const SPACES: Readonly<Record<string, string>> = {
  SFHeader: 'entity',
  Container: 'entity',
  Process: 'entity',
  File: 'entity',
  Pod: 'entity',
  ProcessEvent: 'event',
  FileEvent: 'event',
  NetworkEvent: 'event',
  K8sEvent: 'event',
  NetworkFlow: 'flow',
  FileFlow: 'flow',
  ProcessFlow: 'flow',
};

/** The records as bare datums of SysFlow's schema. */
export function traceDatums(records: readonly TraceRecord[], version: BareSchemaVersion = 5): Buffer[] {
  const type = avscType(sysflowSchema(version), true);
  return records.map(([name, fields]) => type.toBuffer({ rec: { [`sysflow.${SPACES[name] ?? ''}.${name}`]: fields } }));
}

export function traceOf(records: readonly TraceRecord[], options: ContainerOptions = {}): Buffer {
  return containerOf(JSON.stringify(sysflowSchema()), traceDatums(records), options);
}
