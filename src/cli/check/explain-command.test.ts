import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runWindhover } from '../../../test/support/run-windhover.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'windhover-explain-'));
  writeFileSync(join(folder, 'good.hf'), "p = GET process FROM s WHERE name = 'sh'\nc = FIND process CREATED BY p\n");
  writeFileSync(join(folder, 'bad.hf'), "p = GET process FROM s WHERE nam = 'sh'\n");
  writeFileSync(join(folder, 'later.hf'), "p = GET process FROM s WHERE name = 'sh'\nAPPLY python://a ON p\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const explain = (...args: string[]): ReturnType<typeof runWindhover> =>
  runWindhover(['explain', ...args], { cwd: folder });

describe('windhover explain', () => {
  test('tells people about the plan', async () => {
    const { code, stdout, stderr } = await explain('good.hf');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('p = GET process');
    expect(stdout).toContain('c = FIND process');
    expect(stdout).toContain('Kept of the telemetry');
  });

  test('tells scripts the same', async () => {
    const { code, stdout } = await explain('good.hf', '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      hunt: 'good',
      file: 'good.hf',
      nodes: [
        { operator: 'GET', retracts: null },
        { operator: 'FIND', inputs: [0] },
      ],
      variables: [{ name: 'p' }, { name: 'c' }],
      demand: { references: ['process.parent_ref'] },
    });
  });

  test('has nothing to say of a hunt with errors but these', async () => {
    const { code, stdout, stderr } = await explain('bad.hf');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('attribute-unknown');
  });

  test('says which statement is not executed', async () => {
    const { code, stderr } = await explain('later.hf');
    expect(code).toBe(1);
    expect(stderr).toContain('later.hf:2:1');
    expect(stderr).toContain('not-executed');
  });

  test('is called wrongly without a hunt that is there', async () => {
    expect((await explain('nobody.hf')).code).toBe(2);
    expect((await explain('good.hf', '--format', 'xml')).code).toBe(2);
  });
});
