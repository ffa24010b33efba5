import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineBatchReader } from '../line-batch-reader.ts';
import { ALL_SHAPES, decodeOptions, plainBatches, readLines, sourceOf } from '../testing/lines.ts';
import { otherChannel } from './other-channel.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';

function event(channel: unknown, more: object = {}): Record<string, unknown> {
  return {
    EventTime: '2026-05-01 06:00:00',
    EventID: 5,
    Channel: channel,
    Hostname: 'ws1',
    UtcTime: '2026-05-01 10:00:00.123',
    '@timestamp': '2026-05-01T10:00:02.5Z',
    ProcessGuid: '{AAAA0000-0000-5F51-1800-000000000501}',
    ...more,
  };
}

const channelOf = (text: string): string | undefined => otherChannel(Buffer.from(text));

describe('the channel of a Windows event that is none of Sysmon', () => {
  test('is found wherever it stands, with blanks around its colon or without', () => {
    expect(channelOf('{"EventID":4688,"Channel":"Security","a":1}')).toBe('Security');
    expect(channelOf('{ "Channel" : "Windows PowerShell" }')).toBe('Windows PowerShell');
  });

  test.each([
    ['an event of Sysmon', `{"Channel":"${SYSMON}"}`],
    ['one that speaks of Sysmon', '{"Channel":"System","Message":"Microsoft-Windows-Sysmon has started"}'],
    ['a name within a text', '{"Message":"{\\"Channel\\":\\"Security\\"}"}'],
    ['no name', '{"EventID":1,"Channel":""}'],
    ['a name with signs that are escaped', '{"Channel":"Secur\\u0069ty"}'],
    ['a name of other letters', '{"Channel":"Sécurité"}'],
    ['a name without an end', `{"Channel":"${'a'.repeat(200)}"}`],
    ['a number', '{"Channel":7}'],
    ['a list', '[{"Channel":"Security"}]'],
    ['a document that is cut off', '{"Channel":"Security","Message":"half'],
    ['a name that is cut off', '{"Channel":"Sec}'],
    ['nothing', ''],
  ])('is not told of %s', (_what, text) => {
    expect(channelOf(text)).toBeUndefined();
  });
});

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('"Channel":"Security"', '","Channel":"Security","', SYSMON, '{"Channel":"Security"}', '\\', '}'),
);
const channel = fc.constantFrom<unknown>(SYSMON, SYSMON, 'Security', 'System', 'Sé', '', 7, null, 'a"b', '-Sysmon');
const more = fc.dictionary(
  fc.constantFrom('a', 'Message', 'RecordNumber', 'EventData', 'EventReceivedTime', 'Image'),
  fc.oneof(text, fc.integer(), fc.record({ Channel: channel, EventID: fc.nat() }), fc.array(text)),
);

describe('lines of several channels', () => {
  test('come to the same whether those of other channels are parsed or not', async () => {
    const parsing = ALL_SHAPES.map(({ ignoredUnparsed: _ignoredUnparsed, ...shape }) => shape);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(channel, more), { maxLength: 12 }), fc.boolean(), async (events, flipped) => {
        const documents = events.map(([name, fields]) => {
          const document = event(name, fields);
          return flipped ? Object.fromEntries(Object.entries(document).reverse()) : document;
        });
        const lines = [event(SYSMON), ...documents].map((each) => `${JSON.stringify(each)}\n`).join('');
        const parsed = await plainBatches(new LineBatchReader(sourceOf(lines), decodeOptions(), parsing));
        expect(await readLines(lines)).toEqual(parsed);
      }),
    );
  });

  test('are told by name, and one that is broken behind its channel costs nothing', async () => {
    const other = JSON.stringify(event('Security'));
    const broken = [
      other.replace('"ws1"', 'ws1'),
      other.slice(0, -20),
      JSON.stringify(event(SYSMON)).replace('ID":5', 'ID":'),
    ];
    const reader = new LineBatchReader(
      sourceOf([JSON.stringify(event(SYSMON)), other, ...broken].join('\n')),
      decodeOptions(),
      ALL_SHAPES,
    );
    for await (const batch of reader.batches()) {
      expect([batch.size, batch.ignored, batch.undecodable]).toEqual([1, 2, 2]);
      expect(batch.ignoredAs).toEqual(new Map([['events of Security', 2]]));
    }
  });
});
