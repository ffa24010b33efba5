import { expect, test } from 'vitest';
import { BatchBuilder } from '../batch-builder.ts';
import { demandOf } from '../testing/lines.ts';
import { header } from '../testing/trace-records.ts';
import { TraceEntities } from './trace-entities.ts';
import { TraceEvent } from './trace-event.ts';
import { TraceRowWriter } from './trace-row-writer.ts';

test('the host of a segment outlasts the batch after which all hosts are forgotten', () => {
  const builder = new BatchBuilder({ source: 's', place: 'p', seed: 1, hostAliases: new Map() });
  const entities = new TraceEntities();
  const writer = new TraceRowWriter(builder, demandOf(['process']), entities);
  const batch = (): string[] => {
    builder.begin(0);
    writer.begin();
    for (let i = 0; i < 2; i++) writer.write('PE', new TraceEvent(), Buffer.alloc(16), 0, 16);
    return Array.from(builder.host.subarray(0, builder.size), (code) => builder.hosts.text(code));
  };
  entities.apply('SFHeader', header({ exporter: 'Node-7' })[1]);
  expect(batch()).toEqual(['Node-7', 'Node-7']);
  for (let i = 0; i < 66_000; i++) builder.setHost(0, `made-up-${i}`, false);
  expect(batch()).toEqual(['Node-7', 'Node-7']);
  expect(builder.hosts.epoch).toBe(1);
  expect(batch()).toEqual(['Node-7', 'Node-7']);
});
