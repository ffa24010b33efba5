import type { AttackRecord } from '../attack-record.ts';
import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { WindowsHost } from '../windows/windows-host.ts';
import type { WindowsProcess } from '../windows/windows-process.ts';
import { SYSTEM32 } from '../windows/windows-services.ts';
import { noteProcess } from './note-process.ts';
import { attackName } from './scenario.ts';

const NAMES = ['setup', 'viewer', 'codec', 'invoice'];
const KINDS = ['docx', 'xlsx', 'pdf', 'jpg', 'pptx'];
const FOLDERS = ['Documents', 'Desktop', 'Pictures'];
const HUNT = 'mass-encryption';

/**
 * Ransomware at work, Sysmon. Planted, in this order:
 *
 * - explorer starts `C:\Users\Public\Downloads\NAME.exe` (1): the culprit;
 * - it starts, each through a `cmd.exe /c …` of its own (1, 5): `vssadmin delete shadows /all /quiet`,
 *   `wbadmin delete catalog -quiet`, `bcdedit /set {default} recoveryenabled no`;
 * - then it works through Documents, Desktop and Pictures of the user, 60 to 140 files in all, one about every 50 ms: it writes
 *   `FILE.EXT.locked` (11) and deletes `FILE.EXT` (23);
 * - in each folder it leaves `README_RECOVER.txt` (11), and ends (5).
 *
 * One alert of `mass-encryption`, keyed by the pid of the culprit, due when it has both taken the way back and written
 * the first `.locked` file.
 */
export function massEncryption(attack: AttackRecord, host: WindowsHost, now: SimulatedTime, stage: Stage): void {
  const image = `C:\\Users\\Public\\Downloads\\${attackName(stage, NAMES)}.exe`;
  const { process, record } = host.start(host.services.explorer, now, image, `"${image}"`);
  attack.records(now, record);
  noteProcess(attack, host, 'culprit', process);
  const commands: readonly (readonly [string, string])[] = [
    ['vssadmin.exe', 'vssadmin delete shadows /all /quiet'],
    ['wbadmin.exe', 'wbadmin delete catalog -quiet'],
    ['bcdedit.exe', 'bcdedit /set {default} recoveryenabled no'],
  ];
  commands.forEach(([name, line], i) => {
    stage.plan(now + 800 + i * 900, (at) => {
      const cmd = host.start(process, at, `${SYSTEM32}cmd.exe`, `cmd.exe /c ${line}`);
      const tool = host.start(cmd.process, at + 30, `${SYSTEM32}${name}`, line);
      attack.records(at, cmd.record, tool.record);
      attack.records(at, host.exit(tool.process, at + 500), host.exit(cmd.process, at + 520));
      noteProcess(attack, host, 'inhibitor', tool.process);
    });
  });
  stage.plan(now + 4500, (at) => encrypt(attack, host, process, at, stage));
}

function encrypt(
  attack: AttackRecord,
  host: WindowsHost,
  process: WindowsProcess,
  now: SimulatedTime,
  stage: Stage,
): void {
  const { random } = stage;
  const files = random.int(60, 140);
  const home = `C:\\Users\\${host.user.slice(host.user.indexOf('\\') + 1)}\\`;
  attack.entity(host, { role: 'encrypted', type: 'file', path: `${home}…\\*.locked`, files });
  FOLDERS.forEach((folder, f) => {
    const first = Math.floor((files * f) / FOLDERS.length);
    const last = Math.floor((files * (f + 1)) / FOLDERS.length);
    for (let i = first; i < last; i++) {
      const path = `${home}${folder}\\${random.hex(5)}-${i}.${random.pick(KINDS)}`;
      stage.plan(now + i * 50 + random.int(0, 30), (at) => {
        attack.records(at, host.writeFile(process, at, `${path}.locked`), host.deleteFile(process, at + 6, path));
        if (i === 0) attack.alert(HUNT, host, process.pid, at);
      });
    }
    stage.plan(now + last * 50 + 40, (at) => {
      attack.records(at, host.writeFile(process, at, `${home}${folder}\\README_RECOVER.txt`));
    });
  });
  stage.plan(now + files * 50 + 1500, (end) => {
    attack.records(end, host.exit(process, end));
    attack.end(end);
  });
}
