import type { CellDefinition, PathTable, SlotDefinition } from '../path-table.ts';
import { SYSFLOW_TABLE } from '../sysflow/sysflow-table.ts';

const event: CellDefinition = { read: 'text', dictionary: 'event', normalise: 'plain' };
const counter: CellDefinition = { read: 'natural' };
const hash: CellDefinition = { read: 'text', dictionary: 'hash', normalise: 'lowerCase' };

const BASE = SYSFLOW_TABLE.slots;

/** A slot of SysFlow's with more to it. */
function extend(name: string, more: Record<string, string>, changes: Partial<SlotDefinition> = {}): SlotDefinition {
  const base = BASE[name];
  if (base === undefined) throw new Error(`SysFlow's table has no slot ${name}`);
  return { ...base, attributes: { ...base.attributes, ...more }, ...changes };
}

/** A process is known by its entity id, else by host, pid and creation time. */
function process(
  name: string,
  guid: string,
  pid: string,
  created: string,
  more: Record<string, string>,
): SlotDefinition {
  return extend(
    name,
    { x_unique_id: guid, ...more },
    { present: [], presentAny: [guid, pid], identity: [guid, 'host', pid, created], key: 'entityId' },
  );
}

/**
 * Cells and slots of documents in the Elastic Common Schema that are no SysFlow's and no Sysmon's: auditd, endpoint
 * sensors, network sensors. SysFlow's own habits (doubled counters, placeholders) are left out.
 */
export const ECS_TABLE: PathTable = {
  ...SYSFLOW_TABLE,
  cells: {
    ...SYSFLOW_TABLE.cells,
    guid: { read: 'text', dictionary: 'guid', normalise: 'plain' },
    parentGuid: { read: 'text', dictionary: 'guid', normalise: 'plain' },
    cwd: { read: 'text', dictionary: 'directory', normalise: 'plain' },
    exitCode: { read: 'integer' },
    fileSize: counter,
    sourceBytes: counter,
    sourcePackets: counter,
    destinationBytes: counter,
    destinationPackets: counter,
    connectionBytes: counter,
    networkType: { read: 'text', dictionary: 'protocol', normalise: 'lowerCase' },
    transport: { read: 'text', dictionary: 'protocol', normalise: 'lowerCase' },
    protocols: { listOf: ['networkType', 'transport', 'protocol'], dictionary: 'protocol' },
    direction: event,
    userDomain: { read: 'text', dictionary: 'user', normalise: 'plain' },
    hostIps: { read: 'texts', dictionary: 'address', normalise: 'address' },
    hostName: { read: 'text', dictionary: 'container', normalise: 'plain' },
    binaryMd5: hash,
    binarySha1: hash,
    binarySha256: hash,
    fileMd5: hash,
    fileSha1: hash,
    fileSha256: hash,
    queryName: { read: 'text', dictionary: 'domain', normalise: 'plain' },
    eventCategories: { read: 'texts', dictionary: 'event', normalise: 'plain' },
    eventCode: event,
    eventModule: event,
    eventDataset: event,
    eventOutcome: event,
    eventId: event,
    eventRisk: { read: 'integer' },
    ruleName: event,
  },
  slots: {
    ...BASE,
    process: process('process', 'guid', 'pid', 'created', { cwd: 'cwd', x_exit_code: 'exitCode' }),
    parent: process('parent', 'parentGuid', 'parentPid', 'parentCreated', {}),
    user: extend('user', { x_domain: 'userDomain' }),
    binary: extend('binary', {
      'hashes.MD5': 'binaryMd5',
      'hashes.SHA-1': 'binarySha1',
      'hashes.SHA-256': 'binarySha256',
    }),
    file: extend('file', {
      size: 'fileSize',
      'hashes.MD5': 'fileMd5',
      'hashes.SHA-1': 'fileSha1',
      'hashes.SHA-256': 'fileSha256',
    }),
    connection: extend(
      'connection',
      { x_direction: 'direction' },
      {
        identity: [
          'host',
          'guid',
          'pid',
          'created',
          'sourceIp',
          'sourcePort',
          'destinationIp',
          'destinationPort',
          'transport',
          'first',
        ],
      },
    ),
    host: extend('host', { name: 'hostName' }),
    domain: {
      type: 'domain-name',
      role: 'domain',
      authority: 1,
      attributes: { value: 'queryName' },
      present: ['queryName'],
      identity: ['queryName'],
      key: 'joined',
    },
    event: extend('event', {
      code: 'eventCode',
      module: 'eventModule',
      dataset: 'eventDataset',
      outcome: 'eventOutcome',
      event_id: 'eventId',
      risk_score: 'eventRisk',
      x_rule_name: 'ruleName',
    }),
  },
  kinds: {
    'ecs.event': [
      'process',
      'parent',
      'user',
      'binary',
      'binary-directory',
      'parent-binary',
      'parent-binary-directory',
      'host',
      'host-address',
      'host-address-ipv6',
      'container',
      'event',
      'observation',
      'file',
      'directory',
      'target-file',
      'target-directory',
      'connection',
      'source',
      'source-ipv6',
      'destination',
      'destination-ipv6',
      'domain',
    ],
  },
};
