import type { AttackRecord } from '../attack-record.ts';
import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { WindowsHost } from '../windows/windows-host.ts';
import { SYSTEM32 } from '../windows/windows-services.ts';
import { noteProcess } from './note-process.ts';
import { attackerAddress, attackName } from './scenario.ts';

const NAMES = ['status', 'assets', 'api', 'static'];
const HUNT = 'slow-beacon';
/** Between two calls: this much, give or take `JITTER`. Always more than a minute, which is what makes it slow. */
const INTERVAL_MS = 80_000;
const JITTER = 0.15;
const CALLS = 5;

/** From the first record to the last. */
export const SLOW_BEACON_LONGEST_MS = 5000 + (CALLS - 1) * INTERVAL_MS * (1 + JITTER);

/**
 * A script that asks its server for orders, Sysmon. Planted, in this order:
 *
 * - explorer starts `wscript.exe "C:\Users\Public\Documents\NAME.js"` (1), which starts
 *   `powershell.exe -noP -w hidden -enc …` (1) and ends (5);
 * - powershell calls five times, 68 to 92 s apart: looks up `NAME.example.net` (22) and connects to 203.0.113.x:443 (3), each
 *   time from another source port;
 * - after the third call it starts `cmd.exe /c tasklist` (1, 5); after the last it ends (5).
 *
 * One alert of `slow-beacon`, keyed by the pid of powershell, due with the second call; one more if the calls go on into
 * another hour.
 */
export function slowBeacon(attack: AttackRecord, host: WindowsHost, now: SimulatedTime, stage: Stage): void {
  const { random } = stage;
  const name = attackName(stage, NAMES);
  const external = attackerAddress(stage);
  const wscript = `${SYSTEM32}wscript.exe`;
  const line = `"${wscript}" "C:\\Users\\Public\\Documents\\${name}.js"`;
  const script = host.start(host.services.explorer, now, wscript, line);
  attack.records(now, script.record);
  noteProcess(attack, host, 'dropper', script.process);
  stage.plan(now + 700, (at) => {
    const image = `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`;
    const order = 'powershell.exe -noP -w hidden -enc SQBmACgAJABQAFMAVgBlAHIAcwBpAG8AbgBUAGEAYgBsAGUAKQB7AH0A';
    const { process, record } = host.start(script.process, at, image, order);
    attack.records(at, record, host.exit(script.process, at + 400));
    noteProcess(attack, host, 'beacon', process);
    attack.entity(host, { role: 'destination', type: 'ipv4-addr', value: external, port: 443, connections: CALLS });
    let sourcePort = random.int(49_152, 60_000);
    const call = (number: number, then: SimulatedTime): void => {
      sourcePort += random.int(1, 300);
      attack.records(
        then,
        host.resolve(process, then, `${name}.example.net`, external),
        host.connect(process, then + 40, external, 443, sourcePort),
      );
      if (number > 1) attack.alert(HUNT, host, process.pid, then + 40);
      if (number === 3) obey(attack, host, process, then + 300, stage);
      if (number < CALLS) {
        stage.plan(then + INTERVAL_MS * (1 + JITTER * (2 * random.unit() - 1)), (next) => call(number + 1, next));
        return;
      }
      attack.records(then, host.exit(process, then + 900));
      attack.end(then + 900);
    };
    stage.plan(at + 2000, (then) => call(1, then));
  });
}

function obey(
  attack: AttackRecord,
  host: WindowsHost,
  beacon: Parameters<WindowsHost['exit']>[0],
  now: SimulatedTime,
  stage: Stage,
): void {
  stage.plan(now, (at) => {
    const { process, record } = host.start(beacon, at, `${SYSTEM32}cmd.exe`, 'cmd.exe /c tasklist');
    attack.records(at, record);
    noteProcess(attack, host, 'action', process);
    stage.plan(at + 600, (end) => attack.records(end, host.exit(process, end)));
  });
}
