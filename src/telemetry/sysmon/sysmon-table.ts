import type { PathTable } from '../path-table.ts';
import { resolvedAddress, SYSMON_CELLS } from './sysmon-cells.ts';
import { FEW_ADDRESSES, KIND_VARIANTS, MANY_ADDRESSES } from './sysmon-events.ts';
import { SYSMON_SLOTS } from './sysmon-slots.ts';

const RECORD = ['host', 'event', 'observation'];
const ACTOR = ['process', 'binary', 'binary-directory', 'user', ...RECORD];
const OF_FILE = [...ACTOR, 'file', 'directory'];
const OF_TWO_PROCESSES = [...ACTOR, 'target-process', 'target-binary', 'target-binary-directory', 'target-user'];

/** Cells, slots and kinds of Sysmon events, whatever shipped them. */
export const SYSMON_TABLE: PathTable = {
  caseFolded: true,
  cells: SYSMON_CELLS,
  slots: SYSMON_SLOTS,
  kinds: {
    'sysmon.1': [
      'process',
      'parent',
      'user',
      'parent-user',
      'binary-created',
      'binary-directory',
      'parent-binary',
      'parent-binary-directory',
      ...RECORD,
    ],
    'sysmon.2': OF_FILE,
    'sysmon.3': [
      ...ACTOR,
      'connection',
      'source',
      'source-ipv6',
      'destination',
      'destination-ipv6',
      'source-domain',
      'destination-domain',
    ],
    'sysmon.4': RECORD,
    'sysmon.5': ACTOR,
    'sysmon.6': [...RECORD, 'file', 'directory'],
    'sysmon.7': OF_FILE,
    'sysmon.8': OF_TWO_PROCESSES,
    'sysmon.9': OF_FILE,
    'sysmon.10': OF_TWO_PROCESSES,
    'sysmon.11': OF_FILE,
    'sysmon.12': [...ACTOR, 'registry'],
    [KIND_VARIANTS.registryValue]: [...ACTOR, 'registry-value'],
    'sysmon.13': [...ACTOR, 'registry-value'],
    'sysmon.14': [...ACTOR, 'registry'],
    'sysmon.15': OF_FILE,
    'sysmon.16': RECORD,
    'sysmon.17': [...ACTOR, 'pipe'],
    'sysmon.18': [...ACTOR, 'pipe'],
    'sysmon.19': [...RECORD, 'user'],
    'sysmon.20': [...RECORD, 'user'],
    'sysmon.21': [...RECORD, 'user'],
    'sysmon.22': [...ACTOR, 'query-domain', ...resolvedSlots(FEW_ADDRESSES)],
    [KIND_VARIANTS.manyAddresses]: [...ACTOR, 'query-domain', ...resolvedSlots(MANY_ADDRESSES)],
    'sysmon.23': OF_FILE,
    'sysmon.24': ACTOR,
    'sysmon.25': ACTOR,
    'sysmon.26': OF_FILE,
    'sysmon.27': OF_FILE,
    'sysmon.28': OF_FILE,
    'sysmon.29': OF_FILE,
    'sysmon.255': RECORD,
    'sysmon.other': ACTOR,
  },
  environment: { 'host.id': 'host', 'host.name': 'host' },
};

function resolvedSlots(count: number): string[] {
  return Array.from({ length: count * 2 }, (_, at) => resolvedAddress(at < count ? 4 : 6, at % count));
}
