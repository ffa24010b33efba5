import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { WeightedChoice } from '../weighted-choice.ts';
import type { WindowsHost } from './windows-host.ts';
import { NETWORK_SERVICE, SYSTEM, SYSTEM32 } from './windows-services.ts';

/** Something that starts processes, does its work over a while and is gone. */
type Chore = (host: WindowsHost, now: SimulatedTime, stage: Stage) => void;

const UPDATER = 'C:\\Program Files\\Common Files\\Updater\\update.exe';

/** Tasks that every Windows host runs from its scheduler. */
const TASKS: readonly (readonly [string, string])[] = [
  [`${SYSTEM32}taskhostw.exe`, 'taskhostw.exe -RegisterDevice -SettingChange -Full'],
  [`${SYSTEM32}wermgr.exe`, `${SYSTEM32}wermgr.exe -upload`],
  [`${SYSTEM32}ClipRenew.exe`, `${SYSTEM32}ClipRenew.exe`],
  [UPDATER, `"${UPDATER}" /silent`],
];

const task: Chore = (host, now, stage) => {
  const [image, commandLine] = stage.random.pick(TASKS);
  const { process } = host.start(host.services.scheduler, now, image, commandLine);
  if (image === UPDATER) stage.plan(now + 300, (at) => void host.connect(process, at, '198.51.100.40', 443));
  stage.plan(now + 400 + stage.random.lifetime(6000), (end) => void host.exit(process, end));
};

/** Inventory by a script: what a beacon would look like, if it came back. */
const inventory: Chore = (host, now, stage) => {
  const shell = `${SYSTEM32}WindowsPowerShell\\v1.0\\powershell.exe`;
  const line = `powershell.exe -NoProfile -File "C:\\Program Files\\Inventory\\collect.ps1"`;
  const { process } = host.start(host.services.scheduler, now, shell, line);
  const console = host.start(
    process,
    now + 20,
    `${SYSTEM32}conhost.exe`,
    `\\??\\${SYSTEM32}conhost.exe 0xffffffff -ForceV1`,
  );
  stage.plan(now + 900, (at) => {
    host.connect(process, at, '10.20.0.31', 8530);
    host.writeFile(process, at + 40, `C:\\Windows\\Temp\\inventory-${stage.random.hex(4)}.json`);
  });
  stage.plan(now + 2000 + stage.random.lifetime(4000), (end) => {
    host.exit(process, end);
    host.exit(console.process, end + 4);
  });
};

/** Windows Update installs something: many files, by the trusted installer. */
const update: Chore = (host, now, stage) => {
  const worker = 'C:\\Windows\\WinSxS\\amd64_microsoft-windows-servicingstack_31bf3856ad364e35\\TiWorker.exe';
  const { process } = host.start(host.services.dcom, now, worker, `${worker} -Embedding`, SYSTEM);
  host.resolve(host.services.updates, now + 30, 'updates.example.com', '198.51.100.44');
  host.connect(host.services.updates, now + 90, '198.51.100.44', 443);
  const files = stage.random.int(5, 25);
  for (let i = 0; i < files; i++) {
    const path = `C:\\Windows\\WinSxS\\Temp\\InFlight\\${stage.random.hex(12)}.dll`;
    stage.plan(now + 200 + i * 60, (at) => void host.writeFile(process, at, path));
  }
  stage.plan(now + 3000 + stage.random.lifetime(20_000), (end) => void host.exit(process, end));
};

/** A local program asks for management data: the provider that remote calls use as well. */
const management: Chore = (host, now, stage) => {
  const provider = `${SYSTEM32}wbem\\WmiPrvSE.exe`;
  const { process } = host.start(host.services.dcom, now, provider, `${provider} -secured -Embedding`, NETWORK_SERVICE);
  host.load(process, now + 20, `${SYSTEM32}wbem\\cimwin32.dll`);
  stage.plan(now + 90_000, (end) => void host.exit(process, end));
};

/** A backup: it looks after shadow copies, drops the oldest, and copies documents. */
const backup: Chore = (host, now, stage) => {
  const image = 'C:\\Program Files\\Backup\\backup.exe';
  const { process } = host.start(host.services.scheduler, now, image, `"${image}" /job:daily`);
  const vssadmin = `${SYSTEM32}vssadmin.exe`;
  stage.plan(now + 500, (at) => {
    const drop = host.start(process, at, vssadmin, 'vssadmin delete shadows /for=C: /oldest /quiet');
    stage.plan(at + 700, (end) => void host.exit(drop.process, end));
  });
  for (let i = 0; i < 10; i++) {
    stage.plan(now + 2000 + i * 150, (at) => {
      host.writeFile(process, at, `E:\\Backup\\daily\\documents-${i}.bak`);
    });
  }
  stage.plan(now + 5000 + stage.random.lifetime(9000), (end) => void host.exit(process, end));
};

/** Somebody reads files of the department's share. */
const share: Chore = (host, now, stage) => {
  const server = '10.20.0.12';
  for (let i = 0; i < stage.random.int(1, 4); i++) {
    stage.plan(now + i * 700, (at) => void host.connect(host.services.kernel, at, server, 445));
  }
};

/** A script of the domain runs at logon. */
const logon: Chore = (host, now, stage) => {
  const line = `${SYSTEM32}cmd.exe /c "\\\\corp.example\\SYSVOL\\scripts\\logon.cmd"`;
  const { process } = host.start(host.services.explorer, now, `${SYSTEM32}cmd.exe`, line);
  stage.plan(now + 200, (at) => {
    const net = host.start(process, at, `${SYSTEM32}net.exe`, 'net use S: \\\\files\\department');
    host.connect(host.services.kernel, at + 40, '10.20.0.12', 445);
    stage.plan(at + 300, (end) => {
      host.exit(net.process, end);
      host.exit(process, end + 20);
    });
  });
};

/** How often each comes up, against the others. */
export const windowsChores = new WeightedChoice<Chore>([
  [40, task],
  [14, share],
  [10, management],
  [8, update],
  [6, inventory],
  [5, logon],
  [3, backup],
]);
