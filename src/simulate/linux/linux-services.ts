import type { Random } from '../random.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { sysflowPlace, type SysflowPlace } from '../sysflow/sysflow-place.ts';
import type { LinuxHost } from './linux-host.ts';
import { ROOT, type LinuxProcess, type LinuxUser } from './linux-process.ts';

export const WWW: LinuxUser = { name: 'www-data', id: 33 };
const POSTGRES: LinuxUser = { name: 'postgres', id: 70 };
const REDIS: LinuxUser = { name: 'redis', id: 999 };

/** What a long-running program does all day. */
export interface ServiceHabits {
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  /** Address and port of those it calls. */
  readonly calls?: readonly (readonly [string, number])[];
  /** Port on which it is called. */
  readonly serves?: number;
}

/** A long-running program. */
export interface Service {
  readonly process: LinuxProcess;
  readonly habits: ServiceHabits;
}

/** What runs on a server when the capture begins: the system's daemons, and five containers. */
export class LinuxServices {
  /** Programs with habits, the busy ones several times. */
  readonly busy: Service[] = [];
  readonly systemd: LinuxProcess;
  readonly cron: LinuxProcess;
  readonly sshd: LinuxProcess;
  /** Shim of the shop's container, which runs its health checks. */
  readonly shim: LinuxProcess;
  /** The Node.js service of the shop. Its container has the host's files mounted at /host, as careless ones do. */
  readonly shop: Service;
  /** PHP's master process of the blog: it forks a worker when there is work. */
  readonly php: Service;
  readonly #host: LinuxHost;
  readonly #now: SimulatedTime;
  readonly #random: Random;
  readonly #containerd: LinuxProcess;

  constructor(host: LinuxHost, now: SimulatedTime, random: Random) {
    this.#host = host;
    this.#now = now;
    this.#random = random;
    this.systemd = host.running(undefined, host.place, ROOT, undefined, '/lib/systemd/systemd', '');
    this.#containerd = host.running(this.systemd, host.place, ROOT, undefined, '/usr/bin/containerd', '');
    this.cron = host.running(this.systemd, host.place, ROOT, undefined, '/usr/sbin/cron', '-f');
    this.sshd = host.running(this.systemd, host.place, ROOT, undefined, '/usr/sbin/sshd', '-D');
    this.#daemon('/lib/systemd/systemd-journald', '', {
      reads: ['/proc/1/cgroup', '/proc/1/comm'],
      writes: ['/var/log/journal/system.journal'],
    });
    this.#daemon('/usr/bin/dockerd', '-H fd://', {
      reads: ['/var/lib/docker/containers/config.v2.json', '/proc/meminfo'],
      writes: ['/var/lib/docker/containers/json.log'],
      calls: [['10.0.0.5', 5000]],
    });
    this.#daemon('/usr/local/bin/node_exporter', '--collector.systemd', {
      reads: ['/proc/stat', '/proc/meminfo', '/proc/loadavg', '/proc/net/dev', '/proc/diskstats'],
      serves: 9100,
    });
    this.#web();
    [this.shim, this.shop] = this.#shop();
    this.php = this.#blog();
    this.#database();
    this.#cache();
  }

  #daemon(executable: string, args: string, habits: ServiceHabits): void {
    const process = this.#host.running(this.systemd, this.#host.place, ROOT, this.#born(undefined), executable, args);
    this.busy.push({ process, habits });
  }

  #web(): void {
    const place = this.#container('web', 'nginx:1.25', false);
    const master = this.#child(this.#shim(place), place, ROOT, '/usr/sbin/nginx', '-g daemon off;');
    const habits = {
      reads: ['/usr/share/nginx/html/index.html', '/usr/share/nginx/html/logo.svg', '/etc/nginx/mime.types'],
      writes: ['/var/log/nginx/access.log'],
      calls: [
        [this.#host.address, 3000],
        [this.#host.address, 9000],
      ] as const,
      serves: 443,
    };
    for (let worker = 0; worker < 2; worker++) {
      const process = this.#child(master, place, WWW, '/usr/sbin/nginx', 'worker process');
      this.busy.push({ process, habits }, { process, habits });
    }
  }

  #shop(): [LinuxProcess, Service] {
    const place = this.#container('shop', 'registry.example/shop:2.4', true);
    const shim = this.#shim(place);
    const shell = this.#child(shim, place, ROOT, '/bin/dash', '-c node app.js');
    const views = ['index', 'cart', 'checkout', 'account', 'search'].map((view) => `/srv/shop/views/${view}.pug`);
    const shop: Service = {
      process: this.#child(shell, place, ROOT, '/usr/bin/node', '/srv/shop/app.js'),
      habits: {
        reads: [...views, '/srv/shop/package.json', '/srv/shop/public/shop.css', '/proc/stat'],
        writes: ['/var/log/shop/access.log', '/srv/shop/sessions.json'],
        calls: [
          ['10.0.3.20', 5432],
          ['10.0.3.30', 6379],
        ],
        serves: 3000,
      },
    };
    this.busy.push(shop, shop, shop);
    return [shim, shop];
  }

  #blog(): Service {
    const place = this.#container('blog', 'wordpress:6.5-fpm', false);
    const process = this.#child(this.#shim(place), place, ROOT, '/usr/local/sbin/php-fpm', '');
    const habits = {
      reads: [
        '/var/www/html/index.php',
        '/var/www/html/wp-config.php',
        '/var/www/html/wp-includes/plugin.php',
        '/var/www/html/wp-content/themes/plain/functions.php',
      ],
      writes: ['/var/www/html/wp-content/cache/page.html'],
      calls: [['10.0.3.20', 3306]] as const,
      serves: 9000,
    };
    for (let worker = 0; worker < 2; worker++) {
      this.busy.push({ process: this.#child(process, place, WWW, '/usr/local/sbin/php-fpm', ''), habits });
    }
    return { process, habits };
  }

  #database(): void {
    const place = this.#container('db', 'postgres:16', false);
    const server = '/usr/lib/postgresql/16/bin/postgres';
    const postgres = this.#child(this.#shim(place), place, POSTGRES, server, '');
    const habits = {
      reads: ['2619', '1259', '2663', '16402'].map((file) => `/var/lib/postgresql/data/base/16384/${file}`),
      writes: ['/var/lib/postgresql/data/pg_wal/000000010000000000000001'],
    };
    for (const role of ['checkpointer', 'walwriter', 'shop 10.0.3.10 idle']) {
      this.busy.push({ process: this.#child(postgres, place, POSTGRES, server, role), habits });
    }
  }

  #cache(): void {
    const place = this.#container('cache', 'redis:7', false);
    const process = this.#child(this.#shim(place), place, REDIS, '/usr/local/bin/redis-server', '*:6379');
    this.busy.push({ process, habits: { writes: ['/data/appendonly.aof'], serves: 6379 } });
  }

  #container(name: string, image: string, privileged: boolean): SysflowPlace {
    const id = this.#random.hex(12);
    return sysflowPlace(this.#host.name, { id, imageId: this.#random.hex(64), name, image, privileged });
  }

  /** Shims belong to the host, their children to the container. */
  #shim({ container }: SysflowPlace): LinuxProcess {
    const args = `-namespace moby -id ${container?.id ?? ''} -address /run/containerd/containerd.sock`;
    return this.#child(this.#containerd, this.#host.place, ROOT, '/usr/bin/containerd-shim-runc-v2', args);
  }

  #child(parent: LinuxProcess, place: SysflowPlace, user: LinuxUser, executable: string, args: string): LinuxProcess {
    return this.#host.running(parent, place, user, this.#born(parent), executable, args);
  }

  /** Some time before the capture, and after its parent. */
  #born(parent: LinuxProcess | undefined): SimulatedTime {
    const before = parent?.created === undefined ? 9_000_000 : this.#now + this.#host.skewMs - parent.created;
    return this.#now - this.#random.unit() * Math.max(0, before - 1000) - 500;
  }
}
