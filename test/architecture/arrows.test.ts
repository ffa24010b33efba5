import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../../src');

/**
 * Which rooms a room may import from. Data flows left to right, and no room knows a room further right; ports (the
 * files named) may be known by those who need them. The command line is the only place that knows every room.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  files: [],
  catalogue: [],
  language: ['catalogue'],
  analytics: ['catalogue'],
  plan: ['language', 'catalogue', 'telemetry/demand.ts'],
  telemetry: ['catalogue', 'errors'],
  sources: [
    'errors',
    'telemetry/decoder.ts',
    'telemetry/document-history.ts',
    'telemetry/left-out.ts',
    'telemetry/live-places.ts',
    'telemetry/message-log.ts',
    'telemetry/message-range.ts',
    'telemetry/kept-fields.ts',
    'telemetry/timer.ts',
  ],
  store: ['errors', 'files'],
  graph: ['telemetry', 'catalogue', 'errors', 'store/state-store.ts', 'store/state-keys.ts', 'store/state-codec.ts'],
  dataflow: ['analytics', 'graph', 'telemetry', 'plan', 'language/ast.ts', 'catalogue', 'errors'],
  hunts: [
    'dataflow',
    'graph',
    'plan',
    'language',
    'telemetry',
    'catalogue',
    'errors',
    'store/state-store.ts',
    'store/fail-stop-store.ts',
    'store/state-keys.ts',
    'store/state-codec.ts',
    'store/state-key-parser.ts',
  ],
  sinks: [
    'hunts',
    'catalogue',
    'errors',
    'files',
    'store/rocks-state-store.ts',
    'sources/elastic/bounded-connection.ts',
    'sources/elastic/client-options.ts',
    'sources/elastic/elastic-library.ts',
    'sources/elastic/elastic-privileges.ts',
    'sources/elastic/elastic-settings.ts',
    'sources/elastic/elastic-trouble.ts',
    'sources/elastic/elastic-words.ts',
    'sources/kafka/kafka-problem.ts',
    'sources/kafka/kafka-settings.ts',
    'sources/kafka/open-kafkajs.ts',
    'telemetry/record-batch.ts',
    'telemetry/timer.ts',
  ],
  server: ['hunts/run/run-meter.ts', 'sinks/sink-status.ts', 'errors'],
  backtest: [
    'telemetry/record-batch.ts',
    'sinks/terminal',
    'hunts',
    'dataflow',
    'plan',
    'language',
    'catalogue',
    'errors',
  ],
  tables: ['catalogue', 'errors', 'language/loaded-table.ts', 'telemetry/stix/exact-integers.ts'],
  simulate: ['errors', 'telemetry/sysflow/sysflow-schema.ts'],
  replay: ['sources', 'telemetry', 'sinks/kafka/kafka-producer.ts', 'errors'],
  cli: ['*'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : sourceFiles(path);
    return entry.name.endsWith('.ts') && !/\.(test|conformance|d)\.ts$/.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\bfrom '(\.{1,2}\/[^']+)'/g)].map((match) => ({
    file: relative(SRC, file),
    target: relative(SRC, resolve(dirname(file), match[1] as string)),
  }));
}

const roomOf = (path: string): string => path.split('/')[0] as string;

function isAllowed({ file, target }: Import): boolean {
  const room = roomOf(file);
  if (!file.includes('/')) return true;
  if (roomOf(target) === room) return true;
  return (ARROWS[room] ?? []).some(
    (allowed) =>
      allowed === '*' || allowed === roomOf(target) || allowed === target || target.startsWith(`${allowed}/`),
  );
}

describe('the arrows between rooms', () => {
  const files = sourceFiles(SRC);

  test('every room is on the map', () => {
    const rooms = new Set(
      files
        .map((file) => relative(SRC, file))
        .filter((file) => file.includes('/'))
        .map(roomOf),
    );
    expect([...rooms].filter((room) => ARROWS[room] === undefined)).toEqual([]);
  });

  test('imports follow them', () => {
    const wrong = files.flatMap(importsOf).filter((each) => !isAllowed(each));
    expect(wrong.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  test('an import against an arrow would be seen', () => {
    expect(isAllowed({ file: 'graph/entity-graph.ts', target: 'dataflow/scope.ts' })).toBe(false);
    expect(isAllowed({ file: 'language/ast.ts', target: 'plan/hunt-plan.ts' })).toBe(false);
    expect(isAllowed({ file: 'plan/plan-demand.ts', target: 'telemetry/record-batch.ts' })).toBe(false);
    expect(isAllowed({ file: 'cli/run/run.ts', target: 'graph/entity-graph.ts' })).toBe(true);
  });
});
