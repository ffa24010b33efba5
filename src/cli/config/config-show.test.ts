import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover, type ProgramResult } from '../../../test/support/run-windhover.ts';
import { redactSetting, REDACTED } from './redact-setting.ts';

const CONFIG = `state: ./state
hunts: [./hunts]
lateness: 90s
sources:
  container1:
    history:
      elastic:
        url: https://es:9200
        index: [sysflow-events, sysflow-alerts]
        api_key: "\${ES_API_KEY}"
  topic:
    live:
      kafka:
        brokers: ["kafka:9092"]
        topics: [sysflow]
        tls: { ca: ./ca.pem, key: ./client.key }
        sasl: { mechanism: plain, username: hidden-user, password: hidden-password }
  basic:
    history: { elastic: { url: "https://es2:9200", index: x, username: reader, password: hidden-basic } }
alerts:
  - file: { path: ./alerts.ndjson }
host_aliases: { ws5: ws5.corp.example }
`;
const ENV = {
  ES_API_KEY: 'hidden-api-key',
  WINDHOVER_KAFKA_PASSWORD: 'hidden-kafka',
  WINDHOVER_KAFKA_SASL: 'plain',
  WINDHOVER_ELASTIC_API_KEY: 'hidden-elastic',
  WINDHOVER_ELASTIC_FINGERPRINT: 'AB:CD',
  STIXSHIFTER_LAB_CONNECTOR: 'elastic_ecs',
  STIXSHIFTER_LAB_CONNECTION:
    '{"host": "lab.example", "port": 9200, "indices": "sysflow-*", "selfSignedCert": "hidden-pem"}',
  STIXSHIFTER_LAB_CONFIG: '{"auth": {"id": "hidden-id", "api_key": "hidden-shifter"}}',
  STIXSHIFTER_BROKEN_CONNECTOR: 'splunk',
  STIXSHIFTER_BROKEN_CONNECTION: 'hidden-text that is no JSON',
  UNRELATED_TOKEN: 'hidden-unrelated',
};

interface Shown {
  readonly file: string | null;
  readonly settings: readonly { readonly path: string; readonly value: unknown; readonly origin: object }[];
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-config-'));
  writeFileSync(join(folder, 'windhover.yaml'), CONFIG);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const show = (...args: string[]): Promise<ProgramResult> =>
  runWindhover(['config', 'show', ...args], { cwd: folder, env: ENV });

describe('windhover config show', () => {
  test('shows retentions by name, and no default beside one that is written', async () => {
    const written = mkdtempSync(join(tmpdir(), 'windhover-config-'));
    writeFileSync(join(written, 'windhover.yaml'), 'retention: {default: 2h, sources: {lab: 1h}, types: {file: 30m}}');
    const { stdout } = await runWindhover(['config', 'show', '--format', 'json'], { cwd: written, env: {} });
    const { settings } = JSON.parse(stdout) as Shown;
    expect(settings.flatMap(({ path, value }) => (path.startsWith('retention') ? [[path, value]] : []))).toEqual([
      ['retention.default', '2h'],
      ['retention.sources.lab', '1h'],
      ['retention.types.file', '30m'],
    ]);
    rmSync(written, { recursive: true });
  });

  test('names each value with its origin', async () => {
    const { code, stdout } = await show('--format', 'json', '--retention', '7d');
    const { file, settings } = JSON.parse(stdout) as Shown;
    const of = new Map(settings.map(({ path, value, origin }) => [path, [value, origin]]));
    expect([code, file]).toEqual([0, 'windhover.yaml']);
    const line = (number: number, ...variables: string[]): object => ({ kind: 'file', file, line: number, variables });
    expect(of.get('state')).toEqual(['./state', line(1)]);
    expect(of.get('sources.container1.history.elastic.index.1')).toEqual(['sysflow-alerts', line(9)]);
    expect(of.get('sources.container1.history.elastic.api_key')).toEqual([REDACTED, line(10, 'ES_API_KEY')]);
    expect(of.get('sources.topic.live.kafka.tls.key')).toEqual(['./client.key', line(16)]);
    expect(of.get('sources.topic.live.kafka.sasl.mechanism')?.[0]).toBe('plain');
    expect(of.get('sources.topic.live.kafka.from')).toEqual(['earliest', { kind: 'default' }]);
    expect(of.get('retention')).toEqual(['7d', { kind: 'option', option: '--retention' }]);
    expect(of.get('lateness')?.[0]).toBe('90s');
    expect(of.get('sources.lab.stixshifter.connection.indices')).toEqual([
      'sysflow-*',
      { kind: 'environment', variable: 'STIXSHIFTER_LAB_CONNECTION' },
    ]);
    expect(of.get('environment.elastic.fingerprint')?.[0]).toBe('AB:CD');
    expect(of.get('host_aliases.ws5')?.[0]).toBe('ws5.corp.example');
    expect(of.has('alerts.log')).toBe(false);
  });

  test.each([['text'], ['json']])('shows no secret, as %s', async (format) => {
    const { stdout, stderr } = await show('--format', format, '--source', 'x=https://user:hidden@host/?token=hidden');
    expect(stdout).toContain(REDACTED);
    expect(stdout + stderr).not.toContain('hidden');
  });

  test('as text: path, value, origin', async () => {
    const { stdout } = await show();
    expect(stdout).toMatch(
      /^sources\.container1\.history\.elastic\.api_key +\*\*\* +windhover\.yaml:10, from ES_API_KEY$/m,
    );
    expect(stdout).toMatch(/^sources\.lab\.stixshifter\.config +\*\*\* +STIXSHIFTER_LAB_CONFIG$/m);
  });

  test('without a file: the defaults', async () => {
    const { code, stdout } = await runWindhover(['config', 'show', '--format', 'json'], { cwd: join(folder, '..') });
    const { file, settings } = JSON.parse(stdout) as Shown;
    expect([code, file]).toEqual([0, null]);
    expect(settings.every(({ origin }) => 'kind' in origin && origin.kind === 'default')).toBe(true);
  });

  test('what is wrong with the file is said without its values', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'sources:\n  a:\n    history: {elastic: {url: 5, api_key: hidden}}\n');
    const { code, stdout, stderr } = await show('--config', 'wrong.yaml');
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('wrong.yaml:3')]);
    expect(stderr).not.toContain('hidden');
  });
});

describe('what is shown of a setting', () => {
  test.each([
    [['alerts', 0, 'webhook', 'url'], 'https://hooks.example/services/T0/hidden?a=hidden', 'https://hooks.example/***'],
    [['alerts', 0, 'webhook', 'headers', 'X-Name'], 'hidden', REDACTED],
    [['alerts', 0, 'webhook', 'headers', 'path'], 'hidden', REDACTED],
    [['alerts', 0, 'kafka', 'sasl', 'username'], 'hidden', REDACTED],
    [['alerts', 0, 'elastic', 'api_key'], 'hidden', REDACTED],
    [['a', 'key'], 'hidden', REDACTED],
    [['a', 'some_new_key'], 'hidden', REDACTED],
    [['sources', 'a', 'config', 'port'], 5, REDACTED],
    [['sources', 'a', 'elastic', 'url'], 'https://u:hidden@es:9200/x', 'https://***@es:9200/x'],
    [['a', 'brokers', 0], 'u:hidden@kafka:9092', '***@kafka:9092'],
    [['outbox', 'max_alerts'], 5, 5],
  ] as const)('%j', (path, value, shown) => {
    expect(redactSetting(path, value)).toBe(shown);
  });

  test('a value out of a variable that is named as a secret is one, wherever it stands', () => {
    expect(redactSetting(['state'], 'x', ['MY_TOKEN'])).toBe(REDACTED);
    expect(redactSetting(['state'], 'x', ['HOME'])).toBe('x');
  });
});
