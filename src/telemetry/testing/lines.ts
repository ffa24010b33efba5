import { entityTypes } from '../../catalogue/entity-type.ts';
import { environmentAttributes } from '../../catalogue/attribute-of.ts';
import { snapshotOf, type PlainMention, type PlainRecord } from '../batch-snapshot.ts';
import type { BatchReader, ByteSource, DecodeOptions } from '../decoder.ts';
import type { Demand } from '../demand.ts';
import { LineBatchReader } from '../line-batch-reader.ts';
import { ECS_SHAPE } from '../ecs/ecs-shape.ts';
import { SYSFLOW_ECS_SHAPE } from '../sysflow/sysflow-ecs-shape.ts';
import { SYSFLOW_JSON_SHAPE } from '../sysflow/sysflow-json-shape.ts';
import { SYSMON_SHAPES } from '../sysmon/sysmon-envelopes.ts';

export const ALL_SHAPES = [SYSFLOW_ECS_SHAPE, SYSFLOW_JSON_SHAPE, ...SYSMON_SHAPES, ECS_SHAPE];

/** Demand of everything that the catalogue knows. */
export function wholeDemand(): Demand {
  const environment = environmentAttributes().map((attribute) => attribute.name);
  return {
    types: new Map(
      entityTypes().map((type) => [
        type.type,
        { onRequest: new Set([...environment, ...type.attributes.map((attribute) => attribute.name)]) },
      ]),
    ),
    references: new Set(
      entityTypes().flatMap((type) => type.references.map((reference) => `${type.type}.${reference.name}`)),
    ),
    patternTypes: new Map(),
    patternReferences: new Set(),
    linked: [],
    recordIds: true,
  };
}

/** Demand of entity types with their plain attributes, and of references. */
export function demandOf(types: readonly string[], references: readonly string[] = []): Demand {
  return {
    types: new Map(types.map((type) => [type, { onRequest: new Set<string>() }])),
    references: new Set(references),
    patternTypes: new Map(),
    patternReferences: new Set(),
    linked: [],
    recordIds: false,
  };
}

/** A source of these bytes, in chunks of at most `chunkBytes`. */
export function sourceOf(content: string | Uint8Array, chunkBytes = 65_536): ByteSource {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    source: 'logs',
    place: 'memory',
    async *open(offset: number) {
      for (let at = offset; at < bytes.length; at += chunkBytes) {
        yield { bytes: Uint8Array.prototype.slice.call(bytes, at, at + chunkBytes), offset: at };
      }
    },
  };
}

export function decodeOptions(options: Partial<DecodeOptions> = {}): DecodeOptions {
  return {
    demand: wholeDemand(),
    batchSize: 512,
    maxSpanMs: Infinity,
    maxLineBytes: 16 * 1024 * 1024,
    hostAliases: new Map(),
    ...options,
  };
}

export interface PlainBatch {
  readonly records: readonly PlainRecord[];
  readonly ids: readonly string[];
  readonly offsets: readonly (readonly [number, number])[];
  readonly ignored: number;
  readonly undecodable: number;
  readonly reasons: readonly string[];
  readonly position: number;
  readonly after: { readonly offset: number; readonly records: number };
}

/** All batches of a reader as plain data. */
export async function plainBatches(reader: BatchReader): Promise<PlainBatch[]> {
  const batches: PlainBatch[] = [];
  for await (const batch of reader.batches()) {
    const rows = Array.from({ length: batch.size }, (_, row) => row);
    batches.push({
      records: snapshotOf(batch),
      ids: rows.map((row) => batch.recordId(row)),
      offsets: rows.map((row) => [batch.locator(row).offset, batch.locator(row).length] as const),
      ignored: batch.ignored,
      undecodable: batch.undecodable,
      reasons: batch.rejects.map((reject) => reject.reason),
      position: batch.position,
      after: reader.position,
    });
  }
  return batches;
}

/** Batches of NDJSON text in any of the line formats. */
export function readLines(
  content: string | Uint8Array,
  options: Partial<DecodeOptions> = {},
  chunkBytes?: number,
): Promise<PlainBatch[]> {
  return plainBatches(new LineBatchReader(sourceOf(content, chunkBytes), decodeOptions(options), ALL_SHAPES));
}

/** The only record of a document. */
export async function recordOf(document: unknown, options: Partial<DecodeOptions> = {}): Promise<PlainRecord> {
  const [batch] = await readLines(JSON.stringify(document), options);
  const record = batch?.records[0];
  if (record === undefined) throw new Error(`no record: ${JSON.stringify(batch)}`);
  return record;
}

/** The only mention of a role. */
export function mention(record: PlainRecord, role: string): PlainMention {
  const found = record.mentions.filter((one) => one.role === role);
  if (found.length !== 1) throw new Error(`${String(found.length)} mentions of role ${role}`);
  return found[0] as PlainMention;
}

export function roles(record: PlainRecord): string[] {
  return record.mentions.map((one) => one.role);
}
