import { resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../../errors/windhover-error.ts';
import { elasticId, parseElasticUri } from '../../sources/elastic/elastic-uri.ts';
import { elasticUri } from './config-schema.ts';
import type { ElasticConfig } from './elastic-config.ts';

/** What Kestrel users write into STIXSHIFTER_<NAME>_CONNECTION; further keys are theirs. */
const connectionSchema = z.looseObject({
  /** Without a scheme, which would become the name of the host. */
  host: z.string().regex(/^[^\s/]+$/u),
  port: z.union([z.int().min(1).max(65_535), z.string().regex(/^\d{1,5}$/)]).optional(),
  indices: z.string().optional(),
  selfSignedCert: z.union([z.boolean(), z.string()]).optional(),
  options: z
    .looseObject({
      indices: z.string().optional(),
      selfSignedCert: z.union([z.boolean(), z.string()]).optional(),
    })
    .optional(),
});
const configurationSchema = z.looseObject({
  auth: z
    .looseObject({
      id: z.string().optional(),
      api_key: z.string().optional(),
      username: z.string().optional(),
      password: z.string().optional(),
    })
    .optional(),
});

export interface StixShifterSources {
  /** Name → URI. */
  readonly sources: Map<string, string>;
  /** URI → how it is reached. */
  readonly elastic: Map<string, ElasticConfig>;
}

/**
 * Sources that Kestrel's variables define: `STIXSHIFTER_CONTAINER1_CONNECTOR=elastic_ecs`, with its `_CONNECTION` and
 * `_CONFIG`, is the source `container1`. Relative paths of certificates are relative to the folder. Throws `UsageError` `config-stixshifter`; what the variables hold
 * is never repeated, as it holds credentials.
 */
export function stixShifterSources(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): StixShifterSources {
  const sources = new Map<string, string>();
  const elastic = new Map<string, ElasticConfig>();
  for (const [key, connector] of Object.entries(env)) {
    const name = /^STIXSHIFTER_(.+)_CONNECTOR$/.exec(key)?.[1];
    if (name === undefined) continue;
    if (connector !== 'elastic_ecs') {
      // Answered when a hunt reads it: another connector of the same environment is no reason not to run.
      sources.set(name.toLowerCase(), `stixshifter://${name.toLowerCase()}`);
      continue;
    }
    const connection = readObject(`STIXSHIFTER_${name}_CONNECTION`, env, connectionSchema);
    const { auth = {} } =
      env[`STIXSHIFTER_${name}_CONFIG`] === undefined
        ? {}
        : readObject(`STIXSHIFTER_${name}_CONFIG`, env, configurationSchema);
    const { host, port = 443, options } = connection;
    const uri = elasticUri(`https://${host}:${port}`, connection.indices ?? options?.indices ?? '*');
    const id = elasticId(parseElasticUri(uri));
    const { id: keyId, api_key: apiKey, username, password } = auth;
    sources.set(name.toLowerCase(), id);
    elastic.set(id, {
      apiKey: apiKey === undefined || keyId === undefined ? apiKey : { id: keyId, key: apiKey },
      username,
      password,
      ...certificateOf(connection.selfSignedCert ?? options?.selfSignedCert, folder),
    });
  }
  return { sources, elastic };
}

/** `selfSignedCert`: a certificate or its path; false: the certificate of the server is not verified. */
function certificateOf(
  cert: boolean | string | undefined,
  folder: string,
): Pick<ElasticConfig, 'ca' | 'caPath' | 'insecure'> {
  if (cert === false) return { insecure: true };
  if (typeof cert !== 'string') return {};
  return cert.includes('-----BEGIN') ? { ca: cert } : { caPath: resolve(folder, cert) };
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
