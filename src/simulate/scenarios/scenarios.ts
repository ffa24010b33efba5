import { credentialDumping } from './credential-dumping.ts';
import { lateralMovement } from './lateral-movement.ts';
import { massEncryption } from './mass-encryption.ts';
import { nodeExploit } from './node-exploit.ts';
import type { Scenario } from './scenario.ts';
import { scheduledTaskPersistence } from './scheduled-task-persistence.ts';
import { SLOW_BEACON_LONGEST_MS, slowBeacon } from './slow-beacon.ts';
import { webShell } from './web-shell.ts';

export const SCENARIO_NAMES = [
  'node-exploit',
  'scheduled-task',
  'web-shell',
  'credential-dumping',
  'lateral-movement',
  'slow-beacon',
  'mass-encryption',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** Every attack that can be planted, by the name it is asked for. */
export const SCENARIO_TABLE: Readonly<Record<ScenarioName, Scenario>> = {
  'node-exploit': { on: 'linux', longestMs: 40_000, play: nodeExploit },
  'scheduled-task': { on: 'windows', longestMs: 70_000, play: scheduledTaskPersistence },
  'web-shell': { on: 'linux', longestMs: 30_000, play: webShell },
  'credential-dumping': { on: 'windows', longestMs: 25_000, play: credentialDumping },
  'lateral-movement': { on: 'two-windows', longestMs: 22_000, play: lateralMovement },
  'slow-beacon': { on: 'windows', longestMs: SLOW_BEACON_LONGEST_MS, keepsPace: true, play: slowBeacon },
  'mass-encryption': { on: 'windows', longestMs: 16_000, play: massEncryption },
};
