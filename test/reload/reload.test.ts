import { afterEach, describe, expect, test } from 'vitest';
import { StandingRun } from '../support/standing-run.ts';

let run: StandingRun;
afterEach(() => run.end());

describe('SIGHUP', { timeout: 30_000 }, () => {
  test('hunts that changed, came or went take effect; a bad one runs on in its old version', async () => {
    run = new StandingRun();
    run.hunt('a.hunt.yaml', 'sh');
    run.hunt('gone.hunt.yaml', 'sh');
    run.start();
    run.starts('sh');
    await run.alerted('a saw sh as 1');
    await run.alerted('gone saw sh as 1');

    run.hunt('a.hunt.yaml', 'nc');
    run.hunt('new.hunt.yaml', 'sh');
    run.remove('gone.hunt.yaml');
    run.reload();
    expect(await run.logged('reload-done')).toMatchObject({
      'windhover.hunts': 2,
      'windhover.changed': 3,
      'windhover.kept': 0,
    });
    await run.logged('hunt-changed', 2);
    const outcomes = run.events('hunt-changed').map((each) => [each['windhover.hunt'], each['windhover.outcome']]);
    expect(new Map(outcomes as [string, string][])).toEqual(
      new Map([
        ['a', 'restarted'],
        ['gone', 'removed'],
      ]),
    );
    run.starts('nc');
    run.starts('sh');
    await run.alerted('a saw nc as 2');
    await run.alerted('new saw sh as 3');

    run.write('a.hunt.yaml', "hunt: a\nhuntflow: |\n  p = GET process FROM s WHERE nam = 'nc'\n");
    run.reload();
    expect(await run.logged('reload-hunt-kept')).toMatchObject({ 'windhover.hunt': 'a' });
    expect(await run.logged('hunt-invalid')).toMatchObject({
      'file.path': 'hunts/a.hunt.yaml',
      'windhover.line': 3,
      'event.code': 'attribute-unknown',
      'windhover.hint': expect.stringContaining('name'),
    });
    expect(await run.logged('reload-done', 2)).toMatchObject({ 'windhover.changed': 0, 'windhover.kept': 1 });
    run.starts('nc');
    await run.alerted('a saw nc as 4');

    expect(await run.interrupt()).toBe(130);
    expect(run.titles.filter((title) => title.startsWith('gone'))).toEqual(['gone saw sh as 1']);
    // One process, one state: what did not change was told once.
    expect(run.titles.length).toBe(new Set(run.titles).size);
    expect(run.events('run-started')).toHaveLength(1);
  });

  test('a huntflow stays that of its hunt file while one of them is bad', async () => {
    run = new StandingRun();
    const file = (more = ''): void =>
      run.write(
        'a.hunt.yaml',
        `hunt: a\nhuntflow: ./a.hf\nalerts: [{on: p, title: 'a saw {pid}', settle: 0s}]\n${more}`,
      );
    run.write('a.hf', "p = GET process FROM s WHERE name = 'sh'\n");
    file();
    run.start();
    run.starts('sh');
    await run.alerted('a saw 1');
    file('alarms: []\n');
    run.reload();
    expect(await run.logged('reload-hunt-kept')).toMatchObject({ 'windhover.hunt': 'a' });
    expect(await run.logged('reload-done')).toMatchObject({ 'windhover.hunts': 1, 'windhover.kept': 1 });
    file();
    run.write('a.hf', "p = GET process FROM s WHERE name = 'nc'\n");
    run.reload();
    expect(await run.logged('reload-done', 2)).toMatchObject({ 'windhover.changed': 1, 'windhover.kept': 0 });
    run.starts('nc');
    await run.alerted('a saw 2');
    expect(await run.interrupt()).toBe(130);
  });

  test('enabled and dry_run act, down to no hunt at all and back', async () => {
    run = new StandingRun();
    run.hunt('a.hunt.yaml', 'sh');
    run.start();
    run.starts('sh');
    await run.alerted('a saw sh as 1');
    run.hunt('a.hunt.yaml', 'sh', 'enabled: false\n');
    run.reload();
    expect(await run.logged('reload-done')).toMatchObject({ 'windhover.hunts': 0 });
    run.hunt('b.hunt.yaml', 'nc', 'dry_run: true\n');
    run.starts('nc');
    run.reload();
    expect(await run.logged('reload-done', 2)).toMatchObject({ 'windhover.hunts': 1 });
    await run.alerted('b saw nc as 2');
    expect(run.dryRuns).toEqual(['b saw nc as 2']);
    expect(await run.interrupt()).toBe(130);
  });

  test('with no hunt left the process lives on: nothing but the next signal is waited for', async () => {
    run = new StandingRun();
    run.hunt('a.hunt.yaml', 'sh');
    run.start();
    run.starts('sh');
    await run.alerted('a saw sh as 1');
    run.hunt('a.hunt.yaml', 'sh', 'enabled: false\n');
    run.reload();
    expect(await run.logged('reload-done')).toMatchObject({ 'windhover.hunts': 0 });
    // Each answer leaves the process with nothing to do until the next signal has come.
    for (let times = 2; times <= 20; times++) {
      run.reload();
      await run.logged('reload-done', times);
    }
    expect(run.events('reload-done')).toHaveLength(20);
    expect(await run.logged('hunt-changed')).toMatchObject({ 'windhover.hunt': 'a', 'windhover.outcome': 'removed' });
    run.hunt('a.hunt.yaml', 'nc');
    run.starts('nc');
    run.reload();
    await run.alerted('a saw nc as 2');
    expect(await run.interrupt()).toBe(130);
  });

  test('a hunt that was bad from the start keeps its state over others that come and go', async () => {
    run = new StandingRun();
    run.hunt('a.hunt.yaml', 'sh');
    run.hunt('b.hunt.yaml', 'nc');
    run.start();
    run.starts('sh');
    await run.alerted('a saw sh as 1');
    expect(await run.interrupt()).toBe(130);
    run.write('a.hunt.yaml', 'hunt: [a\n');
    run.start();
    expect(await run.logged('hunt-changed')).toMatchObject({ 'windhover.hunt': 'a', 'windhover.outcome': 'kept' });
    run.starts('sh');
    run.hunt('c.hunt.yaml', 'nc');
    run.starts('nc');
    run.reload();
    await run.alerted('c saw nc as 3');
    expect(await run.logged('hunt-changed', 2)).toMatchObject({ 'windhover.hunt': 'a', 'windhover.outcome': 'kept' });
    run.hunt('a.hunt.yaml', 'sh');
    run.reload();
    await run.alerted('a saw sh as 2');
    expect(await run.interrupt()).toBe(130);
    expect(run.titles).not.toContain('a saw sh as 1');
  });

  test('without a state it is refused, and the run goes on', async () => {
    run = new StandingRun();
    run.hunt('a.hunt.yaml', 'sh');
    run.start([]);
    run.starts('sh');
    await run.alerted('a saw sh as 1');
    run.hunt('a.hunt.yaml', 'nc');
    run.reload();
    expect(await run.logged('reload-refused')).toMatchObject({ 'event.code': 'reload-state' });
    run.starts('sh');
    await run.alerted('a saw sh as 2');
    expect(await run.interrupt()).toBe(130);
  });

  test('two hunts of one id, and a folder without hunts, are refused as a whole', async () => {
    run = new StandingRun();
    run.hunt('a.hunt.yaml', 'sh');
    run.start();
    run.starts('sh');
    await run.alerted('a saw sh as 1');
    run.write('twin.hf', "p = GET process FROM s WHERE name = 'nc'");
    run.write('b.hunt.yaml', "hunt: twin\nhuntflow: |\n  p = GET process FROM s WHERE name = 'sh'\n");
    run.reload();
    expect(await run.logged('reload-refused')).toMatchObject({ 'event.code': 'hunt-twice' });
    for (const file of ['twin.hf', 'b.hunt.yaml', 'a.hunt.yaml']) run.remove(file);
    run.reload();
    expect(await run.logged('reload-refused', 2)).toMatchObject({ 'event.code': 'hunt-missing' });
    run.starts('sh');
    await run.alerted('a saw sh as 2');
    expect(await run.interrupt()).toBe(130);
  });
});
