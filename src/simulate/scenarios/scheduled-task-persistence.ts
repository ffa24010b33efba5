import type { AttackRecord } from '../attack-record.ts';
import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { WindowsHost } from '../windows/windows-host.ts';
import { SYSTEM, SYSTEM32 } from '../windows/windows-services.ts';
import { noteProcess } from './note-process.ts';
import { attackerAddress, attackName } from './scenario.ts';

const NAMES = ['amcet', 'winsvcs', 'hlpsync', 'brokerd', 'msupd'];
const HUNT = 'scheduled-task-implant';

/**
 * Persistence by a scheduled task, Sysmon. Planted, in this order:
 *
 * - explorer starts `wscript.exe … invoice.vbs` (1), which writes `C:\Users\Public\Libraries\NAME.exe` (11) and starts
 *   `schtasks /create /sc minute /mo 5 /tn "NAME" /tr …` (1); the scheduler sets
 *   `…\Schedule\TaskCache\Tree\NAME\Id` (13);
 * - 20 to 60 s later the scheduler (`svchost.exe -k netsvcs -p -s Schedule`) starts NAME.exe as SYSTEM (1);
 * - which starts cmd, an encoded powershell and conhost (1, 5), looks up `cdn-NAME.example.net` (22), connects to
 *   203.0.113.x:443 (3) and writes NAME.dat (11).
 *
 * One alert of `scheduled-task-implant`, keyed by the path of NAME.exe.
 */
export function scheduledTaskPersistence(
  attack: AttackRecord,
  host: WindowsHost,
  now: SimulatedTime,
  stage: Stage,
): void {
  const name = attackName(stage, NAMES);
  const implant = `C:\\Users\\Public\\Libraries\\${name}.exe`;
  const { explorer, scheduler } = host.services;
  const line = `"${SYSTEM32}wscript.exe" "C:\\Users\\Public\\Documents\\invoice.vbs"`;
  const script = host.start(explorer, now, `${SYSTEM32}wscript.exe`, line);
  noteProcess(attack, host, 'dropper', script.process);
  attack.records(now, script.record);
  stage.plan(now + 400, (at) => {
    attack.records(at, host.writeFile(script.process, at, implant));
    attack.entity(host, { role: 'implant-file', type: 'file', path: implant });
  });
  stage.plan(now + 900, (at) => {
    const command = `schtasks /create /sc minute /mo 5 /tn "${name}" /tr ${implant}`;
    const tasks = host.start(script.process, at, `${SYSTEM32}schtasks.exe`, command);
    noteProcess(attack, host, 'registration', tasks.process);
    attack.records(
      at,
      tasks.record,
      host.setValue(
        scheduler,
        at + 80,
        `HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tree\\${name}\\Id`,
        '{task}',
      ),
      host.exit(tasks.process, at + 200),
      host.exit(script.process, at + 300),
    );
  });
  stage.plan(now + stage.random.int(20_000, 60_000), (at) => implantRuns(attack, host, name, implant, at, stage));
}

function implantRuns(
  attack: AttackRecord,
  host: WindowsHost,
  name: string,
  implant: string,
  now: SimulatedTime,
  stage: Stage,
): void {
  const external = attackerAddress(stage);
  const { process, record } = host.start(host.services.scheduler, now, implant, implant, SYSTEM);
  noteProcess(attack, host, 'implant', process);
  attack.records(now, record);
  attack.alert(HUNT, host, implant, now);
  const children: readonly (readonly [string, string])[] = [
    [`${SYSTEM32}cmd.exe`, 'cmd.exe /c whoami /all'],
    [`${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`, 'powershell -nop -w hidden -enc SQBFAFgA'],
    [`${SYSTEM32}conhost.exe`, `\\??\\${SYSTEM32}conhost.exe 0xffffffff -ForceV1`],
  ];
  children.forEach(([image, commandLine], i) => {
    stage.plan(now + 300 + i * 400, (at) => {
      const child = host.start(process, at, image, commandLine);
      noteProcess(attack, host, 'child', child.process);
      attack.records(at, child.record);
      stage.plan(at + 2500, (end) => attack.records(end, host.exit(child.process, end)));
    });
  });
  stage.plan(now + 1500, (at) => {
    attack.records(
      at,
      host.resolve(process, at, `cdn-${name}.example.net`, external),
      host.connect(process, at + 60, external, 443),
      host.writeFile(process, at + 500, `C:\\Users\\Public\\Libraries\\${name}.dat`),
    );
    attack.entity(host, { role: 'destination', type: 'ipv4-addr', value: external, port: 443, connections: 1 });
  });
  stage.plan(now + 6000, (end) => {
    attack.records(end, host.exit(process, end));
    attack.end(end);
  });
}
