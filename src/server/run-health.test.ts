import { describe, expect, test } from 'vitest';
import type { MeteredScope } from '../hunts/run/run-meter.ts';
import type { SinkStatus } from '../sinks/sink-status.ts';
import { RunHealth } from './run-health.ts';

const scope = (...awaited: string[]): MeteredScope => ({
  awaited,
  graph: { size: 0, contentHits: 0 },
  coverage: () => [],
  hunts: () => [],
});

describe('health of a run', () => {
  test('a loop that has not turned for too long is no life, also beside one that turns', () => {
    let now = 0;
    const health = new RunHealth(
      () => now,
      () => [],
      1000,
    );
    const [first, second] = [scope(), scope()];
    now = 5000; // Restoring took long.
    expect(health.alive.ok).toBe(true);
    health.opened(first);
    health.opened(second);
    now = 6000;
    health.turned(first);
    expect(health.alive.ok).toBe(true);
    now = 6001;
    expect(health.alive).toEqual({ ok: false, body: { ok: false, reason: 'no epoch and no idle turn for 1 s' } });
    health.turned(second);
    expect(health.alive.ok).toBe(true);
    now = 9000;
    health.closed(first);
    health.closed(second);
    expect(health.alive.ok).toBe(true);
  });

  test('it is ready once all scopes are restored and all topics open', () => {
    const health = new RunHealth(
      () => 0,
      () => [],
    );
    expect(health.ready).toMatchObject({ ok: false, body: { reason: 'the state is being restored' } });
    health.expect(2);
    health.opened(scope());
    expect(health.ready.ok).toBe(false);
    health.opened(scope('kafka:a', 'kafka:b'));
    health.epoch({ source: 'kafka:a' });
    expect(health.ready).toMatchObject({ ok: false, body: { waiting: ['kafka:b'] } });
    health.epoch({ source: 'kafka:b' });
    expect(health.ready).toEqual({ ok: true, body: { ok: true, degraded: [] } });
  });

  test('what is degraded is named, and the run stays ready', () => {
    const away: SinkStatus = {
      sink: 's',
      pending: 1,
      sent: 0,
      retried: 0,
      rejected: 0,
      problem: { code: 'sink-away' },
    };
    const health = new RunHealth(
      () => 0,
      () => [away],
    );
    health.expect(0);
    health.degraded('k', 'kafka-unreachable');
    health.huntFailed('h');
    health.waitsForDisk(true);
    expect(health.ready).toEqual({
      ok: true,
      body: {
        ok: true,
        degraded: [
          { state: 'disk', code: 'state-full' },
          { source: 'k', code: 'kafka-unreachable' },
          { sink: 's', code: 'sink-away' },
          { hunt: 'h', code: 'hunt-failed' },
        ],
      },
    });
    health.degraded('k');
    expect(JSON.stringify(health.ready)).not.toContain('kafka-unreachable');
  });

  test('a round of other hunts is restored anew, and nothing of the last one is degraded', () => {
    const health = new RunHealth(
      () => 0,
      () => [],
    );
    const first = scope();
    health.expect(1);
    health.opened(first);
    health.degraded('s', 'kafka-unreachable');
    health.huntFailed('h');
    health.closed(first);
    health.expect(1);
    expect(health.ready).toMatchObject({ ok: false, body: { degraded: [] } });
    health.opened(scope());
    expect(health.ready).toMatchObject({ ok: true, body: { degraded: [] } });
  });
});
