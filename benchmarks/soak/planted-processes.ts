/** Records that the soak adds to those of the simulated hosts: documents as SysFlow's processor and Winlogbeat write them. */
export type Sensor = 'sysflow-ecs' | 'winlogbeat';

export interface PlantedProcess {
  readonly sensor: Sensor;
  readonly host: string;
  readonly name: string;
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly parent: { readonly name: string; readonly pid: number; readonly at: number };
}

const SYSTEM = '\\Windows\\System32\\';

/** One line, without its end. */
export function plantedRecord(process: PlantedProcess): string {
  return JSON.stringify(process.sensor === 'sysflow-ecs' ? sysflowDocument(process) : winlogbeatDocument(process));
}

function sysflowDocument({ host, name, pid, at, parent }: PlantedProcess): object {
  const time = new Date(at).toISOString();
  const of = (what: { name: string; pid: number; at: number }): object => ({
    name: what.name,
    pid: what.pid,
    start: new Date(what.at).toISOString(),
    executable: `/usr/bin/${what.name}`,
    command_line: `/usr/bin/${what.name} ${what.pid}`,
    args: String(what.pid),
  });
  return {
    '@timestamp': time,
    agent: { type: 'SysFlow', version: '0.7.0' },
    ecs: { version: '8.2' },
    event: {
      action: 'process-start',
      category: 'process',
      kind: 'event',
      sf_type: 'PE',
      sf_ret: 0,
      start: time,
      end: time,
      type: 'start',
    },
    host: { id: host },
    process: { ...of({ name, pid, at }), thread: { id: pid }, parent: of(parent) },
    user: { id: 0, name: 'root' },
  };
}

function winlogbeatDocument({ host, name, pid, at, parent }: PlantedProcess): object {
  const time = new Date(at).toISOString();
  const guid = (what: { pid: number; at: number }): string =>
    `{00000001-0000-0000-0000-${(what.at % 2 ** 20).toString(16).padStart(5, '0')}${what.pid.toString(16).padStart(7, '0')}}`;
  const image = (what: { name: string }): string => `C:${SYSTEM}${what.name}`;
  return {
    '@timestamp': time,
    '@metadata': { beat: 'winlogbeat', type: '_doc', version: '8.11.1' },
    agent: { name: 'collector01', type: 'winlogbeat', version: '8.11.1' },
    ecs: { version: '8.0.0' },
    host: { name: 'collector01' },
    event: {
      action: 'Process Create (rule: ProcessCreate)',
      code: '1',
      created: time,
      kind: 'event',
      provider: 'Microsoft-Windows-Sysmon',
    },
    winlog: {
      api: 'wineventlog',
      channel: 'Microsoft-Windows-Sysmon/Operational',
      computer_name: host,
      provider_name: 'Microsoft-Windows-Sysmon',
      version: 5,
      event_id: '1',
      record_id: pid,
      task: 'Process Create (rule: ProcessCreate)',
      event_data: {
        UtcTime: time.replace('T', ' ').replace('Z', ''),
        ProcessGuid: guid({ pid, at }),
        ProcessId: String(pid),
        Image: image({ name }),
        User: 'NT AUTHORITY\\SYSTEM',
        CommandLine: `${image({ name })} ${pid}`,
        ParentProcessGuid: guid(parent),
        ParentProcessId: String(parent.pid),
        ParentImage: image(parent),
        ParentCommandLine: `${image(parent)} ${parent.pid}`,
      },
    },
  };
}
