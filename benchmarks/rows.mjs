// Claim: an epoch of GROUP, JOIN or LIMIT costs what it changes: over a million members at most 1.5 times that over a thousand.
import { Subject } from 'rxjs';
import { GroupOperator } from '../dist/dataflow/operators/group-operator.js';
import { JoinOperator } from '../dist/dataflow/operators/join-operator.js';
import { LimitOperator } from '../dist/dataflow/operators/limit-operator.js';
import { DerivedRows } from '../dist/graph/derived-rows.js';

const MEMBERS = Number(process.env.MEMBERS ?? 1_000_000);
const CHANGES = 500;
const EPOCHS = 60;
const path = (attribute) => ({ text: attribute, written: attribute, steps: [], attribute });

/** Members in groups of a thousand, or in one; a number that changes by epoch, and a key that few share. */
class Members {
  output = new Subject();
  members = new Set();
  epochs = new Map();

  reader = {
    missing: () => undefined,
    names: () => new Set(),
    value: (handle, { attribute }) => {
      const epoch = this.epochs.get(handle) ?? 0;
      if (attribute === 'group') return Math.floor(handle / 1001);
      if (attribute === 'all') return 0;
      return attribute === 'pair' ? handle : handle + epoch;
    },
    values: (handle, at) => [this.reader.value(handle, at)],
  };

  enter(handles) {
    for (const handle of handles) this.members.add(handle);
    this.output.next({ epoch: 0, cause: 'record', entered: handles, left: [], touched: [] });
  }

  touch(handles, epoch) {
    for (const handle of handles) this.epochs.set(handle, epoch);
    this.output.next({ epoch, cause: 'record', entered: [], left: [], touched: handles });
  }
}

const group = (key) => (input, rows) => {
  const aggregates = ['COUNT', 'NUNIQUE', 'MIN', 'MAX', 'SUM', 'AVG'].map((name) => ({
    function: name,
    path: path('number'),
    alias: name,
  }));
  const keys = [{ kind: 'attribute', path: path(key) }];
  const node = { op: 'group', statement: 0, type: 'process', input: 0, id: 'g#1', keys, aggregates, automatic: false };
  return new GroupOperator(node, input, input.reader, rows);
};

function join(input, rows) {
  const other = new Members();
  const by = [path('pair'), path('pair')];
  const operator = new JoinOperator(
    { op: 'join', statement: 0, type: 'process', left: 0, right: 1, id: 'j#1', by },
    [input, other],
    input.reader,
    rows,
  );
  other.enter(Array.from({ length: 500 }, (_, i) => i + 1));
  return operator;
}

/** Sorted by a number that changes, in the middle of the order. */
function limit(input, rows) {
  const sort = [{ path: path('number'), direction: 'asc' }];
  const node = { op: 'limit', statement: 0, type: 'process', input: 0, sort, offset: 100, limit: 200 };
  return new LimitOperator(node, input, { byRecord: false, rows, reader: input.reader });
}

const identity = { typeOf: () => 'process', keyOf: (handle) => `e${handle}`, compareKeys: (a, b) => a - b };

/** Milliseconds of each epoch that touches the same members, of `size` ones. */
function epochs(make, size) {
  const rows = new DerivedRows(identity);
  const input = new Members();
  const operator = make(input, rows);
  for (let at = 1; at <= size; at += 10_000) {
    input.enter(Array.from({ length: Math.min(10_000, size - at + 1) }, (_, i) => at + i));
    operator.apply({ epoch: 0, cause: 'record' });
    rows.sweep();
  }
  const touched = Array.from({ length: CHANGES }, (_, i) => i + 1);
  return (epoch) => {
    const start = performance.now();
    input.touch(touched, epoch);
    operator.apply({ epoch, cause: 'record' });
    rows.sweep();
    return performance.now() - start;
  };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

export function rowsBenchmark() {
  return Object.entries({
    GROUP: group('group'),
    'GROUP, one huge group': group('all'),
    JOIN: join,
    'LIMIT by SORT': limit,
  }).map(([name, make]) => {
    const few = epochs(make, 1000);
    const many = epochs(make, MEMBERS);
    const times = { few: [], many: [] };
    for (let epoch = 1; epoch <= 3 * EPOCHS; epoch++) {
      const both = { few: few(epoch), many: many(epoch) };
      if (epoch <= EPOCHS) continue;
      times.few.push(both.few);
      times.many.push(both.many);
    }
    const claim = `${name}: an epoch of ${CHANGES} changes, ${MEMBERS} members / 1000 (${median(times.many).toFixed(2)} ms)`;
    return { claim, median: median(times.many) / median(times.few), target: 1.5, atMost: true };
  });
}
