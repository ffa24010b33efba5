import { flatText } from '../flat-text.ts';
import type { WindowsFormat } from '../simulated-host.ts';
import { beatTime, localTime, sysmonTime, type SimulatedTime } from '../simulated-time.ts';

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
  23: 'File Delete archived (rule: FileDelete)',
};

/** Events with an EventType of Sysmon's own, which NXLog has a field of the same name for. */
const WITH_EVENT_TYPE = new Set([12, 13]);

/** Time zone of the hosts whose log NXLog reads: it writes local times. */
const NXLOG_OFFSET_MS = -4 * 3_600_000;
/** From the event to its receipt by the collector. */
const NXLOG_RECEIPT_MS = 900;

/** Writes the events of one host as a shipper does. */
export interface SysmonWriter {
  /**
   * `time` by the clock of the host, `received` by that of the collector. `fields`: Sysmon's own, members of a JSON
   * object, all of them texts.
   */
  document(eventId: number, recordId: number, time: SimulatedTime, received: SimulatedTime, fields: string): string;
}

export function sysmonWriter(format: WindowsFormat, computer: string, agent: string): SysmonWriter {
  return format === 'nxlog' ? new NxlogWriter(computer) : new WinlogbeatWriter(computer, agent);
}

/** As Winlogbeat 8 sends an event to Kafka: raw (formats of Beats, not ECS). */
class WinlogbeatWriter implements SysmonWriter {
  readonly #head: string;
  readonly #winlog: string;
  readonly #parts = new Map<number, { readonly event: string; readonly kind: string; readonly task: string }>();

  constructor(computer: string, agent: string) {
    this.#head =
      `"@metadata":{"beat":"winlogbeat","type":"_doc","version":"8.11.1"},"agent":{"id":"${agent}","name":"collector01",` +
      `"type":"winlogbeat","version":"8.11.1"},"ecs":{"version":"8.0.0"},"host":{"name":"collector01"},"log":{"level":"information"},`;
    this.#winlog =
      `"winlog":{"api":"wineventlog","channel":"Microsoft-Windows-Sysmon/Operational","computer_name":${JSON.stringify(computer)},` +
      '"opcode":"Info","provider_guid":"{5770385f-c22a-43e0-bf4c-06f5698ffbd9}","provider_name":"Microsoft-Windows-Sysmon","version":5,';
  }

  document(eventId: number, recordId: number, time: SimulatedTime, _received: SimulatedTime, fields: string): string {
    const at = beatTime(time);
    const { event, kind, task } = this.#partsOf(eventId);
    return (
      `{"@timestamp":"${at}",${event}"${at}",${kind}${recordId},${task}"event_data":{"RuleName":"-",` +
      `"UtcTime":"${sysmonTime(time)}",${fields}}}}\n`
    );
  }

  #partsOf(eventId: number): { readonly event: string; readonly kind: string; readonly task: string } {
    let parts = this.#parts.get(eventId);
    if (parts === undefined) {
      const task = TASKS[eventId] ?? '';
      parts = {
        event: flatText(`${this.#head}"event":{"action":"${task}","code":"${eventId}","created":`),
        kind: flatText(
          `"kind":"event","provider":"Microsoft-Windows-Sysmon"},${this.#winlog}"event_id":"${eventId}","record_id":`,
        ),
        task: `"task":"${task}",`,
      };
      this.#parts.set(eventId, parts);
    }
    return parts;
  }
}

/** As NXLog forwards an event: flat, `host` being the collector, `EventTime` a local time. */
class NxlogWriter implements SysmonWriter {
  readonly #computer: string;
  readonly #parts = new Map<number, { readonly head: string; readonly tail: string }>();

  constructor(computer: string) {
    this.#computer = computer;
  }

  document(eventId: number, recordId: number, time: SimulatedTime, received: SimulatedTime, fields: string): string {
    const { head, tail } = this.#partsOf(eventId);
    const at = received + NXLOG_RECEIPT_MS;
    return (
      `{"@timestamp":"${beatTime(at)}",${head}"EventTime":"${localTime(time, NXLOG_OFFSET_MS)}",` +
      `"EventReceivedTime":"${localTime(at, NXLOG_OFFSET_MS)}","RecordNumber":${recordId},` +
      `"UtcTime":"${sysmonTime(time)}",${fields},${tail}}\n`
    );
  }

  #partsOf(eventId: number): { readonly head: string; readonly tail: string } {
    let parts = this.#parts.get(eventId);
    if (parts === undefined) {
      parts = {
        head: flatText(
          `"@version":"1",${WITH_EVENT_TYPE.has(eventId) ? '"EventTypeOrignal":"INFO"' : '"EventType":"INFO"'},` +
            `"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":${JSON.stringify(this.#computer)},` +
            `"SourceName":"Microsoft-Windows-Sysmon","EventID":${eventId},"Task":${eventId},"Version":5,"OpcodeValue":0,` +
            '"Severity":"INFO","SeverityValue":2,"host":"wec.corp.example","port":60122,',
        ),
        tail: flatText(
          '"ProviderGuid":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}","Keywords":-9223372036854775808,"AccountName":"SYSTEM",' +
            '"AccountType":"User","Domain":"NT AUTHORITY","UserID":"S-1-5-18","ExecutionProcessID":3432,"ThreadID":4496,' +
            '"SourceModuleName":"eventlog","SourceModuleType":"im_msvistalog","RuleName":"-"',
        ),
      };
      this.#parts.set(eventId, parts);
    }
    return parts;
  }
}
