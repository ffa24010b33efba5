import type { AttackRecord } from '../attack-record.ts';
import { LinuxProcess } from '../linux/linux-process.ts';
import type { SimulatedHost } from '../simulated-host.ts';
import type { WindowsProcess } from '../windows/windows-process.ts';

/** Says in the truth which process it is, and what it runs now. */
export function noteProcess(
  attack: AttackRecord,
  host: SimulatedHost,
  role: string,
  process: LinuxProcess | WindowsProcess,
): void {
  const { pid, commandLine } = process;
  const identity = process instanceof LinuxProcess ? { pid, start: process.start } : { guid: process.guid, pid };
  attack.entity(host, { role, type: 'process', ...identity, command_line: commandLine });
}
