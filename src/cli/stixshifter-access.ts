import type { ElasticAccess } from './elastic-client.ts';
import { stixShifterSources } from './stixshifter-sources.ts';
import { parseElasticUri } from './elastic-access.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A source that Kestrel's variables define, and how it is reached. */
export interface ShifterSource {
  readonly name: string;
  readonly indices: readonly string[];
  readonly access: ElasticAccess;
}

/** Sources of `STIXSHIFTER_…` over Elasticsearch. Throws `UsageError` `config-stixshifter`; values are not repeated. */
export function shifterSources(env: Environment): readonly ShifterSource[] {
  return [...stixShifterSources(env)].flatMap(([name, uri]): ShifterSource[] => {
    if (!uri.startsWith('elastic+')) return [];
    const { url, indices } = parseElasticUri(uri);
    const variable = Object.keys(env).find((key) => key.toLowerCase() === `stixshifter_${name}_connector`);
    const prefix = variable?.slice(0, -'CONNECTOR'.length) ?? '';
    const auth = member(parsed(env[`${prefix}CONFIG`]), 'auth');
    const certificate = member(parsed(env[`${prefix}CONNECTION`]), 'selfSignedCert');
    const [id, key] = [textOf(member(auth, 'id')), textOf(member(auth, 'api_key'))];
    return [
      {
        name,
        indices,
        access: {
          url,
          apiKey: key === undefined ? undefined : id === undefined ? key : { id, api_key: key },
          username: textOf(member(auth, 'username')),
          password: textOf(member(auth, 'password')),
          // As STIX-shifter has it: false asks for no certificate, a text is the one to trust.
          insecure: certificate === false,
          certificate: textOf(certificate),
        },
      },
    ];
  });
}

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
