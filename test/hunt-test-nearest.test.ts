import { afterAll, describe, expect, test } from 'vitest';
import { HistoryFolder } from './backtest/history.ts';

const folder = new HistoryFolder();
afterAll(() => folder.remove());

const HUNT = `hunt: shells
huntflow: |
  shells = GET process FROM s WHERE name = 'sh'
  recent = GET process FROM s WHERE name = 'sh' LAST 10 MINUTES
  bad = recent WHERE command_line LIKE '%tmp%'
  kids = FIND process CREATED BY shells
  talks = FIND network-traffic CREATED BY kids
alerts: [{ on: bad, title: 'bad {pid}', suppress: { by: [name], for: 1h } }]
tests:
  - name: it
    records:
`;

interface Failure {
  readonly subject: string;
  readonly message: string;
  readonly nearest?: {
    readonly record: number;
    readonly statement: number;
    readonly as_of?: string;
    readonly message: string;
  };
}

const process = (pid: number, name: string, line = name, time = '+0s'): string =>
  `      - { time: ${time}, process: { pid: ${pid}, name: ${name}, command_line: ${line}, parent: { pid: 100, name: cron } } }\n`;

/** The first failure of one test over these records. */
async function failure(records: string, expectations: string): Promise<Failure> {
  folder.write('it.hunt.yaml', `${HUNT}${records}    expect: ${expectations}\n`);
  const { stdout } = await folder.windhover('test', 'it.hunt.yaml', '--format', 'json');
  const { tests } = JSON.parse(stdout) as { tests: { failures: Failure[] }[] };
  return tests[0]?.failures[0] as Failure;
}

describe('the nearest record of a count that is too small', () => {
  const records = process(1, 'sh') + process(2, 'sh') + process(3, 'bash');

  test('is none that is there already, nor its parent', async () => {
    expect((await failure(records, '{ shells: { count: 3 } }')).nearest?.message).toBe(
      "nearest is record 3: process fell out at statement 1: name = 'sh' (found bash)",
    );
    expect((await failure(process(1, 'sh'), '{ shells: { count: 2 } }')).nearest).toBe(undefined);
  });

  test('is what the record speaks of before a parent, unless the parent is asked for', async () => {
    const { nearest } = await failure(process(3, 'bash'), '{ shells: { count: 1 } }');
    expect(nearest?.message).toContain('process fell out at statement 1');
    const { nearest: asked } = await failure(records, '{ shells: { include: [{ pid: 100, name: cron }] } }');
    expect(asked?.message).toContain("process (parent) fell out at statement 1: name = 'sh' (found cron)");
  });
});

describe('what LAST has let go of by the end', () => {
  const later = process(9, 'other', 'other', '+20m');

  test('fell out where it did before', async () => {
    for (const expected of ['{ alerts: { count: 1 } }', '{ bad: { count: 1 } }']) {
      expect((await failure(process(2, 'sh', 'ls') + later, expected)).nearest).toEqual({
        record: 1,
        statement: 3,
        as_of: '2026-01-01T00:00:00.000Z',
        message:
          "nearest is record 1: process fell out at statement 3, as of 2026-01-01T00:00:00.000Z: command_line LIKE '%tmp%' (found ls)",
      });
    }
  });

  test('or by the time, where it came through all', async () => {
    const { nearest } = await failure(
      process(2, 'sh', 'ls') + process(1, 'sh', '/tmp/x') + later,
      '{ bad: { count: 1 } }',
    );
    expect(nearest?.message).toBe(
      'nearest is record 2: process fell out at statement 2: the record satisfies; by the end of the input it is older than 600 s (0 are not)',
    );
  });

  test('is no missing alert where it raised one', async () => {
    const records = process(1, 'sh', '/tmp/x') + process(2, 'sh', 'ls') + later;
    expect((await failure(records, '{ alerts: { count: 2 } }')).nearest?.record).toBe(2);
  });
});

test('a FIND with nothing to start from, and no record of its type: what it starts from is missing', async () => {
  const { nearest } = await failure(process(3, 'bash'), '{ talks: { include: [{ dst_ref.value: 10.0.0.1 }] } }');
  expect(nearest?.message).toBe("nearest is record 1: process fell out at statement 1: name = 'sh' (found bash)");
  const found = await failure(process(3, 'sh'), '{ talks: { count: 1 } }');
  expect(found.nearest).toMatchObject({ record: 1, statement: 4 });
});

describe('at a moment', () => {
  test('the record that came nearest by then, by its number in the test', async () => {
    const records = process(1, 'zsh', 'ls') + process(4, 'sh', '/tmp/x', '+60s') + process(2, 'sh', 'ls', '+1s');
    const { nearest } = await failure(records, '{ at: [{ time: +5s, bad: { count: 1 } }] }');
    expect(nearest?.message).toBe(
      "nearest is record 3: process fell out at statement 3: command_line LIKE '%tmp%' (found ls)",
    );
  });

  test('what LAST has let go of by then', async () => {
    const { nearest } = await failure(process(1, 'sh', '/tmp/x'), '{ at: [{ time: +11m, bad: { count: 1 } }] }');
    expect(nearest?.message).toContain('fell out at statement 2: the record satisfies; at +11m it is older than 600 s');
  });

  test('an alert that waits to settle, or is suppressed, is no record that fell out', async () => {
    const records = process(1, 'sh', '/tmp/x') + process(2, 'zsh', '/tmp/x');
    const waits = await failure(records, '{ at: [{ time: +0s, alerts: { count: 1 } }] }');
    expect(waits.message).toBe('at +0s, alerts: expected 1 alert, found 0; 1 more waits to settle');
    expect(waits.nearest).toBe(undefined);
    const suppressed = process(1, 'sh', '/tmp/x') + process(2, 'sh', '/tmp/y') + process(3, 'zsh', '/tmp/x');
    const stands = await failure(suppressed, '{ at: [{ time: +5s, alerts: { count: 2 } }] }');
    expect(stands.message).toContain('1 more suppressed under what was raised');
    expect(stands.nearest).toBe(undefined);
    expect((await failure(suppressed, '{ at: [{ time: +5s, alerts: { count: 3 } }] }')).nearest?.record).toBe(3);
  });
});
