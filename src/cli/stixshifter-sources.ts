import { z } from 'zod';
import { UsageError } from '../errors/windhover-error.ts';
import { elasticUri } from './config-schema.ts';

/** What Kestrel users write into STIXSHIFTER_<NAME>_CONNECTION; further keys are theirs. */
const connectionSchema = z.looseObject({
  host: z.string().min(1),
  port: z.union([z.int().min(1).max(65_535), z.string().regex(/^\d{1,5}$/)]).optional(),
  indices: z.string().optional(),
});
const configurationSchema = z.looseObject({});

/**
 * Sources that Kestrel's variables define: `STIXSHIFTER_CONTAINER1_CONNECTOR=elastic_ecs`, with its `_CONNECTION` and
 * `_CONFIG`, is the source `container1`. Name → URI. Throws `UsageError` `config-stixshifter`; what the variables hold
 * is never repeated, as it holds credentials.
 */
export function stixShifterSources(env: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const sources = new Map<string, string>();
  for (const [key, connector] of Object.entries(env)) {
    const name = /^STIXSHIFTER_(.+)_CONNECTOR$/.exec(key)?.[1];
    if (name === undefined) continue;
    if (connector !== 'elastic_ecs') {
      // Answered when a hunt reads it: another connector of the same environment is no reason not to run.
      sources.set(name.toLowerCase(), `stixshifter://${name.toLowerCase()}`);
      continue;
    }
    const connection = readObject(`STIXSHIFTER_${name}_CONNECTION`, env, connectionSchema);
    if (env[`STIXSHIFTER_${name}_CONFIG`] !== undefined) {
      readObject(`STIXSHIFTER_${name}_CONFIG`, env, configurationSchema);
    }
    const { host, port = 443, indices } = connection;
    sources.set(name.toLowerCase(), elasticUri(`https://${host}:${port}`, indices));
  }
  return sources;
}

function readObject<T>(variable: string, env: Readonly<Record<string, string | undefined>>, schema: z.ZodType<T>): T {
  const text = env[variable];
  if (text === undefined) {
    throw new UsageError('config-stixshifter', `${variable} is not set`, `Set it, or unset the connector beside it.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new UsageError(
    'config-stixshifter',
    path === '' ? `${variable} is no JSON object` : `${variable}: ${path} is missing or not what is expected`,
    'Connections are {"host": "es.example", "port": 9200, "indices": "sysflow-*"}; configurations are objects.',
  );
}
