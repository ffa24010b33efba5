// Claims: decode + one hunt costs at most twice JSON.parse of the same lines; 100 hunts keep 0.7 of the speed of one.
import { compileHunts, parseLines, ratio, runHunts, telemetry } from './engine.mjs';

const RECORDS = Number(process.env.RECORDS ?? 150_000);
const HUNT = {
  'sysflow-ecs':
    "p = GET process FROM a WHERE parent_ref.name = 'node' AND command_line LIKE '%/tmp/%'\nc = FIND process CREATED BY p",
  winlogbeat: "p = GET process FROM a WHERE command_line LIKE '%-s Schedule'\nc = FIND process CREATED BY p",
};

/** Ends of source ports that a hunt looks for: as many as make it match about 1 record in 1,000. */
const ENDS = { 'sysflow-ecs': { digits: 3, count: 4 }, winlogbeat: { digits: 2, count: 2 } };

/** 100 hunts by a fixed rule: connections whose source port ends in given digits. */
function hundredHunts(format) {
  const { digits, count } = ENDS[format];
  const ends = 10 ** digits;
  return Array.from({ length: 100 }, (_, i) => {
    const ports = Array.from({ length: count }, (_, k) => String((i * 37 + (k * ends) / count) % ends));
    const either = ports.map((port) => `src_port LIKE '%${port.padStart(digits, '0')}'`).join(' OR ');
    return `c = GET network-traffic FROM a WHERE (${either}) AND dst_port != 5432`;
  });
}

export async function throughput() {
  const lines = [];
  for (const format of ['sysflow-ecs', 'winlogbeat']) {
    const bytes = telemetry(format, RECORDS);
    const hunt = compileHunts([HUNT[format]]);
    const one = await ratio(
      async () => parseLines(bytes),
      () => runHunts(bytes, hunt),
    );
    lines.push({ claim: `${format}: JSON.parse alone / decode + one hunt`, ...one, target: 0.5 });
    const hunts = compileHunts(hundredHunts(format));
    const hundred = await ratio(
      () => runHunts(bytes, hunts.slice(0, 1)),
      () => runHunts(bytes, hunts),
      3,
    );
    const { records, members } = await runHunts(bytes, hunts);
    lines.push({
      claim: `${format}: one hunt / 100 hunts (${members} matches in ${records} records)`,
      ...hundred,
      target: 0.7,
    });
  }
  return lines;
}
