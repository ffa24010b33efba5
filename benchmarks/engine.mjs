// What the benchmarks share: telemetry in memory, and a run of the built engine over it.
import { checkHuntflow } from '../dist/language/check/check-huntflow.js';
import { planHuntflow } from '../dist/plan/plan-huntflow.js';
import { DemandBuilder } from '../dist/plan/plan-demand.js';
import { EntityGraph } from '../dist/graph/entity-graph.js';
import { HuntDataflow } from '../dist/dataflow/hunt-dataflow.js';
import { Scope } from '../dist/dataflow/scope.js';
import { openBatches } from '../dist/telemetry/open-batches.js';
import { Simulation } from '../dist/simulate/simulation.js';

/** Documents of 20 hosts as lines. `start`: ms; `rate`: records a second of their time. */
export function telemetry(format, records, seed = 1, start = Date.UTC(2026, 4, 1, 8), rate = 1000) {
  const simulation = new Simulation({
    seed,
    linuxHosts: format === 'sysflow-ecs' ? 20 : 0,
    windowsHosts: format === 'winlogbeat' ? 20 : 0,
    start,
    rate,
    attacks: {},
    attackSpanMs: 1,
    duplicates: 0,
    late: { share: 0, maxMs: 0 },
  });
  const parts = [];
  for (const { text } of simulation.chunks({ records })) parts.push(Buffer.from(text));
  return Buffer.concat(parts);
}

/** JSON.parse of every line, from bytes: what no engine that reads whole documents can beat. */
export function parseLines(bytes) {
  let lines = 0;
  for (let start = 0; start < bytes.length;) {
    let end = bytes.indexOf(10, start);
    if (end < 0) end = bytes.length;
    if (end > start) {
      JSON.parse(bytes.toString('utf8', start, end));
      lines++;
    }
    start = end + 1;
  }
  return lines;
}

export function compileHunts(huntflows) {
  return huntflows.map((text) => {
    const { plan, diagnostics } = planHuntflow(checkHuntflow(text));
    if (plan === undefined) throw new Error(diagnostics[0]?.message ?? text);
    return plan;
  });
}

/** An engine in memory that reads one chunk of bytes after another as the parts of one source. `retentionMs`: of event time. */
export async function openEngine(plans, retentionMs = Infinity) {
  const demand = new DemandBuilder();
  for (const plan of plans) demand.addPlan(plan);
  const graph = new EntityGraph(demand.build(), { retains: retentionMs !== Infinity });
  const scope = new Scope(
    graph,
    plans.map((plan, i) => new HuntDataflow(`h${i}`, plan, graph, { resolveSource: () => 's' })),
    {
      load: async () => {},
      retentionMs,
      latenessMs: 60_000,
      onHuntFailure: (hunt, error) => {
        throw error;
      },
    },
  );
  await scope.start('record');
  const options = {
    demand: demand.build(),
    batchSize: 512,
    maxSpanMs: scope.smallestWindowMs,
    maxLineBytes: 1 << 24,
    hostAliases: new Map(),
    seed: 1,
  };
  /** Records in these bytes, and the milliseconds that their epochs took, decoding apart. */
  const read = async (bytes) => {
    const reader = await openBatches(memorySource(bytes), options);
    let records = 0;
    let ms = 0;
    for await (const batch of reader.batches()) {
      records += batch.size;
      const start = performance.now();
      await scope.process(batch, 's');
      scope.forgetChanges();
      ms += performance.now() - start;
    }
    return { records, ms };
  };
  return { scope, read, decode: options };
}

function memorySource(bytes) {
  return {
    source: 's',
    place: 'memory',
    async *open(offset) {
      for (let at = offset; at < bytes.length; at += 1 << 18)
        yield { bytes: bytes.subarray(at, at + (1 << 18)), offset: at };
    },
  };
}

/** Decode + hunts over the bytes; answers with the members of all variables. */
export async function runHunts(bytes, plans) {
  const { scope, read } = await openEngine(plans);
  const { records } = await read(bytes);
  const members = scope.hunts.reduce(
    (sum, hunt) => sum + hunt.plan.variables.reduce((n, { listing }) => n + hunt.at(listing.node).members.size, 0),
    0,
  );
  return { records, members };
}

export async function timed(work) {
  const start = process.hrtime.bigint();
  const result = await work();
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, result };
}

/** Median ratio a / b over rounds in which both run in turn, after two rounds of warm-up. */
export async function ratio(a, b, rounds = 7) {
  const ratios = [];
  for (let round = -2; round < rounds; round++) {
    const x = await timed(a);
    const y = await timed(b);
    if (round >= 0) ratios.push(x.ms / y.ms);
  }
  ratios.sort((p, q) => p - q);
  return { median: ratios[rounds >> 1], least: ratios[0], greatest: ratios.at(-1) };
}
