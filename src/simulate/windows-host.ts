import type { SimulatedHost, Stage } from './simulated-host.ts';
import type { SimulatedTime } from './simulated-time.ts';
import {
  actorFields,
  connectionFields,
  creationFields,
  sysmonDocument,
  sysmonFrame,
  type SysmonFrame,
} from './sysmon-document.ts';
import { WindowsProcess } from './windows-process.ts';

const SYSTEM = 'NT AUTHORITY\\SYSTEM';
const SYSTEM32 = 'C:\\Windows\\System32\\';

const DLLS = [
  'ntdll.dll',
  'kernel32.dll',
  'KernelBase.dll',
  'user32.dll',
  'advapi32.dll',
  'rpcrt4.dll',
  'ws2_32.dll',
  'crypt32.dll',
  'combase.dll',
  'shell32.dll',
  'winhttp.dll',
  'amsi.dll',
];

const KEYS = [
  'HKLM\\System\\CurrentControlSet\\Services\\Tcpip\\Parameters',
  'HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\UserSettings',
  'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System',
  'HKLM\\SOFTWARE\\Microsoft\\SystemCertificates\\ROOT',
  'HKU\\.DEFAULT\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer',
  'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Real-Time Protection',
];

const SITES = [
  'updates.example.com',
  'mail.example.com',
  'intranet.corp.example',
  'cdn.example.net',
  'telemetry.example.org',
];

/** Tasks that every Windows host runs from its scheduler. */
const TASKS: readonly (readonly [string, string])[] = [
  [`${SYSTEM32}taskhostw.exe`, 'taskhostw.exe -RegisterDevice -SettingChange -Full'],
  [`${SYSTEM32}wermgr.exe`, `${SYSTEM32}wermgr.exe -upload`],
  [`${SYSTEM32}ClipRenew.exe`, `${SYSTEM32}ClipRenew.exe`],
  [
    'C:\\Program Files\\Common Files\\Updater\\update.exe',
    '"C:\\Program Files\\Common Files\\Updater\\update.exe" /silent',
  ],
];

const DESKTOP: readonly (readonly [string, string])[] = [
  [
    'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE',
    '"C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE" /n',
  ],
  ['C:\\Program Files\\Mozilla Firefox\\firefox.exe', '"C:\\Program Files\\Mozilla Firefox\\firefox.exe"'],
  [`${SYSTEM32}notepad.exe`, `"${SYSTEM32}notepad.exe"`],
  [`${SYSTEM32}cmd.exe`, `"${SYSTEM32}cmd.exe" /c gpresult /r`],
];

/** An office desktop: services, a user at work, scheduled tasks; seen by Sysmon. */
export class WindowsHost implements SimulatedHost {
  readonly name: string;
  readonly format = 'winlogbeat';
  readonly weight = 2;
  readonly address: string;
  /** DOMAIN\name of whoever works here. */
  readonly user: string;
  readonly scheduler: WindowsProcess;
  readonly explorer: WindowsProcess;
  readonly #stage: Stage;
  readonly #frame: SysmonFrame;
  readonly #machine: string;
  readonly #services: WindowsProcess[] = [];
  #programs: WindowsProcess[] = [];
  #record = 0;
  #pid = 400;
  #token = 0x10000;

  constructor(name: string, address: string, user: string, now: SimulatedTime, stage: Stage) {
    this.name = name;
    this.address = address;
    this.user = user;
    this.#stage = stage;
    this.#machine = stage.random.hex(8);
    this.#frame = sysmonFrame(name, `${this.#machine}-0000-4000-8000-000000000000`);
    this.#record = stage.random.int(10_000, 4_000_000);
    const booted = now - stage.random.int(3_600_000, 80_000_000);
    const init = this.#make(booted, undefined, `${SYSTEM32}services.exe`, `${SYSTEM32}services.exe`, SYSTEM);
    const service = (group: string): WindowsProcess =>
      this.#make(booted + 2000, init, `${SYSTEM32}svchost.exe`, `${SYSTEM32}svchost.exe -k ${group}`, SYSTEM);
    this.scheduler = service('netsvcs -p -s Schedule');
    this.explorer = this.#make(
      booted + 60_000,
      undefined,
      'C:\\Windows\\explorer.exe',
      'C:\\Windows\\Explorer.EXE',
      user,
    );
    this.#services.push(
      this.scheduler,
      service('netsvcs -p -s Winmgmt'),
      service('LocalServiceNetworkRestricted -p -s Dhcp'),
      service('UnistackSvcGroup -s CDPUserSvc'),
      this.#make(
        booted + 3000,
        init,
        'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe',
        '"C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe"',
        SYSTEM,
      ),
      this.#make(booted + 1000, init, `${SYSTEM32}lsass.exe`, `${SYSTEM32}lsass.exe`, SYSTEM),
      this.explorer,
    );
    // The machine starts with the capture, as far as Sysmon's log goes: the scheduler's own creation is in it.
    stage.plan(now, (at) => void this.event(1, at, creationFields(this.scheduler, stage.random.hex(64))));
  }

  act(now: SimulatedTime): void {
    const { random } = this.#stage;
    const dice = random.unit();
    const actor =
      random.chance(0.5) && this.#programs.length > 0 ? random.pick(this.#programs) : random.pick(this.#services);
    if (dice < 0.24) this.#access(now, actor);
    else if (dice < 0.44)
      this.event(
        7,
        now,
        `${actorFields(actor)},"ImageLoaded":"${escaped(SYSTEM32 + random.pick(DLLS))}","Signed":"true","Signature":"Microsoft Windows","SignatureStatus":"Valid"`,
      );
    else if (dice < 0.83) this.#registry(now, actor);
    else if (dice < 0.88) this.writeFile(actor, now, `C:\\Windows\\Temp\\${random.hex(8)}.tmp`);
    else if (dice < 0.93)
      this.connect(
        actor,
        now,
        random.chance(0.7) ? `10.20.0.${random.int(2, 40)}` : `198.51.100.${random.int(1, 250)}`,
        443,
      );
    else if (dice < 0.97) this.resolve(actor, now, random.pick(SITES), `198.51.100.${random.int(1, 250)}`);
    else if (dice < 0.992) this.#program(now);
    else this.#task(now);
  }

  /** Creates a process and logs it. */
  start(
    parent: WindowsProcess,
    now: SimulatedTime,
    image: string,
    commandLine: string,
    user = parent.user,
  ): { readonly process: WindowsProcess; readonly record: number } {
    const process = this.#make(now, parent, image, commandLine, user);
    return { process, record: this.event(1, now, creationFields(process, this.#stage.random.hex(64))) };
  }

  exit(process: WindowsProcess, now: SimulatedTime): number {
    process.alive = false;
    return this.event(5, now, actorFields(process));
  }

  connect(process: WindowsProcess, now: SimulatedTime, address: string, port: number): number {
    return this.event(
      3,
      now,
      connectionFields(process, this.address, this.#stage.random.int(49_152, 65_535), address, port),
    );
  }

  resolve(process: WindowsProcess, now: SimulatedTime, name: string, address: string): number {
    return this.event(
      22,
      now,
      `${actorFields(process)},"QueryName":"${name}","QueryStatus":"0","QueryResults":"::ffff:${address};"`,
    );
  }

  writeFile(process: WindowsProcess, now: SimulatedTime, path: string): number {
    return this.event(
      11,
      now,
      `${actorFields(process)},"TargetFilename":${JSON.stringify(path)},"CreationUtcTime":"${process.utcTime}"`,
    );
  }

  setValue(process: WindowsProcess, now: SimulatedTime, target: string, details: string): number {
    return this.event(
      13,
      now,
      `"EventType":"SetValue",${actorFields(process)},"TargetObject":${JSON.stringify(target)},"Details":${JSON.stringify(details)}`,
    );
  }

  event(id: number, now: SimulatedTime, fields: string): number {
    return this.#stage.emit('winlogbeat', now, sysmonDocument(this.#frame, id, this.#record++, now, fields));
  }

  #access(now: SimulatedTime, actor: WindowsProcess): void {
    const target = this.#stage.random.pick(this.#services);
    this.event(
      10,
      now,
      `"SourceProcessGUID":"${actor.guid}","SourceProcessId":"${actor.pid}","SourceThreadId":"${actor.pid + 4}","SourceImage":${JSON.stringify(actor.image)},` +
        `"TargetProcessGUID":"${target.guid}","TargetProcessId":"${target.pid}","TargetImage":${JSON.stringify(target.image)},"GrantedAccess":"0x1000",` +
        `"CallTrace":"C:\\\\Windows\\\\SYSTEM32\\\\ntdll.dll+9c534|C:\\\\Windows\\\\System32\\\\KERNELBASE.dll+2730e","SourceUser":${JSON.stringify(actor.user)},"TargetUser":${JSON.stringify(target.user)}`,
    );
  }

  #registry(now: SimulatedTime, actor: WindowsProcess): void {
    const { random } = this.#stage;
    const key = random.pick(KEYS);
    if (random.chance(0.7)) {
      this.event(12, now, `"EventType":"CreateKey",${actorFields(actor)},"TargetObject":${JSON.stringify(key)}`);
    } else {
      this.setValue(actor, now, `${key}\\Value${random.int(1, 30)}`, `DWORD (0x0000000${random.int(0, 9)})`);
    }
  }

  #program(now: SimulatedTime): void {
    const { random } = this.#stage;
    const [image, commandLine] = random.pick(DESKTOP);
    const { process } = this.start(this.explorer, now, image, commandLine);
    this.#run(process, now + random.int(2000, 600_000));
  }

  #task(now: SimulatedTime): void {
    const { random } = this.#stage;
    const [image, commandLine] = random.pick(TASKS);
    const { process } = this.start(this.scheduler, now, image, commandLine);
    this.#run(process, now + random.int(500, 60_000));
  }

  #run(process: WindowsProcess, until: SimulatedTime): void {
    this.#programs.push(process);
    this.#stage.plan(until, (at) => {
      this.#programs = this.#programs.filter((each) => each !== process);
      this.exit(process, at);
    });
  }

  #make(
    now: SimulatedTime,
    parent: WindowsProcess | undefined,
    image: string,
    commandLine: string,
    user: string,
  ): WindowsProcess {
    this.#pid += 4 * this.#stage.random.int(1, 12);
    if (this.#pid > 60_000) this.#pid = 800;
    const seconds = Math.floor(now / 1000)
      .toString(16)
      .padStart(8, '0');
    const token = (this.#token++).toString(16).padStart(12, '0');
    const guid = `{${this.#machine}-${seconds.slice(4)}-${seconds.slice(0, 4)}-${token.slice(8)}-${token.slice(0, 8)}0000}`;
    return new WindowsProcess(guid, this.#pid, image, commandLine, user, now, parent);
  }
}

function escaped(path: string): string {
  return path.replaceAll('\\', '\\\\');
}
