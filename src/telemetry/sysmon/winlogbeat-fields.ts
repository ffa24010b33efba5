import { isJsonObject, type JsonObject } from '../document-shape.ts';

/** Field of Sysmon ← ECS field. Events 8 and 10 keep the fields of their target in `winlog.event_data`. */
const ECS_FIELDS: Readonly<Record<string, string>> = {
  UtcTime: '@timestamp',
  ProcessGuid: 'process.entity_id',
  ProcessId: 'process.pid',
  Image: 'process.executable',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ParentProcessGuid: 'process.parent.entity_id',
  ParentProcessId: 'process.parent.pid',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  Protocol: 'network.transport',
  SourceIp: 'source.ip',
  SourcePort: 'source.port',
  SourceHostname: 'source.domain',
  DestinationIp: 'destination.ip',
  DestinationPort: 'destination.port',
  DestinationHostname: 'destination.domain',
  QueryName: 'dns.question.name',
  QueryResults: 'dns.resolved_ip',
  QueryStatus: 'sysmon.dns.status',
  TargetObject: 'registry.path',
  RuleName: 'rule.name',
  Signed: 'file.code_signature.signed',
  Signature: 'file.code_signature.subject_name',
  SignatureStatus: 'file.code_signature.status',
};

const ECS_VERSION_INFO: Readonly<Record<string, string>> = {
  OriginalFileName: 'original_file_name',
  Company: 'company',
  Description: 'description',
  Product: 'product',
  FileVersion: 'file_version',
};

const FILE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['6', 'ImageLoaded'],
  ['7', 'ImageLoaded'],
  ['9', 'Device'],
  ['17', 'PipeName'],
  ['18', 'PipeName'],
]);

/** All that `winlogbeatFields` looks at. */
export const WINLOGBEAT_PATHS: readonly string[] = [
  ...['winlog.event_data', 'winlog.event_id', 'event.code', 'user.name', 'user.domain', 'file.path', 'file.name'],
  ...['network.direction', 'process.pe', 'file.pe', 'process.hash', 'file.hash', 'registry.data.strings'],
  ...Object.values(ECS_FIELDS),
];

function valueAt(document: unknown, path: string): unknown {
  let value = document;
  for (const key of path.split('.')) {
    if (!isJsonObject(value)) return undefined;
    value = value[key];
  }
  return value;
}

/** Sysmon's own fields of a document that was mapped to ECS: the mapping undone, as far as hunts can notice. */
export function winlogbeatFields(document: JsonObject): JsonObject {
  const rest = valueAt(document, 'winlog.event_data');
  const fields: Record<string, unknown> = isJsonObject(rest) ? { ...rest } : {};
  const put = (name: string, value: unknown): void => {
    if (value !== undefined) fields[name] = value;
  };
  const id = String(valueAt(document, 'winlog.event_id') ?? valueAt(document, 'event.code') ?? '');
  fields['EventID'] = id;
  for (const [name, path] of Object.entries(ECS_FIELDS)) put(name, valueAt(document, path));
  if (id === '8' || id === '10') {
    put('SourceProcessGUID', fields['ProcessGuid']);
    put('SourceProcessId', fields['ProcessId']);
    put('SourceImage', fields['Image']);
  }
  put('User', accountOf(valueAt(document, 'user')));
  put(FILE_FIELDS.get(id) ?? 'TargetFilename', valueAt(document, 'file.path') ?? valueAt(document, 'file.name'));
  const direction = valueAt(document, 'network.direction');
  if (typeof direction === 'string') fields['Initiated'] = String(direction === 'egress' || direction === 'outbound');
  const owner = id === '6' || id === '7' ? 'file' : 'process';
  for (const [name, key] of Object.entries(ECS_VERSION_INFO)) put(name, valueAt(document, `${owner}.pe.${key}`));
  put(id === '15' ? 'Hash' : 'Hashes', hashesOf(document, id));
  const strings = valueAt(document, 'registry.data.strings');
  put('Details', Array.isArray(strings) ? strings.join(' ') : strings);
  return fields;
}

function accountOf(user: unknown): string | undefined {
  if (!isJsonObject(user) || typeof user['name'] !== 'string') return undefined;
  return typeof user['domain'] === 'string' ? `${user['domain']}\\${user['name']}` : user['name'];
}

/** Hashes of the file that a record is about, or of the process's binary, in Sysmon's notation. */
function hashesOf(document: JsonObject, id: string): string | undefined {
  const names = [
    ['MD5', 'hash.md5'],
    ['SHA1', 'hash.sha1'],
    ['SHA256', 'hash.sha256'],
    ['IMPHASH', 'pe.imphash'],
  ] as const;
  for (const owner of id === '1' ? ['process'] : ['file', 'process']) {
    const found = names.flatMap(([name, path]) => {
      const value = valueAt(document, `${owner}.${path}`);
      return typeof value === 'string' ? [`${name}=${value}`] : [];
    });
    if (found.length > 0) return found.join(',');
  }
  return undefined;
}
