// Claims: made-up telemetry comes faster than JSON.stringify writes the same documents; a core makes 100,000 records a second.
import { Simulation } from '../dist/simulate/simulation.js';
import { ratio } from './engine.mjs';

const RECORDS = Number(process.env.RECORDS ?? 150_000);
const LINUX = ['sysflow-ecs', 'sf'];

/** Bytes of so many records, as they would be written; `keep` gets each piece. */
function make(format, keep) {
  const linux = LINUX.includes(format);
  const simulation = new Simulation({
    ...{ seed: 1, linuxHosts: linux ? 8 : 0, windowsHosts: linux ? 0 : 8 },
    ...(linux ? { linuxFormat: format } : { windowsFormat: format }),
    ...{ start: Date.UTC(2026, 4, 1, 8), rate: 1000, attacks: {}, attackSpanMs: 1 },
    ...{ duplicates: 0, late: { share: 0, maxMs: 0 } },
  });
  let length = 0;
  for (const { text, bytes } of simulation.chunks({ records: RECORDS })) {
    const piece = bytes ?? Buffer.from(text, 'utf8');
    length += piece.length;
    keep?.(piece);
  }
  return length;
}

function documentsOf(format) {
  const pieces = [];
  make(format, (piece) => pieces.push(piece));
  return Buffer.concat(pieces)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function stringify(documents) {
  let length = 0;
  for (let at = 0; at < documents.length; at += 512) {
    let text = '';
    for (const document of documents.slice(at, at + 512)) text += `${JSON.stringify(document)}\n`;
    length += Buffer.from(text, 'utf8').length;
  }
  return length;
}

export async function simulation() {
  const lines = [];
  for (const format of ['sysflow-ecs', 'winlogbeat', 'nxlog']) {
    const documents = documentsOf(format);
    const against = await ratio(
      () => stringify(documents),
      () => make(format),
      5,
    );
    lines.push({
      claim: `simulate ${format}: JSON.stringify of the same documents / making them`,
      ...against,
      target: 1,
    });
  }
  for (const format of ['sysflow-ecs', 'sf', 'winlogbeat', 'nxlog']) {
    const runs = [];
    for (let round = -1; round < 5; round++) {
      // Of processor time: what else runs on the machine is no part of the claim.
      const before = process.cpuUsage();
      make(format);
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) runs.push((RECORDS / (user + system)) * 10);
    }
    runs.sort((a, b) => a - b);
    lines.push({ claim: `simulate ${format}: 100,000 records a second of processor time`, median: runs[2], target: 1 });
  }
  return lines;
}
