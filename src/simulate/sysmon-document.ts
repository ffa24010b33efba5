import { beatTime, sysmonTime, type SimulatedTime } from './simulated-time.ts';
import type { WindowsProcess } from './windows-process.ts';

const TASKS: Readonly<Record<number, string>> = {
  1: 'Process Create (rule: ProcessCreate)',
  3: 'Network connection detected (rule: NetworkConnect)',
  5: 'Process terminated (rule: ProcessTerminate)',
  7: 'Image loaded (rule: ImageLoad)',
  10: 'Process accessed (rule: ProcessAccess)',
  11: 'File created (rule: FileCreate)',
  12: 'Registry object added or deleted (rule: RegistryEvent)',
  13: 'Registry value set (rule: RegistryEvent)',
  22: 'Dns query (rule: DnsQuery)',
};

/** The parts of a host's records that never change. */
export interface SysmonFrame {
  readonly head: string;
  readonly winlog: string;
}

export function sysmonFrame(computer: string, agent: string): SysmonFrame {
  return {
    head:
      `"@metadata":{"beat":"winlogbeat","type":"_doc","version":"8.11.1"},"agent":{"id":"${agent}","name":"collector01",` +
      `"type":"winlogbeat","version":"8.11.1"},"ecs":{"version":"8.0.0"},"host":{"name":"collector01"},"log":{"level":"information"},`,
    winlog:
      `"winlog":{"api":"wineventlog","channel":"Microsoft-Windows-Sysmon/Operational","computer_name":${JSON.stringify(computer)},` +
      '"opcode":"Info","provider_guid":"{5770385f-c22a-43e0-bf4c-06f5698ffbd9}","provider_name":"Microsoft-Windows-Sysmon","version":5,',
  };
}

/** One event as Winlogbeat 8 sends it to Kafka: raw, all of Sysmon's fields texts (formats of Beats, not ECS). */
export function sysmonDocument(
  frame: SysmonFrame,
  eventId: number,
  recordId: number,
  time: SimulatedTime,
  fields: string,
): string {
  const at = beatTime(time);
  const utc = sysmonTime(time);
  return (
    `{"@timestamp":"${at}",${frame.head}"event":{"action":"${TASKS[eventId] ?? ''}","code":"${eventId}","created":"${at}",` +
    `"kind":"event","provider":"Microsoft-Windows-Sysmon"},${frame.winlog}"event_id":"${eventId}","record_id":${recordId},` +
    `"task":"${TASKS[eventId] ?? ''}","event_data":{"RuleName":"-","UtcTime":"${utc}",${fields}}}}\n`
  );
}

/** Fields by which every event names the process that did it. */
export function actorFields(process: WindowsProcess): string {
  return `"ProcessGuid":"${process.guid}","ProcessId":"${process.pid}","Image":${JSON.stringify(process.image)},"User":${JSON.stringify(process.user)}`;
}

export function creationFields(process: WindowsProcess, hash: string): string {
  const { parent } = process;
  const name = process.image.slice(process.image.lastIndexOf('\\') + 1);
  const from =
    parent === undefined
      ? '"ParentProcessGuid":"{00000000-0000-0000-0000-000000000000}","ParentProcessId":"0","ParentImage":"-","ParentCommandLine":"-","ParentUser":"-"'
      : `"ParentProcessGuid":"${parent.guid}","ParentProcessId":"${parent.pid}","ParentImage":${JSON.stringify(parent.image)},` +
        `"ParentCommandLine":${JSON.stringify(parent.commandLine)},"ParentUser":${JSON.stringify(parent.user)}`;
  return (
    `${actorFields(process)},"OriginalFileName":${JSON.stringify(name)},"CommandLine":${JSON.stringify(process.commandLine)},` +
    `"CurrentDirectory":"C:\\\\Windows\\\\System32\\\\","IntegrityLevel":"Medium","LogonId":"0x3e7","TerminalSessionId":"1",` +
    `"Hashes":"SHA256=${hash}",${from}`
  );
}

export function connectionFields(
  process: WindowsProcess,
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
): string {
  return (
    `${actorFields(process)},"Protocol":"tcp","Initiated":"true","SourceIsIpv6":"false","SourceIp":"${source}",` +
    `"SourceHostname":"-","SourcePort":"${sourcePort}","SourcePortName":"-","DestinationIsIpv6":"false",` +
    `"DestinationIp":"${destination}","DestinationHostname":"-","DestinationPort":"${destinationPort}","DestinationPortName":"-"`
  );
}
