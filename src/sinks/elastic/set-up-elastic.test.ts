import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertEcsFields } from '../../hunts/alerts/alert-ecs-fields.ts';
import { alertTemplate } from './alert-template.ts';
import { setUpElastic } from './set-up-elastic.ts';
import { MemoryElastic } from './testing/memory-elastic.ts';

const ALIAS = 'windhover-alerts';

async function outcomes(server: MemoryElastic, isDryRun = false, month = '2026.05'): Promise<string[]> {
  const steps = await setUpElastic({ client: server.client(), alias: ALIAS, month, isDryRun });
  return steps.map(({ part, outcome }) => `${part} ${outcome}`);
}

describe('setting up Elasticsearch', () => {
  test('makes template, index and alias, and leaves them alone the next time', async () => {
    const server = new MemoryElastic();
    expect(await outcomes(server)).toEqual(['template created', 'index created', 'alias created']);
    expect([...(server.aliases.get(ALIAS) ?? [])]).toEqual(['windhover-alerts-2026.05']);
    expect((await outcomes(server)).slice(0, 3)).toEqual(['template unchanged', 'index unchanged', 'alias unchanged']);
    expect(await outcomes(server, false, '2026.06')).toEqual(['template unchanged', 'index created', 'alias updated']);
  });

  test('a dry run says the same and changes nothing', async () => {
    const server = new MemoryElastic();
    expect(await outcomes(server, true)).toEqual(['template created', 'index created', 'alias created']);
    expect(server.requests.filter((request) => !/^(?:GET|HEAD) /u.test(request))).toEqual([]);
    expect(server.templates.size).toBe(0);
  });

  test('a template of another version is replaced', async () => {
    const server = new MemoryElastic();
    server.templates.set(ALIAS, { _meta: { digest: 'old' } });
    expect((await outcomes(server))[0]).toBe('template updated');
  });

  test('an index without the alias gets it', async () => {
    const server = new MemoryElastic();
    server.indices.set('windhover-alerts-2026.05', new Map());
    expect(await outcomes(server)).toEqual(['template created', 'index unchanged', 'alias updated', 'mapping updated']);
    expect(server.aliases.get(ALIAS)?.has('windhover-alerts-2026.05')).toBe(true);
  });

  test('an index in the place of the alias is said', async () => {
    const server = new MemoryElastic();
    server.indices.set(ALIAS, new Map());
    await expect(outcomes(server)).rejects.toMatchObject({ code: 'elastic-setup' });
  });

  test.each([true, false])('a field of another type is said by name, dry run %s', async (isDryRun) => {
    const server = new MemoryElastic();
    await outcomes(server);
    const mappings = { properties: { event: { properties: { id: { type: 'long' } } } } };
    server.answer = ({ path, method }) =>
      method === 'GET' && path.endsWith('/_mapping')
        ? { status: 200, body: { 'windhover-alerts-2026.05': { mappings } } }
        : undefined;
    await expect(outcomes(server, isDryRun)).rejects.toMatchObject({
      code: 'elastic-mapping',
      message: expect.stringContaining('maps event.id as long') as string,
    });
  });

  test('a missing privilege is named', async () => {
    const server = new MemoryElastic();
    server.answer = ({ method }) =>
      method === 'PUT'
        ? {
            status: 403,
            body: {
              error: {
                type: 'security_exception',
                reason: 'action [indices:admin/index_template/put] is unauthorized for user [x] with roles [y]',
              },
            },
          }
        : undefined;
    await expect(outcomes(server)).rejects.toMatchObject({
      code: 'elastic-permission',
      hint: 'Grant the cluster privilege manage_index_templates.',
    });
  });
});

describe('the template of alerts', () => {
  test('is the one in deploy/', () => {
    const file = resolve(import.meta.dirname, '../../../deploy/elastic/alert-template.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(alertTemplate(ALIAS))));
  });

  test('has every field that an alert can have', () => {
    const { properties } = alertTemplate(ALIAS).template.mappings;
    const missing = alertEcsFields().filter((field) => {
      let at: unknown = { properties };
      for (const name of field.split('.'))
        at = (at as { properties?: Record<string, unknown> }).properties?.[name] ?? {};
      return typeof (at as { type?: unknown }).type !== 'string';
    });
    expect(missing).toEqual([]);
    expect(alertEcsFields().length).toBeGreaterThan(100);
  });
});
