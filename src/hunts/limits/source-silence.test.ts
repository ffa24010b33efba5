import { describe, expect, test } from 'vitest';
import { emptyObserver } from '../testing/empty-observer.ts';
import { SourceSilence } from './source-silence.ts';

const MINUTE = 60_000;

function watched(...sources: string[]): { silence: SourceSilence; told: string[] } {
  const told: string[] = [];
  const silence = new SourceSilence(sources, 10 * MINUTE, {
    ...emptyObserver,
    notice: (source, { code, message }) => told.push(`${source} ${code}: ${message.split(':')[0]}`),
  });
  return { silence, told };
}

describe('a live source that stops', () => {
  test('is told once, and once more when it goes on', () => {
    const { silence, told } = watched('a', 'b');
    for (let minute = 0; minute <= 30; minute++) {
      silence.heard('b', minute * MINUTE);
      if (minute < 5 || minute === 25) silence.heard('a', minute * MINUTE);
      silence.look(minute * MINUTE);
    }
    expect(told).toEqual(['a source-silent: no records for 10 min', 'a source-resumed: records again, after 21 min']);
  });

  test('says so too where it never began, counted from the first look', () => {
    const { silence, told } = watched('a');
    silence.look(1000 * MINUTE);
    silence.look(1009 * MINUTE);
    expect(silence.dueIn(1009 * MINUTE)).toBe(MINUTE);
    expect(told).toEqual([]);
    silence.look(1010 * MINUTE);
    expect(told).toHaveLength(1);
    expect(silence.dueIn(1010 * MINUTE)).toBe(Infinity);
  });

  test('lets its time go on by the wall clock, once it is told and until it goes on', () => {
    const { silence } = watched('a');
    silence.heard('a', 0);
    silence.look(9 * MINUTE);
    expect(silence.silentMs('a')).toBe(0);
    silence.look(11 * MINUTE);
    expect(silence.silentMs('a')).toBe(11 * MINUTE);
    silence.heard('a', 12 * MINUTE);
    expect(silence.silentMs('a')).toBe(0);
  });

  test('is not told where the clock of the machine was set back', () => {
    const { silence, told } = watched('a');
    silence.heard('a', 1000 * MINUTE);
    silence.look(5 * MINUTE);
    silence.look(14 * MINUTE);
    expect(told).toEqual([]);
    silence.look(15 * MINUTE);
    expect(told).toHaveLength(1);
  });
});
