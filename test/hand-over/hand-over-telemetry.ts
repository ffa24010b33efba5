import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Message, RealTopics } from '../kafka/real-topics.ts';
import { runWindhover } from '../support/run-windhover.ts';

export const HUNT = resolve(import.meta.dirname, '../../hunts/node-exploit-shell.hunt.yaml');
export const PARTITIONS = 3;

export interface Simulation {
  readonly records: number;
  /** When attacks begin, seconds from the first record, at least 1; there are 200 records a second. */
  readonly attacksAt: readonly number[];
  /** How long ago the first record is. */
  readonly agoMs: number;
  readonly seed: number;
}

/** Lines of six hosts, written to the file, too. */
export async function simulated(file: string, { records, attacksAt, agoMs, seed }: Simulation): Promise<string[]> {
  const start = new Date(Date.now() - agoMs).toISOString();
  const attacks = attacksAt.flatMap((at) => ['--attack', `node-exploit@${at}s`]);
  const kind = ['--format', 'sysflow-ecs', ...attacks, '--hosts', '6'];
  const size = ['--records', `${records}`, '--seed', `${seed}`];
  const { code, stderr } = await runWindhover(['simulate', ...kind, ...size, '--start', start, '--out', file]);
  if (code !== 0) throw new Error(stderr);
  return readFileSync(file, 'utf8').trimEnd().split('\n');
}

/** Alerts that stand after a run over the file alone. */
export async function alertsOver(file: string): Promise<string[]> {
  const log = `${file}.alerts`;
  await runWindhover(['run', HUNT, '--source', file, '--alerts', log]);
  return standing(readFileSync(log, 'utf8'));
}

interface Line {
  readonly kind?: string;
  readonly event: { readonly id: string };
  readonly windhover: { readonly status: string };
}

/** Alerts of an alert log, or of a run's ndjson, that stand, each in its last revision, sorted: `id status`. */
export function standing(log: string): string[] {
  const last = new Map<string, string>();
  // The last line may be on its way.
  for (const line of log.split('\n').slice(0, -1)) {
    const { kind = 'alert', event, windhover } = JSON.parse(line) as Line;
    if (kind === 'alert') last.set(event.id, `${event.id} ${windhover.status}`);
  }
  return [...last.values()].filter((each) => !each.endsWith('retracted')).sort();
}

/** Writes these lines to a topic: a host is in one partition, in its order. */
export async function produce(topics: RealTopics, topic: string, lines: readonly string[]): Promise<void> {
  const messages = lines.map((value): Message => {
    const { host, '@timestamp': time } = JSON.parse(value) as { host: { id: string }; '@timestamp': string };
    const partition = [...host.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % PARTITIONS;
    return { key: host.id, value, partition, timestamp: `${Date.parse(time)}` };
  });
  for (let at = 0; at < messages.length; at += 500) await topics.produce(topic, messages.slice(at, at + 500), 'lz4');
}

export interface HandOver {
  /** Address of the Elasticsearch that has the history. */
  readonly history: string;
  readonly index: string;
  readonly broker: string;
  readonly topic: string;
  /** Address of the Elasticsearch that takes the alerts. */
  readonly elastic: string;
  readonly alias: string;
}

/** A configuration whose source goes from an index to a topic, with alerts to an index. */
export function handOverConfig({ history, index, broker, topic, elastic, alias }: HandOver): string {
  return [
    'sources:',
    '  container1:',
    `    history: {elastic: {url: "${history}", index: ${index}}}`,
    `    live: {kafka: {brokers: ["${broker}"], topics: [${topic}], session_timeout: 3s}}`,
    '    overlap: 20s',
    'alerts:',
    `  - elastic: {url: "${elastic}", index: ${alias}}`,
  ].join('\n');
}
