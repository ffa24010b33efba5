import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TerminalIo } from '../terminal-io.ts';
import { MAX_FIELD, MAX_MESSAGE } from './log-text.ts';
import { openRunLog } from './open-run-log.ts';
import type { LogLevel } from './run-events.ts';

function collected(): { readonly io: TerminalIo; readonly text: () => string } {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString('utf8');
      done();
    },
  });
  const io: TerminalIo = {
    stdout: stream,
    stderr: stream,
    env: {},
    cwd: '/',
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    signal: new AbortController().signal,
  };
  return { io, text: () => text };
}

async function logged(message: string, place: string, level: LogLevel = 'info'): Promise<string> {
  const { io, text } = collected();
  const log = await openRunLog({ format: 'json', level }, io);
  await log.event('source-notice', message, { source: 's', place, code: undefined });
  return text();
}

describe('a log of JSON', () => {
  test('is a line per event, with the names of ECS', async () => {
    expect(JSON.parse(await logged('said %s %o %%', 'p'))).toEqual({
      '@timestamp': '2026-01-02T03:04:05.006Z',
      'log.level': 'info',
      'ecs.version': '8.11.0',
      'service.name': 'windhover',
      'process.pid': process.pid,
      'event.action': 'source-notice',
      'windhover.source': 's',
      'windhover.place': 'p',
      message: 'said %s %o %%',
    });
  });

  test('whatever is logged stays one bounded line that acts on nothing', async () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n', '\u2028', '\u202e', '\u001b[2J', '"}\r\n'),
    );
    const hostile = fc.array(unit, { maxLength: 20 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(hostile, fc.integer({ min: 1, max: 3000 }), async (text, times) => {
        const line = await logged(text.repeat(times), text.repeat(times));
        expect(line.endsWith('\n')).toBe(true);
        expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        const document = JSON.parse(line) as Record<string, string>;
        expect(document['event.action']).toBe('source-notice');
        expect(document.message?.length ?? 0).toBeLessThanOrEqual(MAX_MESSAGE);
        expect(document['windhover.place']?.length ?? 0).toBeLessThanOrEqual(MAX_FIELD);
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['https://user:pa@ss@host:9200/x', 'https://***@host:9200/x'],
    ['see http://h/a?x=1&api_key=abc&y=2', 'see http://h/a?x=1&api_key=***&y=2'],
    ['a@b is an address, kafka://h:1/t', 'a@b is an address, kafka://h:1/t'],
  ])('credentials in an address are taken out: %s', async (text, shown) => {
    expect(JSON.parse(await logged(text, text))).toMatchObject({ message: shown, 'windhover.place': shown });
  });

  test('half a secret is not left where a text is cut', async () => {
    const text = `${'x'.repeat(MAX_FIELD - 20)}://user:${'s'.repeat(500)}@host/`;
    expect((JSON.parse(await logged('m', text)) as Record<string, string>)['windhover.place']).not.toContain('sss');
  });

  test('what lies below the level is left out', async () => {
    expect(await logged('m', 'p', 'warn')).toBe('');
  });
});
