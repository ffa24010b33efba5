import type { CellDefinition, PathTable, SlotDefinition } from '../path-table.ts';
import { FEW_ADDRESSES, KIND_VARIANTS, MANY_ADDRESSES, SYSMON_ACTIONS, SYSMON_CATEGORIES } from './sysmon-events.ts';

const text = (dictionary: string): CellDefinition => ({ read: 'text', dictionary, normalise: 'sysmon' });
const guid: CellDefinition = { read: 'text', dictionary: 'guid', normalise: 'guid' };
const image: CellDefinition = { read: 'text', dictionary: 'path', normalise: 'sysmonImage' };
const command: CellDefinition = { read: 'text', dictionary: 'command', normalise: 'sysmonCommand' };
const baseName = (from: string): CellDefinition => ({ derive: 'baseName', from, dictionary: 'name' });
const directoryName = (from: string): CellDefinition => ({ derive: 'directoryName', from, dictionary: 'directory' });
const accountName = (from: string): CellDefinition => ({ derive: 'accountName', from, dictionary: 'user' });
const accountDomain = (from: string): CellDefinition => ({ derive: 'accountDomain', from, dictionary: 'user' });

/** Cells, slots and kinds of Sysmon events, whatever shipped them. */
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

const slots: Record<string, SlotDefinition> = {
  process: {
    type: 'process',
    role: 'process',
    authority: 1,
    attributes: {
      x_unique_id: 'guid',
      pid: 'pid',
      name: 'name',
      command_line: 'commandLine',
      cwd: 'cwd',
      created: 'created',
      x_thread_id: 'threadId',
      x_integrity_level: 'integrityLevel',
      x_logon_id: 'logonId',
      x_logon_guid: 'logonGuid',
      x_terminal_session_id: 'terminalSessionId',
    },
    references: {
      parent_ref: ['parent'],
      binary_ref: ['binary'],
      creator_user_ref: ['user'],
      opened_connection_refs: ['connection'],
    },
    present: ['guid'],
    identity: ['guid'],
    key: 'joined',
  },
  parent: process('parent', 0, 'parent', 'parent-binary', 'parent-user', { command_line: 'parentCommandLine' }),
  'target-process': process('target-process', 1, 'target', 'target-binary', 'target-user', {}),
  binary: file('binary', 1, 'binaryPath', 'name', 'binary-directory'),
  'binary-created': {
    ...file('binary', 1, 'binaryPath', 'name', 'binary-directory'),
    attributes: { name: 'name', path: 'binaryPath', ...versionInfo() },
  },
  'binary-directory': directory('binary-directory', 1, 'binaryDirectory'),
  'parent-binary': file('parent-binary', 0, 'parentBinaryPath', 'parentName', 'parent-binary-directory'),
  'parent-binary-directory': directory('parent-binary-directory', 0, 'parentBinaryDirectory'),
  'target-binary': file('target-binary', 1, 'targetBinaryPath', 'targetName', 'target-binary-directory'),
  'target-binary-directory': directory('target-binary-directory', 1, 'targetBinaryDirectory'),
  user: account('user', 1, 'account'),
  'parent-user': account('parent-user', 0, 'parentAccount'),
  'target-user': account('target-user', 1, 'targetAccount'),
  file: {
    ...file('file', 1, 'filePath', 'fileName', 'directory'),
    attributes: {
      name: 'fileName',
      path: 'filePath',
      x_extension: 'fileExtension',
      created: 'fileCreated',
      x_archived: 'archived',
      x_is_executable: 'executable',
      x_contents: 'contents',
      ...versionInfo(),
    },
  },
  pipe: {
    ...file('file', 1, 'filePath', 'fileName', 'directory'),
    attributes: { name: 'fileName', path: 'filePath', x_type: 'pipe' },
    references: {},
  },
  directory: directory('directory', 1, 'fileDirectory'),
  registry: registryKey('registryKey', {}),
  'registry-value': registryKey('registryKeyOfValue', {
    x_value_name: 'registryValueName',
    x_value_data: 'registryData',
    x_value_type: 'registryDataType',
  }),
  source: address('ipv4-addr', 'source', 'sourceIpv4'),
  'source-ipv6': address('ipv6-addr', 'source', 'sourceIpv6'),
  destination: address('ipv4-addr', 'destination', 'destinationIpv4'),
  'destination-ipv6': address('ipv6-addr', 'destination', 'destinationIpv6'),
  'source-domain': domain('source-domain', 'sourceDomain', ['source']),
  'destination-domain': domain('destination-domain', 'destinationDomain', ['destination']),
  connection: {
    type: 'network-traffic',
    role: 'connection',
    authority: 1,
    attributes: {
      src_port: 'sourcePort',
      dst_port: 'destinationPort',
      protocols: 'protocols',
      start: 'utcTime',
      x_direction: 'direction',
      x_src_hostname: 'sourceDomain',
      x_dst_hostname: 'destinationDomain',
      x_pid: 'unknownPid',
    },
    references: { src_ref: ['source'], dst_ref: ['destination'] },
    present: [],
    presentAny: ['sourceIp', 'destinationIp'],
    identity: ['host', 'guid', 'sourceIp', 'sourcePort', 'destinationIp', 'destinationPort', 'protocol', 'utcTime'],
    key: 'joined',
  },
  'query-domain': domain('domain', 'queryName', ['resolved']),
  host: {
    type: 'x-oca-asset',
    role: 'host',
    authority: 1,
    attributes: { name: 'host', hostname: 'host', device_id: 'host' },
    present: ['host'],
    identity: ['host'],
    key: 'joined',
  },
  event: {
    type: 'x-oca-event',
    role: 'event',
    authority: 1,
    attributes: {
      action: 'eventAction',
      category: 'eventCategories',
      code: 'eventCode',
      module: 'eventModule',
      provider: 'eventProvider',
      created: 'first',
      x_utc_time: 'utcTime',
      x_rule_name: 'ruleName',
      x_granted_access: 'grantedAccess',
      x_start_module: 'startModule',
      x_start_function: 'startFunction',
      x_start_address: 'startAddress',
      x_new_thread_id: 'newThreadId',
      x_dns_status: 'queryStatus',
      x_call_trace: 'callTrace',
      x_channel: 'channel',
      x_record_number: 'recordNumber',
      x_message: 'message',
    },
    references: {
      process_ref: ['process'],
      parent_process_ref: ['parent'],
      user_ref: ['user'],
      host_ref: ['host'],
      file_ref: ['file'],
      network_ref: ['connection'],
      registry_ref: ['registry'],
      domain_ref: ['domain'],
      ip_refs: ['source', 'destination', 'resolved'],
    },
    present: [],
    identity: ['recordId'],
    key: 'recordId',
  },
  observation: {
    type: 'observed-data',
    role: 'observation',
    authority: 1,
    attributes: { first_observed: 'first', last_observed: 'last', number_observed: 'one' },
    present: [],
    identity: ['recordId'],
    key: 'recordId',
  },
};

/** Slots and cells of the addresses that a name query gave. */
for (const family of [4, 6] as const) {
  for (let nth = 0; nth < MANY_ADDRESSES; nth++) {
    const name = resolved(family, nth);
    cells[name] = { addressOf: 'queryResults', nth, family, dictionary: 'address' };
    slots[name] = address(family === 4 ? 'ipv4-addr' : 'ipv6-addr', 'resolved', name);
  }
}

function resolved(family: 4 | 6, nth: number): string {
  return `resolved-ipv${String(family)}-${String(nth + 1)}`;
}

function resolvedSlots(count: number): string[] {
  return Array.from({ length: count * 2 }, (_, at) => resolved(at < count ? 4 : 6, at % count));
}

/** Attributes of a file that Sysmon writes beside its path, where it does. */
function versionInfo(): Record<string, string> {
  return {
    'hashes.MD5': 'md5',
    'hashes.SHA-1': 'sha1',
    'hashes.SHA-256': 'sha256',
    'x_pe.imphash': 'imphash',
    'x_pe.original_file_name': 'originalFileName',
    'x_pe.company': 'company',
    'x_pe.description': 'fileDescription',
    'x_pe.product': 'product',
    'x_pe.file_version': 'fileVersion',
    x_signed: 'signed',
    x_signature: 'signature',
    x_signature_status: 'signatureStatus',
  };
}

/** A process of which a record knows no more than another one does: parents, targets of threads and of access. */
function process(
  role: string,
  authority: 0 | 1,
  prefix: 'parent' | 'target',
  binary: string,
  user: string,
  more: Record<string, string>,
): SlotDefinition {
  return {
    type: 'process',
    role,
    authority,
    attributes: { x_unique_id: `${prefix}Guid`, pid: `${prefix}Pid`, name: `${prefix}Name`, ...more },
    references: { binary_ref: [binary], creator_user_ref: [user] },
    present: [`${prefix}Guid`],
    identity: [`${prefix}Guid`],
    key: 'joined',
  };
}

function file(role: string, authority: 0 | 1, path: string, name: string, parent: string): SlotDefinition {
  return {
    type: 'file',
    role,
    authority,
    attributes: { name, path },
    references: { parent_directory_ref: [parent] },
    present: [path],
    identity: ['host', path],
    key: 'folded',
  };
}

function directory(role: string, authority: 0 | 1, path: string): SlotDefinition {
  return {
    type: 'directory',
    role,
    authority,
    attributes: { path },
    present: [path],
    identity: ['host', path],
    key: 'folded',
  };
}

function account(role: string, authority: 0 | 1, cell: string): SlotDefinition {
  return {
    type: 'user-account',
    role,
    authority,
    attributes: {
      user_id: `${cell}Name`,
      account_login: `${cell}Name`,
      display_name: cell,
      x_domain: `${cell}Domain`,
    },
    present: [cell],
    identity: [cell, 'host'],
    key: 'windowsAccount',
  };
}

function registryKey(key: string, more: Record<string, string>): SlotDefinition {
  return {
    type: 'windows-registry-key',
    role: 'registry',
    authority: 1,
    attributes: { key, x_hive: 'registryHive', x_path: 'registryPath', x_new_name: 'registryNewName', ...more },
    references: { creator_user_ref: ['user'] },
    present: [key],
    identity: ['host', key],
    key: 'folded',
  };
}

function address(type: string, role: string, value: string): SlotDefinition {
  return { type, role, authority: 1, attributes: { value }, present: [value], identity: [value], key: 'joined' };
}

function domain(role: string, value: string, resolvesTo: readonly string[]): SlotDefinition {
  return {
    ...address('domain-name', role, value),
    references: { resolves_to_refs: resolvesTo },
  };
}

const RECORD = ['host', 'event', 'observation'];
const ACTOR = ['process', 'binary', 'binary-directory', 'user', ...RECORD];
const OF_FILE = [...ACTOR, 'file', 'directory'];
const OF_TWO_PROCESSES = [...ACTOR, 'target-process', 'target-binary', 'target-binary-directory', 'target-user'];

export const SYSMON_TABLE: PathTable = {
  caseFolded: true,
  cells,
  slots,
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
