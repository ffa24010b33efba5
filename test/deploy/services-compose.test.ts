import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE = 'deploy/services.compose.yaml';

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
}

const { services } = parse(readFileSync(join(ROOT, FILE), 'utf8')) as { services: Readonly<Record<string, Service>> };

describe('the services for the tests', () => {
  test('are images of one version each, and listen on this machine only', () => {
    for (const { image, ports } of Object.values(services)) {
      expect(image).toMatch(/^[a-z/.-]+:\d+\.\d+\.\d+$/);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
  });

  test('Kafka tells its clients the address that it has for them, and is well when it answers there', () => {
    const { ports, environment, healthcheck } = services['kafka'] as Service;
    const [, , inside] = (ports[0] as string).split(':');
    const address = (ports[0] as string).replace(/:\d+$/, '');
    expect(environment['KAFKA_ADVERTISED_LISTENERS']).toBe(`PLAINTEXT://${address}`);
    expect(environment['KAFKA_LISTENERS']).toContain(`PLAINTEXT://:${inside}`);
    expect(healthcheck.test).toContain(address);
  });

  test('Elasticsearch asks for no credentials', () => {
    const { environment, ports } = services['elasticsearch'] as Service;
    expect(environment['xpack.security.enabled']).toBe('false');
    const address = (ports[0] as string).replace(/:\d+$/, '');
    expect(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')).toContain(`WINDHOVER_TEST_ELASTIC=http://${address}`);
  });

  test('are started by the script, and the page for contributors names the address', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    expect(scripts['services']).toContain(FILE);
    expect(scripts['services:stop']).toContain(FILE);
    const address = (services['kafka'] as Service).ports[0]?.replace(/:\d+$/, '') as string;
    expect(readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8')).toContain(`WINDHOVER_TEST_KAFKA=${address}`);
  });
});
