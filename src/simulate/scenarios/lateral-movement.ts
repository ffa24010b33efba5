import type { AttackRecord } from '../attack-record.ts';
import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { WindowsHost } from '../windows/windows-host.ts';
import { NETWORK_SERVICE, SYSTEM32 } from '../windows/windows-services.ts';
import { noteProcess } from './note-process.ts';
import { attackerAddress, attackName } from './scenario.ts';

const NAMES = ['grunt', 'svcupd', 'diagx', 'prnhost'];
const HUNT = 'lateral-movement';

/**
 * From one Windows host to another through WMI, Sysmon of both. Planted, in this order:
 *
 * - FROM: explorer starts `cmd.exe` (1); its kernel process connects to TO:445 (3, Initiated true; on TO the same 5-tuple by
 *   the kernel process, Initiated false); on TO the kernel process writes `C:\Windows\Temp\NAME.exe` (11);
 * - FROM: cmd starts `wmic /node:"TO" process call create "C:\Windows\Temp\NAME.exe"` (1), which connects to TO:135 and to a
 *   high port of TO (3); on TO the same 5-tuples by `svchost.exe -k RPCSS -p` and by `svchost.exe -k DcomLaunch -p`,
 *   Initiated false;
 * - TO: `svchost.exe -k DcomLaunch -p` starts `WmiPrvSE.exe -secured -Embedding` as NETWORK SERVICE (1), which starts
 *   `C:\Windows\Temp\NAME.exe` as the user of FROM (1);
 * - TO: NAME.exe starts `cmd.exe /c whoami /all` and `net group "Domain Admins" /domain` (1, 5) and connects once to
 *   203.0.113.x:443 (3); everything ends (5).
 *
 * Two alerts of `lateral-movement`: on TO, keyed by the pid of WmiPrvSE; on FROM, one for the host.
 */
export function lateralMovement(
  attack: AttackRecord,
  from: WindowsHost,
  to: WindowsHost,
  now: SimulatedTime,
  stage: Stage,
): void {
  const name = attackName(stage, NAMES);
  const program = `C:\\Windows\\Temp\\${name}.exe`;
  const cmd = from.start(from.services.explorer, now, `${SYSTEM32}cmd.exe`, `"${SYSTEM32}cmd.exe"`);
  attack.records(now, cmd.record);
  noteProcess(attack, from, 'operator', cmd.process);
  const reach = (at: SimulatedTime, client: typeof cmd.process, server: typeof cmd.process, port: number): void => {
    const sourcePort = stage.random.int(49_152, 65_535);
    attack.records(
      at,
      from.connect(client, at, to.address, port, sourcePort),
      to.accept(server, at + 1, from.address, sourcePort, port),
    );
  };
  stage.plan(now + 3000, (at) => {
    reach(at, from.services.kernel, to.services.kernel, 445);
    attack.records(at, to.writeFile(to.services.kernel, at + 90, program));
    attack.entity(to, { role: 'program', type: 'file', path: program });
  });
  stage.plan(now + 8000, (at) => {
    const line = `wmic /node:"${to.name}" process call create "${program}"`;
    const wmic = from.start(cmd.process, at, `${SYSTEM32}wbem\\WMIC.exe`, line);
    attack.records(at, wmic.record);
    noteProcess(attack, from, 'asker', wmic.process);
    attack.alert(HUNT, from, from.name, at);
    reach(at + 120, wmic.process, to.services.rpc, 135);
    reach(at + 150, wmic.process, to.services.dcom, stage.random.int(49_664, 49_700));
    stage.plan(at + 600, (then) => landed(attack, to, program, from.user, then, stage));
    stage.plan(at + 1500, (end) => {
      attack.records(end, from.exit(wmic.process, end), from.exit(cmd.process, end + 5000));
    });
  });
}

function landed(
  attack: AttackRecord,
  host: WindowsHost,
  program: string,
  user: string,
  now: SimulatedTime,
  stage: Stage,
): void {
  const external = attackerAddress(stage);
  const provider = `${SYSTEM32}wbem\\WmiPrvSE.exe`;
  const broker = host.start(host.services.dcom, now, provider, `${provider} -secured -Embedding`, NETWORK_SERVICE);
  attack.records(now, broker.record);
  noteProcess(attack, host, 'broker', broker.process);
  stage.plan(now + 250, (at) => {
    const { process, record } = host.start(broker.process, at, program, program, user);
    attack.records(at, record);
    noteProcess(attack, host, 'arrival', process);
    attack.alert(HUNT, host, broker.process.pid, at);
    const commands: readonly (readonly [string, string])[] = [
      [`${SYSTEM32}cmd.exe`, 'cmd.exe /c whoami /all'],
      [`${SYSTEM32}net.exe`, 'net group "Domain Admins" /domain'],
    ];
    commands.forEach(([image, line], i) => {
      stage.plan(at + 1200 + i * 1800, (then) => {
        const child = host.start(process, then, image, line);
        attack.records(then, child.record);
        noteProcess(attack, host, 'action', child.process);
        stage.plan(then + 300, (end) => attack.records(end, host.exit(child.process, end)));
      });
    });
    stage.plan(at + 900, (then) => {
      attack.records(then, host.connect(process, then, external, 443));
      attack.entity(host, { role: 'destination', type: 'ipv4-addr', value: external, port: 443, connections: 1 });
    });
    stage.plan(at + 9000, (end) => {
      attack.records(end, host.exit(process, end), host.exit(broker.process, end + 1000));
      attack.end(end + 1000);
    });
  });
}
