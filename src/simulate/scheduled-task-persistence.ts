import type { AttackTruth, Stage } from './simulated-host.ts';
import { beatTime, type SimulatedTime } from './simulated-time.ts';
import type { WindowsHost } from './windows-host.ts';

const NAMES = ['amcet', 'winsvcs', 'hlpsync', 'brokerd', 'msupd'];
const SYSTEM32 = 'C:\\Windows\\System32\\';

/**
 * Persistence by a scheduled task: a script drops a program into a user-writable folder and registers it; the scheduler
 * starts it later, and it starts shells, writes files and connects out.
 */
export function scheduledTaskPersistence(
  host: WindowsHost,
  start: SimulatedTime,
  stage: Stage,
  done: (truth: AttackTruth) => void,
): void {
  const { random } = stage;
  const records: number[] = [];
  const entities: Record<string, string | number>[] = [];
  const note = (role: string, process: { guid: string; pid: number; commandLine: string }): void => {
    entities.push({ role, guid: process.guid, pid: process.pid, command_line: process.commandLine });
  };
  const name = random.pick(NAMES);
  const implant = `C:\\Users\\Public\\Libraries\\${name}.exe`;
  const external = `203.0.113.${random.int(2, 250)}`;
  stage.plan(start, (now) => {
    const script = host.start(
      host.explorer,
      now,
      `${SYSTEM32}wscript.exe`,
      `"${SYSTEM32}wscript.exe" "C:\\Users\\Public\\Documents\\invoice.vbs"`,
    );
    note('dropper', script.process);
    records.push(script.record, host.writeFile(script.process, now + 400, implant));
    stage.plan(now + 900, (at) => {
      const tasks = host.start(
        script.process,
        at,
        `${SYSTEM32}schtasks.exe`,
        `schtasks /create /sc minute /mo 5 /tn "${name}" /tr ${implant}`,
      );
      note('registration', tasks.process);
      records.push(
        tasks.record,
        host.setValue(
          host.scheduler,
          at + 80,
          `HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tree\\${name}\\Id`,
          '{task}',
        ),
        host.exit(tasks.process, at + 200),
        host.exit(script.process, at + 300),
      );
    });
    stage.plan(now + random.int(20_000, 60_000), (at) => {
      const run = host.start(host.scheduler, at, implant, implant, 'NT AUTHORITY\\SYSTEM');
      note('implant', run.process);
      records.push(run.record);
      const children: readonly (readonly [string, string])[] = [
        [`${SYSTEM32}cmd.exe`, 'cmd.exe /c whoami /all'],
        [`${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`, 'powershell -nop -w hidden -enc SQBFAFgA'],
        [`${SYSTEM32}conhost.exe`, `\\??\\${SYSTEM32}conhost.exe 0xffffffff -ForceV1`],
      ];
      children.forEach(([image, commandLine], i) => {
        stage.plan(at + 300 + i * 400, (then) => {
          const child = host.start(run.process, then, image, commandLine);
          note('child', child.process);
          records.push(child.record);
          stage.plan(then + 2500, (end) => void records.push(host.exit(child.process, end)));
        });
      });
      stage.plan(at + 1500, (then) => {
        records.push(
          host.resolve(run.process, then, `cdn-${name}.example.net`, external),
          host.connect(run.process, then + 60, external, 443),
          host.writeFile(run.process, then + 500, `C:\\Users\\Public\\Libraries\\${name}.dat`),
        );
        entities.push({ role: 'destination', value: external, port: 443 });
      });
      stage.plan(at + 6000, (end) => {
        records.push(host.exit(run.process, end));
        done({
          scenario: 'scheduled-task',
          host: host.name,
          format: 'winlogbeat',
          start: beatTime(start),
          end: beatTime(end),
          records: [...records].sort((a, b) => a - b),
          entities,
          hunts: { 'scheduled-task-implant': 1 },
        });
      });
    });
  });
}
