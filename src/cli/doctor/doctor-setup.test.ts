import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManualTimer } from '../../../test/support/manual-timer.ts';
import { runWindhover } from '../../../test/support/run-windhover.ts';
import { SinkError } from '../../errors/windhover-error.ts';
import { MemoryKafka } from '../../sources/kafka/testing/memory-kafka.ts';
import { RocksStateStore } from '../../store/rocks-state-store.ts';
import type { AskElastic } from './checks/elastic-check.ts';
import { runChecks, ok, type Finding } from './checks/finding.ts';
import { environmentCheck, limitsCheck, nodeCheck } from './checks/machine-checks.ts';
import { stateCheck } from './checks/state-check.ts';
import { checkSetup, type DoctorWorld, type SetupReport } from './doctor-setup.ts';
import type { ElasticAccess } from '../sources/elastic-client.ts';
import { renderSetup } from '../setup/render-setup.ts';
import type { TerminalIo } from '../terminal-io.ts';

const NOW = Date.UTC(2026, 4, 1, 9);
const record = (at: string): string =>
  JSON.stringify({
    '@timestamp': at,
    event: { sf_type: 'PE', action: 'process-start' },
    host: { id: 'web-01' },
    process: { pid: 7, name: 'node', start: '2026-05-01T07:00:00Z' },
  });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nothing = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

function ioOf(env: Readonly<Record<string, string>> = {}): TerminalIo {
  return {
    stdout: nothing(),
    stderr: nothing(),
    env,
    cwd: folder,
    now: () => NOW,
    signal: new AbortController().signal,
  };
}

interface Answers {
  readonly [path: string]: unknown;
}

/** An Elasticsearch that answers by path; a number is a status. */
function elastic(answers: Answers): AskElastic {
  return async (_method, path) => {
    const answer = answers[path] ?? 404;
    if (typeof answer !== 'number') return answer;
    const code =
      { 404: 'elastic-index', 403: 'elastic-permission', 400: 'elastic-refused' }[answer] ?? 'elastic-failed';
    throw new SinkError(code, `${path}: ${answer}`, { hint: 'Do something about it.' });
  };
}

const HEALTHY: Answers = {
  '/': { cluster_name: 'es', version: { number: '8.19.2' } },
  '/_security/user/_has_privileges': {
    username: 'reader',
    index: { 'sysflow-events': { read: true, view_index_metadata: true } },
  },
  '/sysflow-events/_count': { count: 12_000 },
  '/sysflow-events/_field_caps?fields=@timestamp': { fields: { '@timestamp': { date_nanos: {} } } },
  '/sysflow-events/_search': {
    hits: { hits: [{ _source: JSON.parse(record('2026-05-01T08:59:00Z')) as object }] },
    aggregations: { from: { value: NOW - 86_400_000 }, to: { value: NOW } },
  },
};

interface WorldParts {
  readonly kafka?: MemoryKafka;
  readonly elastic?: Answers;
  readonly hosts?: readonly string[];
  readonly accesses?: ElasticAccess[];
}

function worldOf({
  kafka = new MemoryKafka(),
  elastic: answers = HEALTHY,
  hosts = [],
  accesses = [],
}: WorldParts): DoctorWorld {
  return {
    timer: new ManualTimer(NOW),
    openKafka: async () => kafka.client(),
    openElastic: async (access) => {
      accesses.push(access);
      return elastic(answers);
    },
    lookup: async (host) => {
      if (!hosts.includes(host)) throw new Error('ENOTFOUND');
      return '192.0.2.1';
    },
  };
}

async function found(
  config: string,
  parts: WorldParts = {},
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly report: SetupReport; readonly exitCode: number; readonly of: (check: string) => string[] }> {
  writeFileSync(join(folder, 'w.yaml'), config);
  const answer = await checkSetup({ config: 'w.yaml', state: undefined }, worldOf(parts), ioOf(env));
  const of = (check: string): string[] =>
    answer.report.findings
      .filter((each) => each.check.startsWith(check))
      .map(({ status, message }) => `${status}: ${message}`);
  return { ...answer, of };
}

const KAFKA = 'sources: {live: {live: {kafka: {brokers: ["k:9092"], topics: [sysflow]}}}}\n';
const ELASTIC =
  'sources: {old: {history: {elastic: {url: "https://es:9200", index: sysflow-events, api_key: hidden}}}}\n';

describe('doctor on a source over Kafka', () => {
  function topic(...messages: readonly string[]): MemoryKafka {
    const kafka = new MemoryKafka();
    kafka.topic('sysflow', 2);
    kafka.fetchSize = 100;
    kafka.produce('sysflow', 0, ...messages);
    return kafka;
  }

  test('tells offsets, the share that is usable, and how new it is', async () => {
    const kafka = topic(record('2026-05-01T08:59:00Z'), record('2026-05-01T08:59:30Z'), 'junk');
    const { of, exitCode } = await found(KAFKA, { kafka });
    expect(of('source live')).toEqual([
      'ok: reachable: cluster memory',
      'ok: sysflow has 2 partitions, offsets 0: 0 to 3, 1: 0 to 0',
      'ok: sysflow, sysflow-ecs: 66.7 % of 3 sampled are usable',
      'ok: records up to 2026-05-01T08:59:30.000Z',
    ]);
    expect(exitCode).toBe(0);
    expect(kafka.committed).toEqual([]);
  });

  test.each([
    [
      'an hour ahead',
      [record('2026-05-01T10:00:00Z')],
      'warning: the newest record is of 2026-05-01T10:00:00.000Z, 60 min ahead of this clock',
    ],
    [
      'days behind',
      [record('2026-04-20T09:00:00Z')],
      'warning: the newest record is of 2026-04-20T09:00:00.000Z, 11 days behind this clock',
    ],
    ['something else', ['{"a":1}', 'x'], 'problem: none of 2 sampled is telemetry that hunts can use (unknown-format)'],
    [
      'mostly something else',
      [record('2026-05-01T08:59:00Z'), 'x', 'y'],
      'warning: sysflow, sysflow-ecs: 33.3 % of 3 sampled are usable (not-json)',
    ],
    ['empty', [], 'warning: sysflow is empty'],
  ])('a topic that is %s', async (_, messages, finding) => {
    expect((await found(KAFKA, { kafka: topic(...messages) })).of('source live')).toContain(finding);
  });

  test('a topic that is missing, and brokers that do not answer', async () => {
    expect((await found(KAFKA, { kafka: new MemoryKafka() })).of('source live')).toContain(
      'problem: there is no topic sysflow',
    );
    const world = {
      ...worldOf({}),
      openKafka: () => Promise.reject(new SinkError('kafka-unreachable', 'away', { hint: 'x' })),
    };
    const { report, exitCode } = await checkSetup({ config: 'w.yaml', state: undefined }, world, ioOf());
    expect(report.findings).toContainEqual(
      expect.objectContaining({ status: 'problem', code: 'kafka-unreachable', hint: 'x' }),
    );
    expect([report.ok, exitCode]).toEqual([false, 1]);
  });
});

describe('doctor on a source over Elasticsearch', () => {
  test('tells version, privileges, documents, times, and what of a sample is usable', async () => {
    const accesses: ElasticAccess[] = [];
    const { of, exitCode } = await found(ELASTIC, { accesses });
    expect(of('source old')).toEqual([
      'ok: reachable: Elasticsearch 8.19.2, cluster es',
      'ok: reader may read, view_index_metadata on sysflow-events',
      'ok: sysflow-events holds 12,000 documents',
      'ok: @timestamp is a date_nanos',
      'ok: documents from 2026-04-30T09:00:00.000Z to 2026-05-01T09:00:00.000Z',
      'ok: sysflow-ecs: 100 % of 1 sampled are usable',
      'ok: records up to 2026-05-01T08:59:00.000Z',
    ]);
    expect([exitCode, accesses[0]?.apiKey]).toEqual([0, 'hidden']);
  });

  test.each([
    [
      'another version',
      { '/': { version: { number: '7.17.1' } } },
      'warning: reachable: Elasticsearch 7.17.1, cluster ?',
    ],
    ['no security', { '/_security/user/_has_privileges': 400 }, 'ok: the server asks for no credentials'],
    [
      'a missing privilege',
      { '/_security/user/_has_privileges': { username: 'x', index: { 'sysflow-events': { read: true } } } },
      'problem: x lacks view_index_metadata on sysflow-events',
    ],
    [
      'a missing index',
      { '/sysflow-events/_count': 404 },
      'problem: there is no index, alias or data stream sysflow-events',
    ],
    ['an empty index', { '/sysflow-events/_count': { count: 0 } }, 'warning: sysflow-events is empty'],
    [
      'times mapped as text',
      { '/sysflow-events/_field_caps?fields=@timestamp': { fields: { '@timestamp': { text: {}, date: {} } } } },
      'problem: @timestamp is mapped as text, date',
    ],
    ['a refusal', { '/': 403 }, 'problem: /: 403'],
  ])('%s', async (_, answers, finding) => {
    expect((await found(ELASTIC, { elastic: { ...HEALTHY, ...answers } })).of('source old')).toContain(finding);
  });

  test("Kestrel's variables are sources too, with their credentials", async () => {
    const accesses: ElasticAccess[] = [];
    const env = {
      STIXSHIFTER_LAB_CONNECTOR: 'elastic_ecs',
      STIXSHIFTER_LAB_CONNECTION: '{"host":"es","port":9200,"selfSignedCert":false,"indices":"sysflow-events"}',
      STIXSHIFTER_LAB_CONFIG: '{"auth":{"id":"hidden-id","api_key":"hidden-key"}}',
    };
    const { of, report } = await found('hunts: []', { accesses }, env);
    expect(of('source lab')).toContain('ok: sysflow-events holds 12,000 documents');
    expect(accesses).toEqual([
      expect.objectContaining({
        url: 'https://es:9200',
        apiKey: { id: 'hidden-id', key: 'hidden-key' },
        insecure: true,
      }),
    ]);
    expect(JSON.stringify(report) + renderSetup(report, false)).not.toContain('hidden');
  });
});

describe('doctor on the rest', () => {
  test('a configuration that cannot be read: exit code 2, and the other checks go on', async () => {
    const { of, exitCode } = await found('stats: x');
    expect([exitCode, of('configuration'), of('Node').length > 0]).toEqual([
      2,
      ['problem: w.yaml:1: unknown key stats'],
      true,
    ]);
  });

  test('hunts that are missing, and alerts that may not be written', async () => {
    const { of } = await found('hunts: [./none]\nalerts: [{file: {path: ./alerts.ndjson}}]\n');
    expect(of('hunts')).toEqual([`problem: there is no ${join(folder, 'none')}`]);
    expect(of('alerts')[0]).toMatch(/^(ok|warning|problem): (writable, )?[\d,]+ MiB free$/);
  });

  test('Node, limits and variables', async () => {
    const tell = async (check: ReturnType<typeof nodeCheck>): Promise<string[]> => {
      const told: string[] = [];
      await check.run(({ status, message, hint }) =>
        told.push(`${status}: ${message}${hint === undefined ? '' : ` | ${hint}`}`),
      );
      return told;
    };
    expect((await tell(nodeCheck('v18.20.0')))[0]).toMatch(/^problem: v18/);
    expect(await tell(nodeCheck('v20.19.0'))).toEqual(['ok: v20.19.0', expect.stringMatching(/^warning: .*zstd/)]);
    expect(await tell(nodeCheck('v22.15.0'))).toEqual(['ok: v22.15.0']);
    const limits = join(folder, 'limits');
    writeFileSync(
      limits,
      'Limit  Soft  Hard\nMax open files            1024                 4096                 files\n',
    );
    expect((await tell(limitsCheck(limits)))[0]).toMatch(/^warning: at most 1024 open files/);
    expect(await tell(limitsCheck(join(folder, 'none')))).toEqual([]);
    const variables = {
      WINDHOVER_KAFKA_PASSWRD: 'hidden',
      STIXSHIFTER_A_CONECTOR: 'x',
      STIXSHIFTER_B_CONNECTION: '{}',
    };
    expect(await tell(environmentCheck(variables))).toEqual([
      'warning: nothing reads WINDHOVER_KAFKA_PASSWRD | Did you mean WINDHOVER_KAFKA_PASSWORD?',
      expect.stringMatching(/^warning: nothing reads STIXSHIFTER_A_CONECTOR/),
      expect.stringMatching(/^warning: STIXSHIFTER_B_CONNECTION has no STIXSHIFTER_B_CONNECTOR/),
      'ok: 3 variables',
    ]);
  });

  test('the state folder: not there, of this version, in use, or something else', async () => {
    const path = join(folder, 'state');
    const tell = async (): Promise<string[]> => {
      const told: string[] = [];
      await stateCheck(path, () => NOW).run(({ status, message }) => told.push(`${status}: ${message}`));
      return told;
    };
    expect(await tell()).toContain('ok: not there yet: the first run makes it');
    const store = await RocksStateStore.open(path);
    expect(await tell()).toContain('ok: in use by a run');
    await store.close();
    expect(await tell()).toContain('ok: of this version, and not in use');
    writeFileSync(join(folder, 'file'), '');
    const told: string[] = [];
    await stateCheck(join(folder, 'file'), () => NOW).run(({ message }) => told.push(message));
    expect(told).toEqual(['it is no folder']);
  });

  test.skipIf(process.getuid?.() === 0)('a folder that may not be written to', async () => {
    const path = join(folder, 'closed');
    mkdirSync(path);
    chmodSync(path, 0o500);
    const told: string[] = [];
    await stateCheck(path, () => NOW).run(({ status }) => told.push(status));
    expect(told).toContain('problem');
  });

  test('a check that never answers ends when its time is over, and holds up none', async () => {
    const timer = new ManualTimer(NOW);
    const abort = new AbortController();
    const running = runChecks(
      [
        { name: 'slow', run: async (tell) => (tell(ok('began')), new Promise<void>(() => {})) },
        { name: 'quick', run: async (tell) => tell(ok('done')) },
        { name: 'broken', run: () => Promise.reject(new TypeError('x')) },
      ],
      30_000,
      timer,
      abort.signal,
    );
    await new Promise((resolve) => setImmediate(resolve));
    timer.pass(30_000);
    const findings = await running;
    expect(findings.map(({ check, status, message }: Finding) => `${check} ${status} ${message}`)).toEqual([
      'slow ok began',
      'slow problem no answer within 30 s',
      'quick ok done',
      'broken problem the check itself failed: x',
    ]);
    expect(timer.waiting).toBe(0);
  });

  test('as text and as JSON, from the command line', async () => {
    mkdirSync(join(folder, 'empty'));
    const input = { cwd: join(folder, 'empty') };
    const text = await runWindhover(['doctor'], input);
    expect([text.code, text.stdout]).toEqual([
      0,
      expect.stringMatching(/^configuration\n {2}ok {6}there is no windhover\.yaml/),
    ]);
    const json = await runWindhover(['doctor', '--format', 'json'], input);
    const report = JSON.parse(json.stdout) as SetupReport;
    expect([report.ok, report.findings.map(({ check }) => check)]).toEqual([
      true,
      expect.arrayContaining(['configuration', 'Node', 'environment', 'hunts', 'state']),
    ]);
    expect((await runWindhover(['doctor', '--config', 'none.yaml'], input)).code).toBe(2);
    expect((await runWindhover(['doctor', '--records', '5'], input)).stderr).toContain('--records is for files');
    expect((await runWindhover(['doctor', 'x', '--state', 'y'], input)).stderr).toContain('without files');
  });
});

describe('doctor on the clock of an Elasticsearch, and on alert indices of another mapping', () => {
  test.each([
    [3_600_000, ['warning: the clock of the server is 1 h ahead of this one']],
    [-3_600_000, ['warning: the clock of the server is 1 h behind this one']],
    [30_000, []],
  ])('%d ms ahead', async (ahead, told) => {
    const epoch = String((NOW + ahead) / 1000);
    const { of } = await found(ELASTIC, { elastic: { ...HEALTHY, '/_cat/health?format=json': [{ epoch }] } });
    expect(of('source old').filter((each) => each.includes('clock of the server'))).toEqual(told);
  });

  test('a field of another type is named, with the remedy', async () => {
    const mappings = { properties: { '@timestamp': { type: 'boolean' } } };
    const { report } = await found('alerts: [{elastic: {url: "https://es:9200"}}]\n', {
      elastic: {
        ...HEALTHY,
        '/_alias/windhover-alerts': {},
        '/windhover-alerts/_mapping': { 'windhover-alerts-2026.05': { mappings } },
      },
    });
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        status: 'problem',
        code: 'elastic-mapping',
        message: 'windhover-alerts-2026.05 maps @timestamp as boolean, which does not take alerts (date)',
        hint: expect.stringContaining('windhover setup elastic') as string,
      }),
    );
  });

  test('what a writer may not see is no problem', async () => {
    const { of } = await found('alerts: [{elastic: {url: "https://es:9200"}}]\n', {
      elastic: {
        ...HEALTHY,
        '/_security/user/_has_privileges': 400,
        '/_alias/windhover-alerts': {},
        '/_index_template/windhover-alerts': 403,
      },
    });
    expect(of('alerts.0').filter((each) => each.startsWith('problem'))).toEqual([]);
    expect(of('alerts.0')).toContain('warning: whether there is an index template windhover-alerts may not be seen');
  });
});
