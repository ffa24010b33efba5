import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { displayWidth } from './display-width.ts';
import type { LiveHunt, LiveView } from './live-view-content.ts';
import { renderLiveView } from './live-view.ts';

const NAMES = ['shells', 'exploits', 'spawned', 'actions', 'culprits', 'connections'];

function hunt(name: string, sizes: readonly number[], alerts = 0, change = 0): LiveHunt {
  return {
    hunt: name,
    alerts,
    variables: sizes.map((entities, i) => ({ name: NAMES[i] ?? `v${i}`, entities, change: i === 1 ? change : 0 })),
  };
}

function alert(message: string, chain: readonly string[], status: 'open' | 'retracted' = 'open'): AlertDocument {
  return {
    '@timestamp': '2026-05-01T08:00:03.500Z',
    ecs: { version: '8.17.0' },
    message,
    event: { kind: 'alert', category: ['process'], type: ['info'], severity: 73, risk_score: 73, id: message },
    rule: { id: 'r', name: 'r' },
    host: { name: 'web-01' },
    windhover: {
      hunt: 'node-exploit-shell',
      fingerprint: 'f',
      variable: 'exploits',
      severity: 'high',
      status,
      revision: 1,
      episode: '0',
      suppressed: 0,
      entity: { type: 'process', id: 'x' },
      records: [],
      chain: chain.map((name, i) => ({ name, pid: 900 + i, command_line: `/bin/${name}` })),
      times: { event: '', seen: '', written: '' },
    },
  };
}

const VIEW: LiveView = {
  title: 'windhover demo',
  about: '3 Linux servers (SysFlow), 3 Windows desktops (Sysmon), live',
  elapsedMs: 23_400,
  totalMs: 60_000,
  records: 69_211,
  rates: [800, 2400, 3000, 3012],
  lagMs: 184,
  notes: ['12 late'],
  hunts: [
    hunt('node-exploit-shell', [167, 3, 3, 15, 6, 20], 2, 1),
    hunt('scheduled-task-implant', [3, 190, 0, 0, 0]),
    hunt('web-shell', [0]),
  ],
  alerts: [
    alert('node ran /bin/sh -c /tmp/upd.py -a', ['dash', 'node', 'sh']),
    alert('node ran /bin/sh -c /tmp/old.py -a', ['node', 'sh'], 'retracted'),
  ],
  selected: 0,
  keys: true,
};

const shown = (columns: number, rows: number, view: Partial<LiveView> = {}): string =>
  `\n${renderLiveView({ ...VIEW, ...view }, { columns, rows }, false).join('\n')}\n`;

describe('the live view', () => {
  it('fits 80x24', () => {
    expect(shown(80, 24)).toMatchInlineSnapshot(`
      "
      windhover demo  3 Linux servers (SysFlow), 3 Windows desktops (Sys…  0:23 / 1:00
      3,012 records/s  lag 0.18 s  69,211 records  12 late  ▃▇██

      HUNTS and the sizes of their variables
      node-exploit-shell      2 alerts  shells 167  exploits 3 +1  spawned 3
                                        actions 15  culprits 6  connections 20
      scheduled-task-implant            shells 3  exploits 190  spawned 0  actions 0
                                        culprits 0
      web-shell                         shells 0

      LATEST ALERTS (2)
      ▸ HIGH     node ran /bin/sh -c /tmp/upd.py -a
                 2026-05-01T08:00:03.500Z · host web-01 · hunt node-exploit-shell
                 dash (900)  /bin/dash
                 └ node (901)  /bin/node
                   └ sh (902)  /bin/sh
        HIGH     [retracted 1] node ran /bin/sh -c /tmp/old.py -a
                 2026-05-01T08:00:03.500Z · host web-01 · hunt node-exploit-shell
                 node (900)  /bin/node
                 └ sh (901)  /bin/sh



      q quit   ↑ ↓ choose an alert
      "
    `);
  });

  it('uses 200x50', () => {
    expect(shown(200, 50).trimEnd()).toMatchInlineSnapshot(`
      "
      windhover demo  3 Linux servers (SysFlow), 3 Windows desktops (Sysmon), live                                                                                                                 0:23 / 1:00
      3,012 records/s  lag 0.18 s  69,211 records  12 late  ▃▇██

      HUNTS and the sizes of their variables
      node-exploit-shell      2 alerts  shells 167  exploits 3 +1  spawned 3  actions 15  culprits 6  connections 20
      scheduled-task-implant            shells 3  exploits 190  spawned 0  actions 0  culprits 0
      web-shell                         shells 0

      LATEST ALERTS (2)
      ▸ HIGH     node ran /bin/sh -c /tmp/upd.py -a
                 2026-05-01T08:00:03.500Z · host web-01 · hunt node-exploit-shell
                 dash (900)  /bin/dash
                 └ node (901)  /bin/node
                   └ sh (902)  /bin/sh
        HIGH     [retracted 1] node ran /bin/sh -c /tmp/old.py -a
                 2026-05-01T08:00:03.500Z · host web-01 · hunt node-exploit-shell
                 node (900)  /bin/node
                 └ sh (901)  /bin/sh































      q quit   ↑ ↓ choose an alert"
    `);
  });

  it('says the most important things on 20x5', () => {
    expect(shown(20, 5)).toMatchInlineSnapshot(`
      "
      windho…  0:23 / 1:00
      3,012 records/s  la…
      node-ex…  shells 16…
      … 2 more hunts
      ▸ HIGH     node ran…
      "
    `);
  });

  it('says so when there are no alerts yet, and no records', () => {
    const text = shown(80, 12, { alerts: [], records: 0, rates: [], lagMs: undefined, hunts: [], keys: false });
    expect(text).toMatchInlineSnapshot(`
      "
      windhover demo  3 Linux servers (SysFlow), 3 Windows desktops (Sys…  0:23 / 1:00
      0 records/s  0 records  12 late
      HUNTS and the sizes of their variables
      LATEST ALERTS (0)
      none yet







      "
    `);
  });

  it('counts the hunts that find no room', () => {
    const hunts = Array.from({ length: 20 }, (_, i) => hunt(`hunt-${i}`, [i]));
    const lines = renderLiveView({ ...VIEW, hunts }, { columns: 80, rows: 24 }, false);
    const listed = lines.filter((line) => line.startsWith('hunt-')).length;
    expect(lines.find((line) => line.startsWith('…'))).toBe(`… ${20 - listed} more hunts`);
    expect(lines.join('\n')).toContain('▸ HIGH     node ran');
  });

  it('shows the alert that is chosen whole', () => {
    const alerts = Array.from({ length: 30 }, (_, i) => alert(`alert ${i}`, ['a', 'b', 'c', 'd', 'e']));
    const text = shown(80, 24, { alerts, selected: 17 });
    expect(text).toContain('LATEST ALERTS (18 of 30)');
    expect(text).toMatch(/▸ HIGH {5}alert 17\n.*\n.*… b \(901\)/);
    expect(text).toContain('alert 16');
    expect(text).toContain('alert 18');
  });

  it('colours only when asked to', () => {
    expect(renderLiveView(VIEW, { columns: 80, rows: 24 }, true).join('')).toContain('\u001b[31m');
    expect(shown(80, 24)).not.toContain('\u001b');
  });

  it('keeps its layout at any size, whatever processes and hunts are called', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 90 }),
      fc.constantFrom('日本語のプロセス名'.repeat(6), '\u001b[2J\u001b[1;1H', 'exe.\u202egnp\r\n', '🦅'.repeat(50), ''),
    );
    const views = fc.record({
      hunts: fc.array(
        fc.record({
          hunt: text,
          alerts: fc.nat(12),
          variables: fc.array(fc.record({ name: text, entities: fc.nat(), change: fc.integer() }), { maxLength: 4 }),
        }),
        { maxLength: 9 },
      ),
      alerts: fc.array(
        fc.tuple(text, fc.array(text, { maxLength: 6 })).map(([message, chain]) => alert(message, chain)),
        { maxLength: 6 },
      ),
      selected: fc.integer({ min: 0, max: 8 }),
      about: text,
      notes: fc.array(text, { maxLength: 2 }),
      rates: fc.array(fc.nat(9999), { maxLength: 200 }),
    });
    fc.assert(
      fc.property(views, fc.integer({ min: 1, max: 210 }), fc.integer({ min: 0, max: 60 }), (given, columns, rows) => {
        const plain = renderLiveView({ ...VIEW, ...given }, { columns, rows }, false);
        const coloured = renderLiveView({ ...VIEW, ...given }, { columns, rows }, true);
        expect(plain.length).toBe(rows);
        // oxlint-disable-next-line no-control-regex
        expect(coloured.map((line) => line.replace(/\u001b\[[\d;]*m/g, ''))).toEqual(plain);
        for (const line of plain) {
          expect(line).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
          expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        }
      }),
      { numRuns: 60 },
    );
  });
});
