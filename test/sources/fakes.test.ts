import { ElasticHistory } from '../../src/sources/elastic/elastic-history.ts';
import { MemoryGateway } from '../../src/sources/elastic/testing/memory-gateway.ts';
import { MemoryKafka } from '../../src/sources/kafka/testing/memory-kafka.ts';
import { testSource } from '../../src/telemetry/source-port.conformance.ts';
import { sourceOf } from '../../src/telemetry/testing/lines.ts';
import { ManualTimer } from '../support/manual-timer.ts';
import { documentsOf } from './documents-of.ts';
import { readBytes, readHistory, readLog } from './read-ports.ts';

let text = '';
testSource({
  name: 'a text in memory',
  endless: false,
  hold: async (items) => {
    text = items.map((item) => `${item}\n`).join('');
  },
  read: (position) => readBytes(sourceOf(text, 97), position),
});

const PLACE = 'elastic+http://memory/items';
const historyOf = (gateway: MemoryGateway): ElasticHistory =>
  new ElasticHistory({ place: PLACE, index: 'items', gateway, timer: new ManualTimer(), random: () => 0.5 });

let gateway = new MemoryGateway([]);
testSource({
  name: 'an Elasticsearch in memory',
  endless: false,
  hold: async (items) => {
    gateway = new MemoryGateway(documentsOf(items).map(({ id, source }) => ({ index: 'items', id, source })));
  },
  read: (position) => readHistory(historyOf(gateway), position),
  missing: () => readHistory(historyOf(new MemoryGateway([], () => 'refused')), undefined),
  missingName: PLACE,
});

let kafka = new MemoryKafka();
let groups = 0;
testSource({
  name: 'a Kafka in memory',
  endless: true,
  hold: async (items) => {
    kafka = new MemoryKafka();
    kafka.topic('items');
    kafka.produce('items', 0, ...items);
  },
  add: async (items) => kafka.produce('items', 0, ...items),
  read: (position) => {
    const topics = { place: 'kafka://memory', topics: ['items'], group: `g${++groups}`, start: 'earliest' } as const;
    return readLog(() => ({ ...topics, client: kafka.client(), timer: new ManualTimer() }), position);
  },
});
