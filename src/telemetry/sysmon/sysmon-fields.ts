/** Cell → fields of a Sysmon event that feed it; the first that says something counts. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  utcTime: ['UtcTime'],
  guid: ['ProcessGuid'],
  pid: ['ProcessId'],
  binaryPath: ['Image'],
  commandLine: ['CommandLine'],
  cwd: ['CurrentDirectory'],
  integrityLevel: ['IntegrityLevel'],
  logonId: ['LogonId'],
  logonGuid: ['LogonGuid'],
  terminalSessionId: ['TerminalSessionId'],
  parentGuid: ['ParentProcessGuid'],
  parentPid: ['ParentProcessId'],
  parentBinaryPath: ['ParentImage'],
  parentCommandLine: ['ParentCommandLine'],
  account: ['User'],
  parentAccount: ['ParentUser'],
  filePath: ['TargetFilename'],
  hashes: ['Hashes'],
  originalFileName: ['OriginalFileName'],
  company: ['Company'],
  fileDescription: ['Description'],
  product: ['Product'],
  fileVersion: ['FileVersion'],
  signed: ['Signed'],
  signature: ['Signature'],
  signatureStatus: ['SignatureStatus'],
  registryPath: ['TargetObject'],
  registryData: ['Details'],
  sourceIp: ['SourceIp'],
  sourcePort: ['SourcePort'],
  sourceDomain: ['SourceHostname'],
  destinationIp: ['DestinationIp'],
  destinationPort: ['DestinationPort'],
  destinationDomain: ['DestinationHostname'],
  protocol: ['Protocol'],
  initiated: ['Initiated'],
  queryName: ['QueryName'],
  queryStatus: ['QueryStatus'],
  queryResults: ['QueryResults'],
  eventType: ['EventType', 'EventTypeOrignal'],
  ruleName: ['RuleName'],
  grantedAccess: ['GrantedAccess'],
  callTrace: ['CallTrace'],
  startModule: ['StartModule'],
  startFunction: ['StartFunction'],
};

/** Events 8 and 10 speak of two processes, and write `Guid` in two ways. */
const TWO_PROCESSES: Readonly<Record<string, readonly string[]>> = {
  guid: ['SourceProcessGUID', 'SourceProcessGuid'],
  pid: ['SourceProcessId'],
  binaryPath: ['SourceImage'],
  account: ['SourceUser'],
  targetGuid: ['TargetProcessGUID', 'TargetProcessGuid'],
  targetPid: ['TargetProcessId'],
  targetBinaryPath: ['TargetImage'],
  targetAccount: ['TargetUser'],
};

const OF_KIND: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'sysmon.1': { created: ['UtcTime'] },
  'sysmon.6': { filePath: ['ImageLoaded'] },
  'sysmon.7': { filePath: ['ImageLoaded'] },
  'sysmon.8': TWO_PROCESSES,
  'sysmon.9': { filePath: ['Device'] },
  'sysmon.10': { ...TWO_PROCESSES, threadId: ['SourceThreadId'] },
  'sysmon.11': { fileCreated: ['CreationUtcTime'] },
  'sysmon.2': { fileCreated: ['CreationUtcTime'] },
  'sysmon.15': { hashes: ['Hash', 'Hashes'], fileCreated: ['CreationUtcTime'] },
  'sysmon.17': { filePath: ['PipeName'] },
  'sysmon.18': { filePath: ['PipeName'] },
};

/** Fields of a cell in events of a record kind; none where such events do not have it. */
export function sysmonFields(kind: string, cell: string): readonly string[] {
  return OF_KIND[kind]?.[cell] ?? FIELDS[cell] ?? [];
}
