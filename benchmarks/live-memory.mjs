// Claim: five million records of 200 hosts over 20 hours pass from a topic through ten hunts with a state, and the process stays
// under 512 MB. `--retention 1h`: with the usual 24 hours all of it would be kept.
// Needs a broker at WINDHOVER_TEST_KAFKA (see CONTRIBUTING.md). The topic takes some 3 GB.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import kafkajs from 'kafkajs';
import { imageEnvironment } from './image-environment.mjs';
import { TEN_HUNTS } from './ten-hunts.mjs';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const PORT = 19_467;

export async function liveMemory(records = Number(process.env.MEMORY_RECORDS ?? 5_000_000)) {
  const broker = process.env.WINDHOVER_TEST_KAFKA;
  if (broker === undefined) return [];
  const folder = mkdtempSync(join(tmpdir(), 'windhover-bench-'));
  const topic = `bench-${randomBytes(5).toString('hex')}`;
  const uri = `kafka://${broker}/${topic}`;
  const rate = Math.max(1, Math.round(records / (20 * 3600)));
  const admin = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.createTopics({ topics: [{ topic, numPartitions: 4 }], waitForLeaders: true });
    for (const [i, text] of TEN_HUNTS.entries()) writeFileSync(join(folder, `hunt-${i}.hf`), text);
    const simulate = ['simulate', '--to', uri, '--hosts', '200', '--records', String(records), '--rate', String(rate)];
    await ended(spawn(process.execPath, [main, ...simulate, '--compression', 'lz4'], { stdio: 'ignore' }), [0]);
    const started = Date.now();
    const flags = ['--retention', '1h', '--state', join(folder, 'state'), '--metrics', `127.0.0.1:${PORT}`];
    const env = { ...process.env, ...imageEnvironment() };
    const run = spawn(process.execPath, [main, 'run', folder, '--source', uri, ...flags], { stdio: 'ignore', env });
    const done = ended(run, [130]);
    let peak = 0;
    for (let taken = 0; taken < records;) {
      await Promise.race([new Promise((next) => setTimeout(next, 1000)), done]);
      const text = await fetch(`http://127.0.0.1:${PORT}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      );
      peak = Math.max(peak, Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1] ?? 0));
      const counts = [...text.matchAll(/^windhover_(?:records|refused)_total\{[^}]*\} (\d+)/gm)];
      taken = counts.reduce((sum, [, count]) => sum + Number(count), 0);
    }
    const seconds = Math.round((Date.now() - started) / 1000);
    run.kill('SIGINT');
    await done;
    return [
      {
        claim: `Kafka: ${records} records, 200 hosts, 20 h, ten hunts, state, --retention 1h: peak RSS in MB (${seconds} s)`,
        median: peak / 1024 / 1024,
        target: 512,
        atMost: true,
      },
    ];
  } finally {
    await admin.deleteTopics({ topics: [topic] }).catch(() => {});
    await admin.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ended(child, codes) {
  const code = await new Promise((done) => child.on('exit', done));
  if (!codes.includes(code)) throw new Error(`ended with ${code}`);
}
