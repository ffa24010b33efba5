import type { SimulatedTime } from '../simulated-time.ts';
import type { WindowsHost } from './windows-host.ts';
import type { WindowsProcess } from './windows-process.ts';

export const SYSTEM = 'NT AUTHORITY\\SYSTEM';
export const NETWORK_SERVICE = 'NT AUTHORITY\\NETWORK SERVICE';
export const SYSTEM32 = 'C:\\Windows\\System32\\';

/** What runs on a desktop since it was started and somebody logged in. */
export class WindowsServices {
  /** The kernel: it serves and reads shares. */
  readonly kernel: WindowsProcess;
  readonly csrss: WindowsProcess;
  readonly wininit: WindowsProcess;
  readonly servicesExe: WindowsProcess;
  readonly scheduler: WindowsProcess;
  /** svchost that starts providers on request, also from other hosts. */
  readonly dcom: WindowsProcess;
  /** Endpoint mapper of remote procedure calls. */
  readonly rpc: WindowsProcess;
  readonly updates: WindowsProcess;
  readonly lsass: WindowsProcess;
  readonly defender: WindowsProcess;
  /** A monitoring agent that reports every so often, as agents do. */
  readonly monitor: WindowsProcess;
  readonly explorer: WindowsProcess;
  readonly all: readonly WindowsProcess[];

  constructor(host: WindowsHost, booted: SimulatedTime) {
    const system = (after: number, parent: WindowsProcess | undefined, image: string, line = image): WindowsProcess =>
      host.running(booted + after, parent, image, line, SYSTEM);
    this.kernel = system(0, undefined, 'System');
    this.csrss = system(600, undefined, `${SYSTEM32}csrss.exe`);
    this.wininit = system(700, undefined, `${SYSTEM32}wininit.exe`, 'wininit.exe');
    this.servicesExe = system(900, this.wininit, `${SYSTEM32}services.exe`);
    this.lsass = system(950, this.wininit, `${SYSTEM32}lsass.exe`);
    const svchost = (group: string): WindowsProcess =>
      system(2000, this.servicesExe, `${SYSTEM32}svchost.exe`, `${SYSTEM32}svchost.exe -k ${group}`);
    this.scheduler = svchost('netsvcs -p -s Schedule');
    this.dcom = svchost('DcomLaunch -p');
    this.rpc = svchost('RPCSS -p');
    this.updates = svchost('netsvcs -p -s wuauserv');
    const platform = 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe';
    this.defender = system(3000, this.servicesExe, platform, `"${platform}"`);
    const agent = 'C:\\Program Files\\Monitor\\agent.exe';
    this.monitor = system(3500, this.servicesExe, agent, `"${agent}" --service`);
    const shell = 'C:\\Windows\\explorer.exe';
    this.explorer = host.running(booted + 60_000, undefined, shell, 'C:\\Windows\\Explorer.EXE', host.user);
    this.all = [
      this.scheduler,
      this.dcom,
      this.rpc,
      this.updates,
      svchost('netsvcs -p -s Winmgmt'),
      svchost('LocalServiceNetworkRestricted -p -s Dhcp'),
      svchost('UnistackSvcGroup -s CDPUserSvc'),
      this.defender,
      this.monitor,
      this.lsass,
      this.explorer,
    ];
  }
}
