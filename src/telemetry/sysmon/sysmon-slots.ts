import type { SlotDefinition } from '../path-table.ts';
import { resolvedAddress } from './sysmon-cells.ts';
import { MANY_ADDRESSES } from './sysmon-events.ts';

/** Slots of Sysmon events. */
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

for (const family of [4, 6] as const) {
  for (let nth = 0; nth < MANY_ADDRESSES; nth++) {
    const name = resolvedAddress(family, nth);
    slots[name] = address(family === 4 ? 'ipv4-addr' : 'ipv6-addr', 'resolved', name);
  }
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

export const SYSMON_SLOTS: Readonly<Record<string, SlotDefinition>> = slots;
