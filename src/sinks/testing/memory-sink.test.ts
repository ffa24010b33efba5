import type { AlertDocument } from '../../hunts/alerts/alert-document.ts';
import { testAlertSink } from '../alert-sink.conformance.ts';
import { latestOf, MemorySink } from './memory-sink.ts';
import { testAlert } from './test-alert.ts';

let taken: AlertDocument[] = [];
let sink: MemorySink;
const poison = testAlert('poison');

function opened(): MemorySink {
  sink = new MemorySink(taken);
  sink.poison.add('poison');
  return sink;
}

testAlertSink({
  name: 'the memory sink',
  open: async () => {
    taken = [];
    return opened();
  },
  reopen: async () => opened(),
  latest: async () => latestOf(taken),
  away: () => void sink.mishaps.push({ kind: 'lost-answer', taken: 1 }),
  back: () => void sink.mishaps.splice(0),
  poison,
});
