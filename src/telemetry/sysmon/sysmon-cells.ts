import type { CellDefinition } from '../path-table.ts';
import { MANY_ADDRESSES, SYSMON_ACTIONS, SYSMON_CATEGORIES } from './sysmon-events.ts';

const text = (dictionary: string): CellDefinition => ({ read: 'text', dictionary, normalise: 'sysmon' });
const guid: CellDefinition = { read: 'text', dictionary: 'guid', normalise: 'guid' };
const image: CellDefinition = { read: 'text', dictionary: 'path', normalise: 'sysmonImage' };
const command: CellDefinition = { read: 'text', dictionary: 'command', normalise: 'sysmonCommand' };
const baseName = (from: string): CellDefinition => ({ derive: 'baseName', from, dictionary: 'name' });
const directoryName = (from: string): CellDefinition => ({ derive: 'directoryName', from, dictionary: 'directory' });
const accountName = (from: string): CellDefinition => ({ derive: 'accountName', from, dictionary: 'user' });
const accountDomain = (from: string): CellDefinition => ({ derive: 'accountDomain', from, dictionary: 'user' });

/** Cells of Sysmon events. */
const cells: Record<string, CellDefinition> = {
  host: { given: 'host' },
  first: { given: 'first' },
  last: { given: 'last' },
  recordId: { given: 'record-id' },
  one: { constant: 1, dictionary: 'other' },
  utcTime: { read: 'time' },

  guid,
  pid: { read: 'natural' },
  created: { read: 'time' },
  binaryPath: image,
  name: baseName('binaryPath'),
  binaryDirectory: directoryName('binaryPath'),
  commandLine: command,
  cwd: text('directory'),
  threadId: { read: 'natural' },
  integrityLevel: text('event'),
  logonId: text('event'),
  logonGuid: guid,
  terminalSessionId: { read: 'natural' },

  parentGuid: guid,
  parentPid: { read: 'natural' },
  parentBinaryPath: image,
  parentName: baseName('parentBinaryPath'),
  parentBinaryDirectory: directoryName('parentBinaryPath'),
  parentCommandLine: command,

  targetGuid: guid,
  targetPid: { read: 'natural' },
  targetBinaryPath: image,
  targetName: baseName('targetBinaryPath'),
  targetBinaryDirectory: directoryName('targetBinaryPath'),

  account: text('user'),
  accountName: accountName('account'),
  accountDomain: accountDomain('account'),
  parentAccount: text('user'),
  parentAccountName: accountName('parentAccount'),
  parentAccountDomain: accountDomain('parentAccount'),
  targetAccount: text('user'),
  targetAccountName: accountName('targetAccount'),
  targetAccountDomain: accountDomain('targetAccount'),

  filePath: text('path'),
  fileName: baseName('filePath'),
  fileDirectory: directoryName('filePath'),
  fileExtension: { derive: 'extension', from: 'filePath', dictionary: 'name' },
  fileCreated: { read: 'time' },
  archived: { read: 'flag' },
  executable: { read: 'flag' },
  contents: text('message'),
  pipe: { constant: 'pipe', dictionary: 'event' },
  hashes: text('hashes'),
  md5: { derive: 'md5', from: 'hashes', dictionary: 'hash' },
  sha1: { derive: 'sha1', from: 'hashes', dictionary: 'hash' },
  sha256: { derive: 'sha256', from: 'hashes', dictionary: 'hash' },
  imphash: { derive: 'imphash', from: 'hashes', dictionary: 'hash' },
  originalFileName: text('version'),
  company: text('version'),
  fileDescription: text('version'),
  product: text('version'),
  fileVersion: text('version'),
  signed: { read: 'flag' },
  signature: text('version'),
  signatureStatus: text('version'),

  registryPath: text('registry'),
  registryKey: { derive: 'registryKey', from: 'registryPath', dictionary: 'registry-key' },
  registryKeyOfValue: { derive: 'registryKeyOfValue', from: 'registryPath', dictionary: 'registry-key' },
  registryValueName: { derive: 'registryValueName', from: 'registryPath', dictionary: 'registry-value' },
  registryHive: { derive: 'registryHive', from: 'registryPath', dictionary: 'event' },
  registryNewName: text('registry'),
  registryData: text('registry-data'),
  registryDataType: { derive: 'registryDataType', from: 'registryData', dictionary: 'event' },

  sourceIp: { read: 'text', dictionary: 'address', normalise: 'address' },
  sourceIpv4: { derive: 'ipv4', from: 'sourceIp', dictionary: 'address' },
  sourceIpv6: { derive: 'ipv6', from: 'sourceIp', dictionary: 'address' },
  sourcePort: { read: 'natural' },
  sourceDomain: text('domain'),
  destinationIp: { read: 'text', dictionary: 'address', normalise: 'address' },
  destinationIpv4: { derive: 'ipv4', from: 'destinationIp', dictionary: 'address' },
  destinationIpv6: { derive: 'ipv6', from: 'destinationIp', dictionary: 'address' },
  destinationPort: { read: 'natural' },
  destinationDomain: text('domain'),
  protocol: { read: 'text', dictionary: 'protocol', normalise: 'lowerCase' },
  protocols: { listOf: ['protocol'], dictionary: 'protocol' },
  unknownPid: { copyOf: 'pid', unless: 'guid' },
  initiated: text('event'),
  direction: { derive: 'direction', from: 'initiated', dictionary: 'event' },

  queryName: text('domain'),
  queryStatus: text('event'),
  queryResults: text('query-results'),

  eventCode: text('event'),
  eventAction: { perKind: SYSMON_ACTIONS, dictionary: 'event' },
  eventCategories: { perKind: SYSMON_CATEGORIES, dictionary: 'event' },
  eventModule: { constant: 'sysmon', dictionary: 'event' },
  eventProvider: { constant: 'Microsoft-Windows-Sysmon', dictionary: 'event' },
  ruleName: text('event'),
  grantedAccess: text('event'),
  callTrace: text('call-trace'),
  startAddress: text('event'),
  newThreadId: { read: 'natural' },
  channel: text('event'),
  recordNumber: { read: 'natural' },
  message: text('message'),
  startModule: text('path'),
  startFunction: text('event'),
};

for (const family of [4, 6] as const) {
  for (let nth = 0; nth < MANY_ADDRESSES; nth++) {
    cells[resolvedAddress(family, nth)] = { addressOf: 'queryResults', nth, family, dictionary: 'address' };
  }
}

/** Cell and slot of the n-th address of a family that a name query gave. */
export function resolvedAddress(family: 4 | 6, nth: number): string {
  return `resolved-ipv${String(family)}-${String(nth + 1)}`;
}

export const SYSMON_CELLS: Readonly<Record<string, CellDefinition>> = cells;
