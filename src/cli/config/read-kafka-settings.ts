import { readFile } from 'node:fs/promises';
import { UsageError } from '../../errors/windhover-error.ts';
import type { KafkaSettings } from '../../sources/kafka/kafka-settings.ts';
import type { AvroType } from '../../telemetry/avro/avro-type.ts';
import { parseAvroSchema } from '../../telemetry/avro/parse-avro-schema.ts';
import { sysflowSchema } from '../../telemetry/sysflow/sysflow-schema.ts';
import { traceBranches } from '../../telemetry/sysflow/trace-schema.ts';
import { KNOWN_SCHEMAS, type KafkaConfig } from './kafka-config.ts';

/** Settings with the files that they name. Throws `UsageError` (`kafka-file`) and `SourceError` (`source-schema`). */
export async function readKafkaSettings(
  config: KafkaConfig,
): Promise<{ readonly settings: KafkaSettings; readonly schema: AvroType | undefined }> {
  const { tls, schema, ...rest } = config;
  const settings: KafkaSettings = {
    ...rest,
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ca: await fileText(tls.ca, 'the certificate of the CA'),
            cert: await fileText(tls.cert, 'the certificate of the client'),
            key: await fileText(tls.key, 'the key of the client'),
            serverName: tls.serverName,
          },
        }),
  };
  return { settings, schema: schema === undefined ? undefined : await readSchema(schema) };
}

async function readSchema(place: string): Promise<AvroType> {
  const version = Object.hasOwn(KNOWN_SCHEMAS, place) ? KNOWN_SCHEMAS[place] : undefined;
  const text =
    version === undefined
      ? ((await fileText(place, 'the Avro schema')) as string)
      : JSON.stringify(sysflowSchema(version));
  const schema = parseAvroSchema(text);
  // A schema of something else is refused now, not with the first message.
  traceBranches(schema);
  return schema;
}

async function fileText(path: string | undefined, what: string): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError('kafka-file', `${path}: ${what} cannot be read`, 'Name a file that you may read.', cause);
  }
}
