import { describe, expect, test } from 'vitest';
import { UsageError } from '../../errors/windhover-error.ts';
import { DEFAULT_RUN_LIMITS } from '../../hunts/limits/run-limits.ts';
import { DEFAULT_OUTBOX_LIMITS } from '../../hunts/alerts/alert-outbox.ts';
import { parseConfig, type WindhoverConfig } from './config-file.ts';

const parse = (text: string, env: Record<string, string> = {}): WindhoverConfig =>
  parseConfig(text, { file: 'windhover.yaml', folder: '/etc/windhover', env });

function failure(text: string, env: Record<string, string> = {}): UsageError {
  try {
    parse(text, env);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('what is read', () => {
  test('nothing where there is nothing', () => {
    expect(parse('')).toEqual({
      hunts: [],
      kafka: new Map(),
      live: new Map(),
      elastic: new Map(),
      sources: new Map(),
      state: undefined,
      alerts: undefined,
      alertSinks: [],
      outbox: DEFAULT_OUTBOX_LIMITS,
      limits: DEFAULT_RUN_LIMITS,
      drainMs: undefined,
      retentionMs: undefined,
      latenessMs: undefined,
      hostAliases: new Map(),
    });
    expect(parse('# a comment, ${NOT_EVEN_READ}\n').hunts).toEqual([]);
  });

  test('every key; paths are relative to the folder of the file', () => {
    const config = parse(
      [
        'state: ./state',
        'hunts: [hunts, /opt/hunts]',
        'sources:',
        '  container1: {history: {files: ["../telemetry/*.ndjson"]}}',
        '  host101: {history: {files: /var/log/winlog}}',
        'alerts:',
        '  - file: {path: alerts.ndjson}',
        '  - elastic: {url: "https://es:9200/", api_key: key, ca: ca.pem}',
        '  - name: topic',
        '    kafka: {brokers: [B1], topic: alerts, tls: {ca: ca.pem}}',
        '  - webhook: {url: "https://soc.example/secret", headers: {x-key: k}, single: true, timeout: 3s}',
        'outbox: {max_alerts: 7, max_bytes: 8, drain: 9s}',
        'limits: {silent_after: 0s, hunt_rows: 5, slow_hunts: stop, state_max_bytes: 6, entity_cache: 1000}',
        'retention: 24h',
        'lateness: 90s',
        'host_aliases: {WS5: ws5.Corp.example}',
      ].join('\n'),
    );
    expect(config).toEqual({
      hunts: ['/etc/windhover/hunts', '/opt/hunts'],
      kafka: new Map(),
      live: new Map(),
      elastic: new Map(),
      sources: new Map([
        ['container1', 'file:/etc/telemetry/*.ndjson'],
        ['host101', 'file:/var/log/winlog'],
      ]),
      state: '/etc/windhover/state',
      alerts: '/etc/windhover/alerts.ndjson',
      alertSinks: [
        {
          kind: 'elastic',
          id: 'elastic https://es:9200/windhover-alerts',
          elastic: { url: 'https://es:9200', index: 'windhover-alerts', apiKey: 'key', ca: '/etc/windhover/ca.pem' },
        },
        {
          kind: 'kafka',
          id: 'topic',
          brokers: ['b1:9092'],
          topic: 'alerts',
          kafka: { tls: { ca: '/etc/windhover/ca.pem' } },
        },
        {
          kind: 'webhook',
          id: expect.stringMatching(/^webhook soc\.example [0-9a-f]{8}$/) as string,
          url: 'https://soc.example/secret',
          headers: { 'x-key': 'k' },
          batch: 1,
          single: true,
          timeoutMs: 3000,
        },
      ],
      outbox: { maxAlerts: 7, maxBytes: 8 },
      limits: {
        ...DEFAULT_RUN_LIMITS,
        silentAfterMs: Infinity,
        huntRows: 5,
        slowHunts: 'stop',
        stateMaxBytes: 6,
        entityCache: 1000,
      },
      drainMs: 9000,
      retentionMs: 86_400_000,
      latenessMs: 90_000,
      hostAliases: new Map([['ws5', 'ws5.corp.example']]),
    });
  });

  test('retentions by source and by entity type', () => {
    const { retentionMs, sourceRetentionMs, typeRetentionMs } = parse(
      'retention: {default: 24h, sources: {lab: 2h}, types: {file: 1h, network-traffic: 90m}}',
    );
    expect({ retentionMs, sourceRetentionMs, typeRetentionMs }).toEqual({
      retentionMs: 86_400_000,
      sourceRetentionMs: new Map([['lab', 7_200_000]]),
      typeRetentionMs: new Map([
        ['file', 3_600_000],
        ['network-traffic', 5_400_000],
      ]),
    });
    expect(parse('retention: {types: {file: 1h}}').retentionMs).toBeUndefined();
  });

  test('sources of servers are kept, without their credentials', () => {
    const { sources, elastic } = parse(
      [
        'sources:',
        '  a: {history: {elastic: {url: "https://es:9200/", index: [one, two], api_key: "${KEY}"}}}',
        '  b: {live: {kafka: {brokers: [k1:9092, k2:9092], topics: [sysflow], decode: auto}}}',
      ].join('\n'),
      { KEY: 'hidden' },
    );
    expect(sources).toEqual(
      new Map([
        ['a', 'elastic+https://es:9200/one,two'],
        ['b', 'kafka://k1:9092,k2:9092/sysflow'],
      ]),
    );
    expect(elastic.get('elastic+https://es:9200/one,two')).toMatchObject({ apiKey: 'hidden' });
  });

  test('variables of the environment, several in one text', () => {
    expect(parse('state: ${ROOT}/x-${NAME}', { ROOT: '/data', NAME: 'one' }).state).toBe('/data/x-one');
  });

  test('what a variable holds is not looked into again', () => {
    expect(parse('state: /x/${A}', { A: '${B}' }).state).toBe('/x/${B}');
  });
});

describe('what is wrong is said with its line', () => {
  test.each([
    ['sources:\n  a: 1\n  a: 2\n', 'config-syntax', 'windhover.yaml:3: '],
    ['state: [\n', 'config-syntax', 'windhover.yaml:'],
    ['state: *nobody\n', 'config-syntax', 'windhover.yaml: an alias'],
    ['just a text', 'config-value', 'windhover.yaml:1: '],
    ['state: x\nretention: 30\n', 'config-value', 'windhover.yaml:2: retention: expected a duration'],
    ['lateness: soon\n', 'config-value', 'windhover.yaml:1: lateness: expected a duration'],
    ['retention: 9999d\n', 'config-duration', 'windhover.yaml:1: retention'],
    ['\nretention: 0s\n', 'config-duration', 'windhover.yaml:2: retention'],
    ['retention:\n  types:\n    file: 0s\n', 'config-duration', 'windhover.yaml:3: file is longer'],
    ['retention:\n  types: {files: 1h}\n', 'config-duration', 'windhover.yaml:2: no entity has the type files'],
    ['retention:\n  source: {a: 1h}\n', 'config-key', 'windhover.yaml:'],
    ['retention: {sources: {a: soon}}\n', 'config-value', 'windhover.yaml:1: '],
    ['hunts: ./hunts\n', 'config-value', 'windhover.yaml:1: hunts: '],
    [
      'sources:\n  a: {live: {kafka: {brokers: [b]}}}\n',
      'config-value',
      'windhover.yaml:2: sources.a.live.kafka.topics',
    ],
    ['sources:\n  a:\n    history: {files: 3}\n', 'config-value', 'windhover.yaml:3: sources.a.history.files'],
    ['sources:\n  a:\n    history: {files: [x, y]}\n', 'config-files', 'windhover.yaml:3: source a names 2 places'],
    ['state: x\nsources:\n  a: {}\n', 'config-source', 'windhover.yaml:3: source a has no place'],
    [
      'alerts:\n  - file: {path: x}\n  - elastic: {url: "es:9200"}\n',
      'config-alerts',
      'windhover.yaml:3: this is no address',
    ],
    [
      'alerts:\n  - elastic: {url: "http://u:p@x"}\n',
      'config-alerts',
      'windhover.yaml:2: the address holds credentials',
    ],
    [
      'alerts:\n  - elastic: {url: "http://x", username: u}\n',
      'config-alerts',
      'username and password belong together',
    ],
    [
      'alerts:\n  - elastic: {url: "http://x", username: u, password: p, api_key: k}\n',
      'config-alerts',
      'there is an API key and a user',
    ],
    [
      'alerts:\n  - elastic: {url: "http://x", index: Alerts}\n',
      'config-value',
      'windhover.yaml:2: alerts.0.elastic.index',
    ],
    [
      'alerts:\n  - file: {path: x}\n    webhook: {url: "http://x"}\n',
      'config-alerts',
      'windhover.yaml:3: this names two',
    ],
    [
      'alerts:\n  - webhook: {url: "http://x"}\n  - webhook: {url: "http://x"}\n',
      'config-alerts',
      'there is a sink webhook x',
    ],
    ['alerts:\n  - kafka: {brokers: ["a b"], topic: t}\n', 'config-alerts', 'windhover.yaml:2: a b is no address'],
    [
      'alerts:\n  - kafka: {brokers: [b], topic: "t,u"}\n',
      'config-alerts',
      'windhover.yaml:2: this names several topics',
    ],
    ['alerts:\n  - webhook: {url: "http://x", headers: {"a b": c}}\n', 'config-value', 'windhover.yaml:2: '],
    ['alerts:\n  - webhook: {url: "http://x", batch: 0}\n', 'config-value', 'windhover.yaml:2: alerts.0.webhook.batch'],
    ['limits: {silent_after: soon}\n', 'config-value', 'windhover.yaml:1: limits.silent_after: expected a duration'],
    ['limits: {hunt_rows: 0}\n', 'config-value', 'windhover.yaml:1: limits.hunt_rows'],
    ['outbox: {drain: soon}\n', 'config-value', 'windhover.yaml:1: outbox.drain: expected a duration'],
    ['alerts:\n  - file: {path: x}\n  - file: {path: y}\n', 'config-alerts', 'windhover.yaml:3: there is one'],
    ['alerts: [{}]\n', 'config-alerts', 'windhover.yaml:1: '],
    ['state: x\nsources: {a: {history: {files: "${HERE}"}}}\n', 'config-variable', 'windhover.yaml:2: the environment'],
    ['host_aliases: {ws5: 5}\n', 'config-value', 'windhover.yaml:1: host_aliases.ws5'],
  ])('%j', (text, code, message) => {
    const error = failure(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
    expect(error.hint).not.toBe('');
  });

  test.each([
    ['huntss: []\n', 1, 'Did you mean hunts?'],
    ['state: x\nsources:\n  container1:\n    histroy: {}\n', 4, 'Did you mean history?'],
    ['sources:\n  elastic:\n    life: {}\n', 3, 'Did you mean live?'],
    ['sources: {a: {live: {kafka: {broker: []}}}}\n', 1, 'Did you mean brokers?'],
    ['sources:\n  a:\n    history:\n      elastic:\n        url: x\n        apikey: y\n', 6, 'Did you mean api_key?'],
    ['sources: {a: {elastic: {url: x}}}\n', 1, 'It belongs below history: history: {elastic: …}.'],
    ['sources: {a: {kafka: {topics: [x]}}}\n', 1, 'It belongs below live: live: {kafka: …}.'],
    ['alerts:\n  - fil: {path: x}\n', 2, 'Did you mean file?'],
    ['alerts:\n  - file: {pth: x}\n', 2, 'Did you mean path?'],
    [
      'something_else: 1\n',
      1,
      'Keys here are state, hunts, sources, alerts, outbox, limits, retention, lateness, metrics, host_aliases, log, files.',
    ],
  ])('unknown key: %j', (text, line, hint) => {
    const error = failure(text);
    expect(error.code).toBe('config-key');
    expect(error.message).toMatch(new RegExp(`^windhover\\.yaml:${line}: unknown key `));
    expect(error.hint).toBe(hint);
  });

  test('secrets are not repeated, wherever they stand', () => {
    for (const text of ['retention: ${S}', 'sources: {a: {history: {files: {x: "${S}"}}}}', 'hunts: ${S}']) {
      const { message, hint } = failure(text, { S: 'hunter2' });
      expect(`${message} ${hint}`).not.toContain('hunter2');
    }
  });

  test('aliases that multiply are not followed', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 8; i++)
      bomb.push(`a${i}: &a${i} [${new Array(10).fill(`*a${i === 1 ? '' : i - 1}`).join(', ')}]`);
    expect(failure(bomb.join('\n')).code).toBe('config-syntax');
  });
});

describe("Kestrel's variables", () => {
  const CONNECTION = JSON.stringify({ host: 'es.example', port: 9200, indices: 'sysflow-*', options: { timeout: 60 } });
  const CONFIG = JSON.stringify({ auth: { id: 'me', api_key: 'hunter2' } });

  test('define sources', () => {
    const { sources } = parse('', {
      STIXSHIFTER_CONTAINER1_CONNECTOR: 'elastic_ecs',
      STIXSHIFTER_CONTAINER1_CONNECTION: CONNECTION,
      STIXSHIFTER_CONTAINER1_CONFIG: CONFIG,
    });
    expect(sources).toEqual(new Map([['container1', 'elastic+https://es.example:9200/sysflow-*']]));
  });

  test('give way to the file', () => {
    const { sources } = parse('sources: {container1: {history: {files: x}}}', {
      STIXSHIFTER_CONTAINER1_CONNECTOR: 'elastic_ecs',
      STIXSHIFTER_CONTAINER1_CONNECTION: CONNECTION,
    });
    expect(sources.get('container1')).toBe('file:/etc/windhover/x');
  });

  test('name other connectors too, so that a hunt which reads them says so', () => {
    expect(parse('', { STIXSHIFTER_SIEM_CONNECTOR: 'qradar' }).sources.get('siem')).toBe('stixshifter://siem');
  });

  test.each([
    [undefined, CONFIG, 'STIXSHIFTER_X_CONNECTION is not set'],
    ['{"host": "hunter2', CONFIG, 'STIXSHIFTER_X_CONNECTION is no JSON object'],
    ['null', CONFIG, 'STIXSHIFTER_X_CONNECTION is no JSON object'],
    ['{"port": 9200, "password": "hunter2"}', CONFIG, 'STIXSHIFTER_X_CONNECTION: host'],
    ['{"host": "a", "port": "hunter2"}', CONFIG, 'STIXSHIFTER_X_CONNECTION: port'],
    [CONNECTION, '["hunter2"]', 'STIXSHIFTER_X_CONFIG is no JSON object'],
    [CONNECTION, 'hunter2', 'STIXSHIFTER_X_CONFIG is no JSON object'],
  ])('what is wrong with them is said without what they hold: %j, %j', (connection, config, message) => {
    const error = failure('', {
      STIXSHIFTER_X_CONNECTOR: 'elastic_ecs',
      ...(connection === undefined ? {} : { STIXSHIFTER_X_CONNECTION: connection }),
      STIXSHIFTER_X_CONFIG: config,
    });
    expect(error.code).toBe('config-stixshifter');
    expect(error.message).toContain(message);
    expect(`${error.message} ${error.hint} ${String(error.cause)}`).not.toContain('hunter2');
  });
});
