import { describe, expect, it } from 'vitest';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import type { AttackTruth } from '../../simulate/attack-truth.ts';
import type { BegunAttack } from '../../simulate/simulation.ts';
import type { BoardAlert } from './demo-board.ts';
import { demoVerdict, type VerdictInput } from './demo-verdict.ts';
import { renderDemoVerdict } from './render-demo-verdict.ts';

const START = Date.parse('2026-05-01T08:00:00Z');

function attack(at: number, host: string): BegunAttack {
  return { scenario: 'node-exploit', host, start: START + at };
}

function truth(at: number, end: number, host: string): AttackTruth {
  const time = (ms: number): string => new Date(START + ms).toISOString();
  return {
    ...{ scenario: 'node-exploit', host, format: 'sysflow-ecs', start: time(at), end: time(end) },
    ...{ hosts: [host], records: [], entities: [], hunts: { 'node-exploit-shell': 1 }, alerts: [] },
  };
}

function alert(at: number, host: string, hunt = 'node-exploit-shell', status = 'open'): BoardAlert {
  const document = {
    '@timestamp': new Date(START + at).toISOString(),
    message: `found at ${at}\u0007`,
    host: { name: host },
    windhover: { hunt, status },
  } as unknown as AlertDocument;
  return { document, arrivedMs: START + at + 1200 };
}

function verdict(input: Partial<VerdictInput>): ReturnType<typeof demoVerdict> {
  const begun = input.begun ?? [attack(1000, 'web-01')];
  return demoVerdict({
    begun,
    done: [truth(1000, 5000, 'web-01')],
    planted: begun.length,
    hunts: new Map([['node-exploit', { 'node-exploit-shell': 1 }]]),
    bundled: new Set(['node-exploit-shell', 'web-shell']),
    alerts: [],
    early: false,
    ...input,
  });
}

describe('the verdict of the demo', () => {
  it('is as planted when each attack is answered on its host and in its time', () => {
    const { rows, strays, asPlanted } = verdict({
      begun: [attack(1000, 'web-01'), attack(2000, 'WEB-02')],
      done: [truth(1000, 5000, 'web-01'), truth(2000, 6000, 'WEB-02')],
      alerts: [alert(2500, 'web-02'), alert(1500, 'web-01')],
    });
    expect(rows.map(({ alert: found }) => found?.document['@timestamp'])).toEqual([
      '2026-05-01T08:00:01.500Z',
      '2026-05-01T08:00:02.500Z',
    ]);
    expect([strays, asPlanted]).toEqual([[], true]);
  });

  it.each([
    ['no alert', []],
    ['a retracted one', [alert(1500, 'web-01', 'node-exploit-shell', 'retracted')]],
  ])('tells an attack that %s answered', (_what, alerts) => {
    const { rows, strays, asPlanted } = verdict({ alerts });
    expect([rows[0]?.outcome, strays.length, asPlanted]).toEqual(['missed', 0, false]);
  });

  it.each([
    ['on another host', alert(1500, 'web-02')],
    ['at another time', alert(9000, 'web-01')],
    ['of another hunt', alert(1500, 'web-01', 'web-shell')],
  ])('takes an alert %s for one that nothing was planted for', (_what, stray) => {
    const { rows, strays, asPlanted } = verdict({ alerts: [stray] });
    expect([rows[0]?.outcome, strays, asPlanted]).toEqual(['missed', [stray], false]);
  });

  it('takes an alert on another host that the attack went to', () => {
    const [spread] = [{ ...truth(1000, 5000, 'web-01'), hosts: ['web-01', 'web-02'] }];
    expect(verdict({ done: [spread], alerts: [alert(1500, 'web-02')] }).asPlanted).toBe(true);
    // Not known yet, as it still goes on.
    expect(verdict({ done: [], early: true, alerts: [alert(1500, 'web-02')] }).strays).toEqual([]);
  });

  it('expects as many alerts as the attack itself says, of hunts that ran', () => {
    const twice = { ...truth(1000, 5000, 'web-01'), hunts: { 'node-exploit-shell': 2, elsewhere: 1 } };
    const { rows, asPlanted } = verdict({ done: [twice], alerts: [alert(1500, 'web-01'), alert(1600, 'web-01')] });
    expect([rows.length, asPlanted]).toEqual([2, true]);
  });

  it('takes a second alert for one attack as one too many', () => {
    const { strays, asPlanted } = verdict({ alerts: [alert(1500, 'web-01'), alert(1600, 'web-01')] });
    expect([strays.length, asPlanted]).toEqual([1, false]);
  });

  it('does not blame what was still going on when somebody ended it', () => {
    const going = { done: [], alerts: [] };
    expect(verdict({ ...going, early: true })).toMatchObject({ rows: [{ outcome: 'going-on' }], asPlanted: true });
    expect(verdict({ ...going, early: false })).toMatchObject({ rows: [{ outcome: 'missed' }], asPlanted: false });
    expect(verdict({ ...going, early: true, planted: 6 }).missing).toBe(0);
    expect(verdict({ alerts: [alert(1500, 'web-01')], planted: 2 })).toMatchObject({ missing: 1, asPlanted: false });
  });

  it('is a table with a line below', () => {
    const found = verdict({
      begun: [attack(1000, 'web-01'), attack(1000, 'web-02.example')],
      alerts: [alert(1500, 'web-01'), alert(1500, 'web-03', 'web-shell')],
    });
    expect(`\n${renderDemoVerdict(found, { width: 120, color: false })}`).toMatchInlineSnapshot(`
      "
      attack        when       host            hunt                alert              delay
      ────────────  ─────────  ──────────────  ──────────────────  ─────────────────  ─────
      node-exploit  08:00:01Z  web-01          node-exploit-shell  found at 1500\\x07  1.2 s
      node-exploit  08:00:01Z  web-02.example  node-exploit-shell  MISSED
      NOT PLANTED   08:00:01Z  web-03          web-shell           found at 1500\\x07  1.2 s

      1 of 2 expected alerts, 1 missed, 1 other alerts: NOT as planted
      "
    `);
    expect(`\n${renderDemoVerdict(found, { width: 80, color: false })}`).toMatchInlineSnapshot(`
      "
      attack        when       host    alert              delay
      ────────────  ─────────  ──────  ─────────────────  ─────
      node-exploit  08:00:01Z  web-01  found at 1500\\x07  1.2 s
      node-exploit  08:00:01Z  web-02  MISSED
      NOT PLANTED   08:00:01Z  web-03  found at 1500\\x07  1.2 s

      1 of 2 expected alerts, 1 missed, 1 other alerts: NOT as planted
      "
    `);
    const none = demoVerdict({
      begun: [],
      done: [],
      planted: 0,
      hunts: new Map(),
      bundled: new Set(),
      alerts: [],
      early: true,
    });
    expect(renderDemoVerdict(none, { color: false })).toBe('\n0 of 0 expected alerts, no other alerts: as planted\n');
  });
});
