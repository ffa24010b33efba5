import { describe, expect, it } from 'vitest';
import { demoAttacks } from './demo-attacks.ts';

const NODE = 'node-exploit-shell';
const TASK = 'scheduled-task-implant';

describe('the attacks of the demo', () => {
  it('are those that a bundled hunt should answer, several of each where there are few', () => {
    const { counts, hunts } = demoAttacks(new Set([NODE, TASK]), 60_000);
    expect(counts['node-exploit']).toBe(3);
    expect(hunts.get('scheduled-task')).toEqual({ [TASK]: 1 });
    expect(Object.keys(demoAttacks(new Set([TASK]), 60_000).counts)).toEqual(['scheduled-task']);
    expect(demoAttacks(new Set(['another']), 60_000)).toMatchObject({ counts: {}, pace: 1 });
  });

  it('go faster the shorter the demo is, and as they are where there is time', () => {
    const [short, long] = [10_000, 60_000].map((totalMs) => demoAttacks(new Set([NODE, TASK]), totalMs).pace);
    expect((short as number) / (long as number)).toBeCloseTo(6);
    expect(demoAttacks(new Set([NODE, TASK]), 600_000).pace).toBe(1);
    expect(demoAttacks(new Set([NODE]), 60_000).pace).toBeLessThan(long as number);
  });

  it('leave out what would not be itself if it were hastened, and tell when there is time for it', () => {
    const hunts = new Set([NODE, 'slow-beacon']);
    const { counts, tooSlow } = demoAttacks(hunts, 60_000);
    expect(Object.keys(counts)).toEqual(['node-exploit']);
    const seconds = tooSlow.get('slow-beacon') ?? 0;
    expect(Object.keys(demoAttacks(hunts, seconds * 1000).counts)).toContain('slow-beacon');
    expect(Object.keys(demoAttacks(hunts, seconds * 500).counts)).not.toContain('slow-beacon');
  });
});
