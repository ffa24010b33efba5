import { AvroContainer } from '../avro/avro-container.ts';
import { BareDatums } from '../avro/bare-datums.ts';
import { parseAvroSchema } from '../avro/parse-avro-schema.ts';
import type { BatchReader, ByteSource, DecodeOptions } from '../decoder.ts';
import { sysflowSchema, type BareSchemaVersion } from './sysflow-schema.ts';
import { SysflowTraceReader } from './sysflow-trace-reader.ts';

/** Opens a trace in an Avro object container, as SysFlow's collector writes it to files. */
export function openSysflowTrace(source: ByteSource, options: DecodeOptions): BatchReader {
  return new SysflowTraceReader(source, options, new AvroContainer(source));
}

/** Opens a trace of bare datums, as SysFlow's collector sends it through its socket. */
export function openBareSysflowTrace(
  source: ByteSource,
  options: DecodeOptions,
  version: BareSchemaVersion,
): BatchReader {
  const schema = parseAvroSchema(JSON.stringify(sysflowSchema(version)));
  return new SysflowTraceReader(source, options, new BareDatums(source, schema, options.maxLineBytes));
}
