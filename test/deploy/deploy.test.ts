import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { imageEnvironment } from '../../benchmarks/image-environment.mjs';
import { parseConfig, type WindhoverConfig } from '../../src/cli/config/config-file.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { parseReplayTarget } from '../../src/cli/replay/replay-target.ts';
import { parseKafkaUri } from '../../src/sources/kafka/kafka-uri.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const ENV = { ES_URL: 'https://elastic:9200', ES_API_KEY: 'key' };

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly healthcheck?: unknown;
  readonly read_only?: boolean;
}

const compose = parse(read('deploy/compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build !== undefined);
const configOf = (path: string): WindhoverConfig => parseConfig(read(path), { file: path, folder: '/etc', env: ENV });

/** Lines of a Dockerfile with continuations joined. */
const steps = read('deploy/Dockerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(/\s+/u));
const lastStage = steps.slice(steps.findLastIndex(([step]) => step === 'FROM'));

describe('the image', () => {
  test('is made in stages from one pinned version of Node that the package allows', () => {
    const images = steps.filter(([step]) => step === 'FROM').map(([, image]) => image as string);
    expect(images).toHaveLength(2);
    expect(new Set(images).size).toBe(1);
    const [, major = '', minor = ''] = /^node:(\d+)\.(\d+)\.\d+-[a-z]+-slim$/.exec(images[0] as string) ?? [];
    // zstd is there from 22.15 on.
    expect(Number(major) * 1000 + Number(minor)).toBeGreaterThanOrEqual(22_015);
  });

  test('copies what there is, and what is not left out', () => {
    const copied = steps.filter(([step, option]) => step === 'COPY' && option?.startsWith('--') === false);
    const sources = copied.flatMap((step) => step.slice(1, -1));
    const kept = read('deploy/Dockerfile.dockerignore').split('\n');
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((path) => !existsSync(join(ROOT, path)) || !kept.includes(`!${path}`))).toEqual([]);
  });

  test('holds what the program reads at run time, and nothing to build with', () => {
    const { files } = JSON.parse(read('package.json')) as { files: readonly string[] };
    const there = lastStage.filter(([step]) => step === 'COPY').map((step) => step.at(-1)?.split('/').pop());
    for (const file of files.filter((each) => !['README.md', 'docs'].includes(each))) expect(there).toContain(file);
    expect(there).toContain('node_modules');
    const text = lastStage.map((step) => step.join(' ')).join('\n');
    expect(text).not.toMatch(/apt-get|npm (ci|install|run)/);
    expect(text).toMatch(/rm -rf \/usr\/local\/lib\/node_modules/);
  });

  test('sets what Node takes, and what is measured with it reads from it', () => {
    const environment = imageEnvironment();
    expect(Object.keys(environment)).toEqual([
      'NODE_ENV',
      'MALLOC_ARENA_MAX',
      'MALLOC_MMAP_THRESHOLD_',
      'NODE_OPTIONS',
    ]);
    const script = "console.log(require('node:v8').getHeapStatistics().heap_size_limit / 2 ** 20 < 2100)";
    const said = execFileSync(process.execPath, ['-e', script], { env: environment, encoding: 'utf8' });
    expect(said).toBe('true\n');
  });

  test('runs as somebody who may do nothing, and starts the program', () => {
    expect(lastStage.filter(([step]) => step === 'USER')).toEqual([['USER', 'node']]);
    const entry =
      lastStage
        .find(([step]) => step === 'ENTRYPOINT')
        ?.slice(1)
        .join(' ') ?? '[]';
    expect(JSON.parse(entry)).toEqual(['node', '/opt/windhover/dist/main.js']);
    const { bin } = JSON.parse(read('package.json')) as { bin: Readonly<Record<string, string>> };
    expect(bin['windhover']).toBe('dist/main.js');
  });
});

describe('the compose file', () => {
  test('pins its images, and listens on this machine only', () => {
    for (const [name, { image, build, ports = [] }] of services) {
      if (build === undefined)
        expect([name, image]).toEqual([name, expect.stringMatching(/^[a-z/.-]+:\d+\.\d+\.\d+$/)]);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
    const stack = services.map(([, { image }]) => /^docker\.elastic\.co\/.*:(.*)$/.exec(image)?.[1]).filter(Boolean);
    expect(new Set(stack).size).toBe(1);
  });

  test('builds the image from this Dockerfile, and lets it write to volumes only', () => {
    expect(own.map(([name]) => name).sort()).toEqual(['setup', 'simulate-linux', 'simulate-windows', 'windhover']);
    for (const [, { build, read_only }] of own) {
      expect(existsSync(join(ROOT, 'deploy', build?.context ?? '', build?.dockerfile ?? ''))).toBe(true);
      expect(read_only).toBe(true);
    }
  });

  test('waits for services that there are, and that can say that they are well', () => {
    for (const [name, { depends_on = {} }] of services) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const known = compose.services[other];
        expect([name, other, known === undefined]).toEqual([name, other, false]);
        if (condition === 'service_healthy') expect(known?.healthcheck).toBeDefined();
      }
    }
  });

  test('its volumes are declared, its files are there, and state and alerts lie on volumes', () => {
    for (const volume of services.flatMap(([, { volumes = [] }]) => volumes)) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect(existsSync(join(ROOT, 'deploy', from))).toBe(true);
      else expect(Object.hasOwn(compose.volumes, from)).toBe(true);
    }
    const mounted = compose.services['windhover']?.volumes?.map((volume) => volume.split(':')[1] as string) ?? [];
    const { state, alerts } = configOf('deploy/windhover.yaml');
    for (const path of [state, alerts]) expect(mounted.some((at) => path?.startsWith(`${at}/`))).toBe(true);
    const declared = JSON.parse(
      lastStage
        .find(([step]) => step === 'VOLUME')
        ?.slice(1)
        .join(' ') ?? '[]',
    ) as string[];
    expect(mounted).toEqual(expect.arrayContaining(declared));
  });

  test('every call is one that the program knows', () => {
    const program = buildProgram({} as Parameters<typeof buildProgram>[0]);
    for (const [, { command = [] }] of own) {
      const known = program.commands.find((each) => each.name() === command[0]);
      const flags = command.filter((word) => word.startsWith('--'));
      expect(flags.filter((flag) => known?.options.every(({ long }) => long !== flag))).toEqual([]);
      expect(known).toBeDefined();
    }
  });

  test('telemetry goes to the topics that are made and read, through the broker of the stack', () => {
    const { kafka, sources } = configOf('deploy/windhover.yaml');
    const topics = own.flatMap(([, { command = [] }]) => {
      const to = command[command.indexOf('--to') + 1];
      const target = command.includes('--to') ? parseReplayTarget(to ?? '') : undefined;
      return target?.kind === 'kafka' ? [`${target.brokers.join()}/${target.topic}`] : [];
    });
    const read = [...kafka.keys()].map((uri) => {
      const { brokers, topics: names } = parseKafkaUri(uri.replace(/^kafka:/, ''));
      return `${brokers.join()}/${names.join()}`;
    });
    expect(read.sort()).toEqual(topics.sort());
    expect([...sources.keys()]).toEqual(['container1', 'host101']);
    const { environment = {} } = compose.services['kafka'] as Service;
    expect(environment['KAFKA_ADVERTISED_LISTENERS']).toContain('://kafka:9092');
    const made = compose.services['topics']?.command?.join(' ') ?? '';
    for (const topic of topics) expect(made).toContain(topic.split('/')[1]);
  });

  test('alerts go to the Elasticsearch that there is, once it is set up', () => {
    const { alertSinks } = configOf('deploy/windhover.yaml');
    const urls = alertSinks.flatMap((sink) => (sink.kind === 'elastic' ? [sink.elastic.url] : []));
    expect(urls).toEqual(['http://elasticsearch:9200']);
    expect(compose.services['elasticsearch']?.ports).toContain('127.0.0.1:9200:9200');
    const { depends_on = {} } = compose.services['windhover'] as Service;
    expect(depends_on['setup']?.condition).toBe('service_completed_successfully');
    expect(compose.services['setup']?.command).toEqual(expect.arrayContaining(['setup', 'elastic', '--config']));
  });

  test('Kibana asks the Elasticsearch that there is', () => {
    expect(compose.services['kibana']?.environment?.['ELASTICSEARCH_HOSTS']).toBe('http://elasticsearch:9200');
  });
});

describe('the configurations', () => {
  test('name the hunts of the image', () => {
    for (const path of ['deploy/windhover.yaml', 'deploy/sf-deployments.yaml']) {
      expect(configOf(path).hunts).toEqual(['/opt/windhover/hunts']);
    }
    expect(lastStage.some((step) => step.join(' ') === 'COPY hunts /opt/windhover/hunts')).toBe(true);
  });

  test("the names of SysFlow's mini-stack work as they are", () => {
    const { sources } = configOf('deploy/sf-deployments.yaml');
    expect(sources.get('container1')).toBe('elastic+https://elastic:9200/sysflow-*,container1-sysflow-alerts');
  });
});
