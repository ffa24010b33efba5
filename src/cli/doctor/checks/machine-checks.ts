import { readFile } from 'node:fs/promises';
import { nearest } from '../../../catalogue/nearest.ts';
import { ok, warning, problem, type Check } from './finding.ts';

const OLDEST_NODE: readonly [number, number] = [20, 19];
const ZSTD_NODE: readonly [number, number] = [22, 15];
/** RocksDB keeps its files open, and so does `--follow`. */
const FEW_FILES = 4096;

/** `version`: as `process.version`, `v22.15.0`. */
export function nodeCheck(version: string): Check {
  return {
    name: 'Node',
    run: async (tell) => {
      const [major = 0, minor = 0] = version.replace(/^v/u, '').split('.').map(Number);
      const isBefore = ([a, b]: readonly [number, number]): boolean => major < a || (major === a && minor < b);
      if (isBefore(OLDEST_NODE))
        tell(problem(`${version} is too old`, `Install Node ${OLDEST_NODE.join('.')} or later.`));
      else tell(ok(version));
      if (isBefore(ZSTD_NODE)) {
        tell(
          warning('topics that are compressed with zstd cannot be read', `Node ${ZSTD_NODE.join('.')} or later can.`),
        );
      }
    },
  };
}

/** `limits`: path of what Linux says of the process; elsewhere nothing is told. */
export function limitsCheck(limits = '/proc/self/limits'): Check {
  return {
    name: 'limits',
    run: async (tell) => {
      const text = await readFile(limits, 'utf8').catch(() => '');
      const soft = /^Max open files\s+(\d+|unlimited)/mu.exec(text)?.[1];
      if (soft === undefined) return;
      if (soft !== 'unlimited' && Number(soft) < FEW_FILES) {
        tell(
          warning(
            `at most ${soft} open files`,
            `Raise it to ${FEW_FILES} or more: ulimit -n, or LimitNOFILE= of systemd.`,
          ),
        );
      } else tell(ok(`${soft} open files`));
    },
  };
}

const KNOWN_VARIABLES: readonly string[] = [
  ...['SASL', 'USERNAME', 'PASSWORD', 'TLS', 'CA', 'CERT', 'KEY', 'SCHEMA', 'GROUP'].map((name) => `KAFKA_${name}`),
  ...['API_KEY', 'USERNAME', 'PASSWORD', 'CA', 'FINGERPRINT', 'INSECURE'].map((name) => `ELASTIC_${name}`),
].map((name) => `WINDHOVER_${name}`);

/** Variables that look as if they were meant for us and are not. Values are not shown. */
export function environmentCheck(env: Readonly<Record<string, string | undefined>>): Check {
  return {
    name: 'environment',
    run: async (tell) => {
      const own = Object.keys(env).filter((name) => /^(?:WINDHOVER_(?:KAFKA|ELASTIC)_|STIXSHIFTER_)/u.test(name));
      for (const name of own) {
        const isShifter = /^STIXSHIFTER_.+_(?:CONNECTOR|CONNECTION|CONFIG)$/u.test(name);
        if (isShifter || KNOWN_VARIABLES.includes(name)) continue;
        const similar = name.startsWith('STIXSHIFTER_') ? undefined : nearest(name, KNOWN_VARIABLES);
        tell(
          warning(
            `nothing reads ${name}`,
            similar === undefined
              ? 'STIX-shifter sources are STIXSHIFTER_NAME_CONNECTOR, _CONNECTION and _CONFIG.'
              : `Did you mean ${similar}?`,
          ),
        );
      }
      for (const name of own) {
        const part = /^STIXSHIFTER_(.+)_CONNECTION$/u.exec(name)?.[1];
        if (part !== undefined && env[`STIXSHIFTER_${part}_CONNECTOR`] === undefined) {
          tell(warning(`${name} has no STIXSHIFTER_${part}_CONNECTOR beside it`, 'Set it to elastic_ecs.'));
        }
      }
      tell(ok(own.length === 0 ? 'no variables of Windhover or STIX-shifter' : `${own.length} variables`));
    },
  };
}
