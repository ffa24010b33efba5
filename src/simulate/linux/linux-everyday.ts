import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import type { LinuxHost } from './linux-host.ts';
import { linuxChores } from './linux-chores.ts';
import type { Service } from './linux-services.ts';

/** Clients of the web shop and the blog. */
const CLIENTS = ['198.51.100.7', '198.51.100.24', '198.51.100.61', '203.0.113.200', '192.0.2.15', '10.0.0.9'];

/**
 * A day of a server, one small piece at a time: services read, write, are called and call others, and now and then there
 * is a chore that starts processes (`linuxChores`).
 */
export class LinuxEveryday {
  readonly #host: LinuxHost;
  readonly #stage: Stage;

  constructor(host: LinuxHost, stage: Stage) {
    this.#host = host;
    this.#stage = stage;
  }

  act(now: SimulatedTime): void {
    const { random } = this.#stage;
    const dice = random.unit();
    if (dice > 0.985) {
      const chore = linuxChores.pick(random.unit());
      chore(this.#host, now, this.#stage);
      return;
    }
    const service = random.pick(this.#host.services.busy);
    if (dice < 0.55) this.#read(service, now);
    else if (dice < 0.73) this.#write(service, now);
    else this.#talk(service, now);
  }

  #read({ process, habits }: Service, now: SimulatedTime): void {
    const { random } = this.#stage;
    const path = random.pick(habits.reads ?? ['/etc/ld.so.cache', '/etc/hosts', '/etc/localtime']);
    if (random.chance(0.4)) this.#host.access(process, now, path);
    else this.#host.read(process, now, path, random.int(1, 16_384));
  }

  #write({ process, habits }: Service, now: SimulatedTime): void {
    const { random } = this.#stage;
    this.#host.write(process, now, random.pick(habits.writes ?? ['/dev/null']), random.int(1, 8192));
  }

  #talk({ process, habits }: Service, now: SimulatedTime): void {
    const { random } = this.#stage;
    const { serves, calls } = habits;
    if (serves !== undefined && (calls === undefined || random.chance(0.5))) {
      const client = serves === 443 ? random.pick(CLIENTS) : this.#host.address;
      this.#host.accept(process, now, client, serves);
      return;
    }
    const [address, port] = random.pick(calls ?? [['10.0.0.53', 53] as const]);
    this.#host.connect(process, now, address, port);
  }
}
