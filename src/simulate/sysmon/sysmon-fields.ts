import type { WindowsProcess } from '../windows/windows-process.ts';

/** Members of the JSON object of an event; Sysmon's fields are all texts. */
export function creationFields(process: WindowsProcess, hash: string): string {
  const { parent } = process;
  const name = process.image.slice(process.image.lastIndexOf('\\') + 1);
  const from =
    parent === undefined
      ? '"ParentProcessGuid":"{00000000-0000-0000-0000-000000000000}","ParentProcessId":"0","ParentImage":"-","ParentCommandLine":"-","ParentUser":"-"'
      : `"ParentProcessGuid":"${parent.guid}","ParentProcessId":"${parent.pid}","ParentImage":${JSON.stringify(parent.image)},` +
        `"ParentCommandLine":${JSON.stringify(parent.commandLine)},"ParentUser":${JSON.stringify(parent.user)}`;
  return (
    `${process.actor},"OriginalFileName":${JSON.stringify(name)},"CommandLine":${JSON.stringify(process.commandLine)},` +
    `"CurrentDirectory":"C:\\\\Windows\\\\System32\\\\","IntegrityLevel":"${process.user.startsWith('NT ') ? 'System' : 'Medium'}",` +
    `"LogonId":"0x3e7","TerminalSessionId":"1","Hashes":"SHA256=${hash}",${from}`
  );
}

export interface Connection {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** By this process; otherwise it accepted the connection. */
  readonly initiated: boolean;
}

export function connectionFields(process: WindowsProcess, connection: Connection): string {
  const { source, sourcePort, destination, destinationPort, initiated } = connection;
  return (
    `${process.actor},"Protocol":"tcp","Initiated":"${initiated}","SourceIsIpv6":"false","SourceIp":"${source}",` +
    `"SourceHostname":"-","SourcePort":"${sourcePort}","SourcePortName":"-","DestinationIsIpv6":"false",` +
    `"DestinationIp":"${destination}","DestinationHostname":"-","DestinationPort":"${destinationPort}","DestinationPortName":"-"`
  );
}

export function queryFields(process: WindowsProcess, name: string, address: string): string {
  return `${process.actor},"QueryName":"${name}","QueryStatus":"0","QueryResults":"::ffff:${address};"`;
}

export function imageFields(process: WindowsProcess, image: string): string {
  return `${process.actor},"ImageLoaded":${JSON.stringify(image)},"Signed":"true","Signature":"Microsoft Windows","SignatureStatus":"Valid"`;
}

export function fileFields(process: WindowsProcess, path: string): string {
  return `${process.actor},"TargetFilename":${JSON.stringify(path)},"CreationUtcTime":"${process.utcTime}"`;
}

export function deletionFields(process: WindowsProcess, path: string, hash: string): string {
  return `${process.actor},"TargetFilename":${JSON.stringify(path)},"Hashes":"SHA256=${hash}","IsExecutable":"false","Archived":"true"`;
}

export function keyFields(process: WindowsProcess, key: string): string {
  return `"EventType":"CreateKey",${process.actor},"TargetObject":${JSON.stringify(key)}`;
}

export function valueFields(process: WindowsProcess, target: string, details: string): string {
  return `"EventType":"SetValue",${process.actor},"TargetObject":${JSON.stringify(target)},"Details":${JSON.stringify(details)}`;
}

export function accessFields(source: WindowsProcess, target: WindowsProcess, granted: string, trace: string): string {
  return (
    `"SourceProcessGUID":"${source.guid}","SourceProcessId":"${source.pid}","SourceThreadId":"${source.pid + 4}",` +
    `"SourceImage":${source.imageJson},"TargetProcessGUID":"${target.guid}","TargetProcessId":"${target.pid}",` +
    `"TargetImage":${target.imageJson},"GrantedAccess":"${granted}","CallTrace":${trace},` +
    `"SourceUser":${source.userJson},"TargetUser":${target.userJson}`
  );
}
