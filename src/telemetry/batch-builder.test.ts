import { expect, test } from 'vitest';
import { BatchBuilder } from './batch-builder.ts';

test('hosts that telemetry makes up are forgotten at a batch border, and go by the same names afterwards', () => {
  const builder = new BatchBuilder({ source: 's', place: 'p', seed: 1, hostAliases: new Map([['web', 'web-01']]) });
  builder.addKind('k', []);
  let most = 0;
  const epochs = new Set<number>();
  for (let batch = 0; batch < 300; batch++) {
    builder.begin(batch * 512);
    for (let i = 0; i < 512; i++) {
      const row = builder.addRow(0, 0, 1);
      const folded = i % 2 === 0;
      const name = i === 0 ? 'WEB' : `Made-Up-${batch}-${i}`;
      builder.setHost(row, name, folded);
      const expected = i === 0 ? 'web-01' : folded ? name.toLowerCase() : name;
      if (i < 4) expect(builder.hosts.text(builder.host[row] as number)).toBe(expected);
    }
    most = Math.max(most, builder.hostSpellings, builder.hosts.size);
    epochs.add(builder.hosts.epoch);
  }
  expect(most).toBeLessThanOrEqual(65_536 + 512);
  expect(epochs.size).toBe(3);
});

test('spellings of one host are forgotten too', () => {
  const builder = new BatchBuilder({ source: 's', place: 'p', seed: 1, hostAliases: new Map() });
  builder.addKind('k', []);
  let most = 0;
  for (let batch = 0; batch < 300; batch++) {
    builder.begin(batch * 512);
    for (let i = 0; i < 512; i++) {
      // So many ways to write one name.
      const bits = (batch * 512 + i).toString(2).padStart(18, '0');
      const name = [...bits].map((bit) => (bit === '1' ? 'A' : 'a')).join('');
      builder.setHost(builder.addRow(0, 0, 1), name);
    }
    expect(builder.hosts.size).toBe(1);
    most = Math.max(most, builder.hostSpellings);
  }
  expect(most).toBeLessThanOrEqual(65_536 + 512);
});
