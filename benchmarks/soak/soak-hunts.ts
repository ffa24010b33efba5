import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sensor } from './planted-processes.ts';

/** The two sources that the bundled hunts name, and the hunts over each, in folders of those names. */
export const SOURCES = ['container1', 'host101'] as const;
export type SourceName = (typeof SOURCES)[number];
export const SENSORS: Readonly<Record<SourceName, Sensor>> = { container1: 'sysflow-ecs', host101: 'winlogbeat' };

/**
 * Bundled hunts without LAST: a window by the wall clock and one by the clock of the records are two questions; and one hunt of
 * our own over each source, on processes that are planted and on what these start.
 */
export function writeHunts(bundled: string, folder: string): void {
  for (const source of SOURCES) {
    mkdirSync(join(folder, source), { recursive: true });
    writeFileSync(ownHuntPath(folder, source), ownHunt(source));
  }
  for (const file of readdirSync(bundled).filter((name) => name.endsWith('.hunt.yaml'))) {
    const text = readFileSync(join(bundled, file), 'utf8');
    const over = SOURCES.filter((source) => text.includes(`FROM ${source}`));
    if (over.length === 1 && !/\bLAST\b/u.test(text))
      cpSync(join(bundled, file), join(folder, over[0] as string, file));
  }
}

export function ownHuntPath(folder: string, source: SourceName): string {
  return join(folder, source, 'planted.hunt.yaml');
}

/** `edition` stands in a comment only: the hunt is another text and the same question. */
export function ownHunt(source: SourceName, edition = 0): string {
  return `# Edition ${edition}.
hunt: planted-${source}
title: A planted process
huntflow: |
  # Edition ${edition}.
  planted  = GET process FROM ${source} WHERE name LIKE 'planted%'
  children = FIND process CREATED BY planted
  DISP children ATTR name, pid SORT BY pid DESC LIMIT 5
alerts:
  - on: planted
    title: '{name} {pid}'
  - on: children
    title: 'child {name} {pid} of {parent_ref.pid}'
`;
}
