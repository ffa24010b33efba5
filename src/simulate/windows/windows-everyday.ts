import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { windowsChores } from './windows-chores.ts';
import type { WindowsHost } from './windows-host.ts';
import type { WindowsProcess } from './windows-process.ts';
import { DESKTOP_PROGRAMS, type DesktopProgram } from './desktop-programs.ts';

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

/** How many programs one has open at most. */
const MOST_OPEN = 12;

interface OpenProgram {
  readonly process: WindowsProcess;
  readonly program: DesktopProgram;
}

/**
 * A day at a desktop, one small piece at a time: processes look at each other, load libraries, touch the registry, write
 * and connect; programs are opened and closed; and there are chores (`windowsChores`).
 */
export class WindowsEveryday {
  readonly #host: WindowsHost;
  readonly #stage: Stage;
  #open: OpenProgram[] = [];

  constructor(host: WindowsHost, stage: Stage) {
    this.#host = host;
    this.#stage = stage;
  }

  act(now: SimulatedTime): void {
    const { random } = this.#stage;
    const dice = random.unit();
    if (dice > 0.992) windowsChores.pick(random.unit())(this.#host, now, this.#stage);
    else if (dice > 0.975) this.#openProgram(now);
    else if (dice < 0.24) this.#look(now);
    else if (dice < 0.44) this.#host.load(this.#anybody(), now, random.pick(DLLS));
    else if (dice < 0.8) this.#registry(now);
    else this.#work(now);
  }

  #anybody(): WindowsProcess {
    const { random } = this.#stage;
    if (this.#open.length > 0 && random.chance(0.5)) return random.pick(this.#open).process;
    return random.pick(this.#host.services.all);
  }

  /** Windows opens lsass with all rights, protection reads it, and many ask it what it is. */
  #look(now: SimulatedTime): void {
    const { random } = this.#stage;
    const { services } = this.#host;
    const dice = random.unit();
    if (dice < 0.02) this.#host.openProcess(services.defender, now, services.lsass, '0x1010');
    else if (dice < 0.03) this.#host.openProcess(services.csrss, now, services.lsass, '0x1fffff');
    else
      this.#host.openProcess(
        this.#anybody(),
        now,
        random.pick(services.all),
        random.pick(['0x1000', '0x1400', '0x3000']),
      );
  }

  #registry(now: SimulatedTime): void {
    const { random } = this.#stage;
    const key = random.pick(KEYS);
    const actor = this.#anybody();
    if (random.chance(0.7)) this.#host.createKey(actor, now, key);
    else this.#host.setValue(actor, now, `${key}\\Value${random.int(1, 30)}`, `DWORD (0x0000000${random.int(0, 9)})`);
  }

  /** A program that is open, or a service, writes, looks up a name, connects. */
  #work(now: SimulatedTime): void {
    const { random } = this.#stage;
    const { services, user } = this.#host;
    if (this.#open.length === 0 || random.chance(0.2)) {
      if (random.chance(0.5)) this.#host.connect(services.monitor, now, '10.20.0.30', 8443);
      else this.#host.writeFile(services.defender, now, `C:\\Windows\\Temp\\${random.hex(8)}.tmp`);
      return;
    }
    const { process, program } = random.pick(this.#open);
    const { sites = [], files = [] } = program;
    const dice = random.unit();
    if (dice < 0.4 && files.length > 0) {
      const file = random.pick(files).replace('%USER%', user.slice(user.indexOf('\\') + 1));
      this.#host.writeFile(process, now, file.replace('%N%', String(random.int(1, 400))));
    } else if (sites.length > 0) {
      const site = random.pick(sites);
      const address = `198.51.100.${10 + ((site.length * 7) % 200)}`;
      if (dice < 0.7) this.#host.resolve(process, now, site, address);
      else this.#host.connect(process, now, address, 443);
    } else this.#host.load(process, now, random.pick(DLLS));
  }

  #openProgram(now: SimulatedTime): void {
    const { random } = this.#stage;
    if (this.#open.length >= MOST_OPEN) return;
    const program = DESKTOP_PROGRAMS.pick(random.unit());
    const { process } = this.#host.start(this.#host.services.explorer, now, program.image, program.commandLine);
    const end = now + random.lifetime(program.medianMs);
    this.#follow({ process, program }, end);
    for (let i = 0; i < (program.children ?? 0); i++) {
      this.#stage.plan(now + 80 + i * 140, (at) => {
        const line = `${program.commandLine} --type=renderer --client-id=${i + 4}`;
        const child = this.#host.start(process, at, program.image, line);
        this.#stage.plan(Math.max(at, end - 50), (then) => void this.#host.exit(child.process, then));
      });
    }
  }

  #follow(open: OpenProgram, end: SimulatedTime): void {
    this.#open.push(open);
    this.#stage.plan(end, (at) => {
      this.#open = this.#open.filter((each) => each !== open);
      this.#host.exit(open.process, at);
    });
  }
}
