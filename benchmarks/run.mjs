// Prints each claim with its ratio of this run. Nothing here fails a build: machines differ, ratios are for reading.
import { alertLatency } from './alert-latency.mjs';
import { backtestBenchmark } from './backtest.mjs';
import { bounded } from './bounded.mjs';
import { crossover } from './crossover.mjs';
import { elastic } from './elastic.mjs';
import { epochs } from './epochs.mjs';
import { followLatency } from './follow-latency.mjs';
import { kafka } from './kafka.mjs';
import { largeState } from './large-state.mjs';
import { liveMemory } from './live-memory.mjs';
import { memory } from './memory.mjs';
import { recordings } from './recordings.mjs';
import { rowsBenchmark } from './rows.mjs';
import { simulation } from './simulation.mjs';
import { sysflowTrace } from './sysflow-trace.mjs';
import { throughput } from './throughput.mjs';

const which = process.argv[2] ?? 'all';
const parts = {
  throughput,
  backtest: backtestBenchmark,
  recordings,
  trace: sysflowTrace,
  follow: followLatency,
  rows: rowsBenchmark,
  epochs,
  crossover,
  bounded,
  kafka,
  elastic,
  latency: alertLatency,
  'live-memory': liveMemory,
  simulation,
  state: largeState,
  memory,
};
/** Against real servers, whose addresses stand in the environment. */
const LIVE = ['kafka', 'elastic', 'latency', 'live-memory'];
const lines = [];
for (const [name, part] of Object.entries(parts))
  if (which === 'all' || which === name || (which === 'live' && LIVE.includes(name))) lines.push(...(await part()));
for (const { claim, median, least, greatest, target, atMost } of lines) {
  const range = least === undefined ? '' : ` (${least.toFixed(2)}–${greatest.toFixed(2)})`;
  const met = atMost ? median <= target : median >= target;
  console.log(
    `${claim}: ${median.toFixed(2)}${range}, ${atMost ? 'at most' : 'at least'} ${target}: ${met ? 'met' : 'NOT met'}`,
  );
}
