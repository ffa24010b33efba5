import { LinuxProcess, ROOT, type LinuxUser } from './linux-process.ts';
import type { SimulatedHost, Stage } from './simulated-host.ts';
import type { SimulatedTime } from './simulated-time.ts';
import {
  FILE_ACCESS,
  FILE_READ,
  FILE_WRITE,
  NETWORK_FLOW,
  PROCESS_EXIT,
  PROCESS_START,
  sysflowDocument,
  sysflowFile,
  sysflowFileCounters,
  sysflowNetwork,
  sysflowPlace,
  type SysflowAlert,
} from './sysflow-document.ts';

/** A long-running program, what it reads and writes, and whom it talks to. */
interface Service {
  readonly process: LinuxProcess;
  readonly place: string;
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly peers: readonly (readonly [string, number])[];
}

/** What the sensor's rules say of every shell that a service starts, harmless ones included. */
export const SHELL_ALERT: SysflowAlert = {
  reason: 'Suspicious process spawned, Shell started by container entry point',
  severity: 3,
  tags: ['mitre:T1106', 'mitre:T1574', 'mitre:T1059.004'],
};

const WWW: LinuxUser = { name: 'www-data', id: 33 };
const POSTGRES: LinuxUser = { name: 'postgres', id: 70 };

const CRON_JOBS: readonly (readonly [string, string, readonly string[]])[] = [
  [
    '/usr/sbin/logrotate',
    '/etc/logrotate.conf',
    ['/etc/logrotate.conf', '/var/lib/logrotate/status', '/var/log/syslog'],
  ],
  ['/usr/bin/find', '/var/lib/php/sessions -mmin +24 -delete', ['/var/lib/php/sessions', '/etc/passwd']],
  [
    '/usr/bin/apt-get',
    'update -qq',
    ['/etc/apt/sources.list', '/var/lib/apt/lists/lock', '/var/cache/apt/pkgcache.bin'],
  ],
  ['/usr/bin/python3', '/opt/metrics/collect.py --once', ['/opt/metrics/collect.py', '/proc/meminfo', '/proc/loadavg']],
];

/** A server with containers: a web front, a Node.js shop with its shell habits, a database, cron. */
export class LinuxHost implements SimulatedHost {
  readonly name: string;
  readonly format = 'sysflow-ecs';
  readonly weight = 3;
  readonly address: string;
  readonly #stage: Stage;
  readonly #services: Service[] = [];
  readonly #hostPlace: string;
  readonly #cron: LinuxProcess;
  /** The Node.js service of the shop: what gets exploited. */
  readonly shop: Service;
  #pid = 900;

  constructor(name: string, address: string, now: SimulatedTime, stage: Stage) {
    this.name = name;
    this.address = address;
    this.#stage = stage;
    this.#hostPlace = sysflowPlace(name);
    const systemd = new LinuxProcess(1, undefined, ROOT, undefined, '/lib/systemd/systemd', '');
    const containerd = new LinuxProcess(this.#nextPid(), systemd, ROOT, undefined, '/usr/bin/containerd', '');
    this.#cron = new LinuxProcess(this.#nextPid(), systemd, ROOT, undefined, '/usr/sbin/cron', '-f');
    const sshd = new LinuxProcess(this.#nextPid(), systemd, ROOT, undefined, '/usr/sbin/sshd', '-D');
    this.#services.push({
      process: sshd,
      place: this.#hostPlace,
      reads: ['/etc/ssh/sshd_config', '/etc/passwd'],
      writes: ['/var/log/auth.log'],
      peers: [['10.0.0.9', 22]],
    });
    const shell = this.#service(
      containerd,
      now,
      'shop',
      'registry.example/shop:2.4',
      ROOT,
      '/bin/dash',
      '-c node app.js',
      [],
      [],
      [],
    );
    this.shop = this.#service(
      shell.process,
      now,
      'shop',
      'registry.example/shop:2.4',
      ROOT,
      '/usr/bin/node',
      '/srv/shop/app.js',
      [
        '/srv/shop/views/index.pug',
        '/srv/shop/views/cart.pug',
        '/srv/shop/package.json',
        '/srv/shop/public/shop.css',
        '/proc/stat',
      ],
      ['/var/log/shop/access.log', '/srv/shop/sessions.json'],
      [
        ['10.0.3.20', 5432],
        ['10.0.3.30', 6379],
      ],
      shell.place,
    );
    const nginx = this.#service(
      containerd,
      now,
      'web',
      'nginx:1.25',
      ROOT,
      '/usr/sbin/nginx',
      '-g daemon off;',
      [],
      [],
      [],
    );
    for (let worker = 0; worker < 2; worker++) {
      this.#service(
        nginx.process,
        now,
        'web',
        'nginx:1.25',
        WWW,
        '/usr/sbin/nginx',
        'worker process',
        ['/usr/share/nginx/html/index.html', '/usr/share/nginx/html/logo.svg', '/etc/nginx/mime.types'],
        ['/var/log/nginx/access.log'],
        [[address, 3000]],
        nginx.place,
      );
    }
    const postgres = this.#service(
      containerd,
      now,
      'db',
      'postgres:16',
      POSTGRES,
      '/usr/lib/postgresql/16/bin/postgres',
      '',
      [],
      [],
      [],
    );
    for (const role of ['checkpointer', 'walwriter', 'shop 10.0.3.10 idle']) {
      this.#service(
        postgres.process,
        now,
        'db',
        'postgres:16',
        POSTGRES,
        '/usr/lib/postgresql/16/bin/postgres',
        role,
        [
          '/var/lib/postgresql/data/base/16384/2619',
          '/var/lib/postgresql/data/base/16384/1259',
          '/var/lib/postgresql/data/global/pg_control',
        ],
        ['/var/lib/postgresql/data/pg_wal/000000010000000000000001'],
        [],
        postgres.place,
      );
    }
    this.#services.push(this.shop, this.shop);
  }

  act(now: SimulatedTime): void {
    const { random } = this.#stage;
    const dice = random.unit();
    const service = random.pick(this.#services);
    if (dice < 0.62) {
      const path = random.pick(service.reads.length > 0 ? service.reads : ['/etc/ld.so.cache', '/etc/hosts']);
      this.#file(service, now, path, 'read');
    } else if (dice < 0.78) {
      this.#file(service, now, random.pick(service.writes.length > 0 ? service.writes : ['/dev/null']), 'write');
    } else if (dice < 0.992) {
      const [address, port] = random.pick(service.peers.length > 0 ? service.peers : [['10.0.3.10', 3000] as const]);
      this.flow(service, now, address, port);
    } else if (dice < 0.9975) {
      this.#order(now);
    } else {
      this.#cronJob(now);
    }
  }

  /** Starts a child of `parent`: clone in the parent, clone in the child (still the parent's program), exec. */
  start(
    parent: LinuxProcess,
    place: string,
    now: SimulatedTime,
    executable: string,
    args: string,
    alert?: SysflowAlert,
  ): { readonly process: LinuxProcess; readonly records: readonly number[]; readonly ready: SimulatedTime } {
    const child = new LinuxProcess(this.#nextPid(), parent, parent.user, now, parent.executable, parent.args);
    const inside = child.pid % 10_000;
    const records = [
      this.#emit(now, sysflowDocument({ ...PROCESS_START, ret: inside }, now, now, place, parent, '')),
      this.#emit(now + 0.4, sysflowDocument({ ...PROCESS_START, ret: 0 }, now + 0.4, now + 0.4, place, child, '')),
    ];
    child.exec(executable, args);
    const ready = now + 1.1;
    records.push(this.#emit(ready, sysflowDocument({ ...PROCESS_START, ret: 0 }, ready, ready, place, child, '')));
    if (alert !== undefined) {
      records.push(
        this.#emit(ready, sysflowDocument({ ...PROCESS_START, ret: 0 }, ready, ready, place, child, '', alert)),
      );
    }
    return { process: child, records, ready };
  }

  exit(process: LinuxProcess, place: string, now: SimulatedTime): number {
    process.alive = false;
    return this.#emit(now, sysflowDocument({ ...PROCESS_EXIT, ret: 0 }, now, now, place, process, ''));
  }

  write(process: LinuxProcess, place: string, now: SimulatedTime, path: string, alert?: SysflowAlert): number[] {
    const end = now + 3;
    const own = sysflowFile(path) + sysflowFileCounters(0, 1162);
    const records = [this.#emit(now, sysflowDocument(FILE_WRITE, now, end, place, process, own))];
    if (alert !== undefined)
      records.push(this.#emit(now, sysflowDocument(FILE_WRITE, now, end, place, process, own, alert)));
    return records;
  }

  read(process: LinuxProcess, place: string, now: SimulatedTime, path: string): number {
    const own = sysflowFile(path) + sysflowFileCounters(512, 0);
    return this.#emit(now, sysflowDocument(FILE_READ, now, now + 0.5, place, process, own));
  }

  flow(service: Pick<Service, 'process' | 'place'>, now: SimulatedTime, address: string, port: number): number {
    const { random } = this.#stage;
    const own = sysflowNetwork(
      this.address,
      random.int(32_768, 60_999),
      address,
      port,
      random.int(80, 4000),
      random.int(80, 60_000),
      `1:${random.hex(26)}=`,
    );
    return this.#emit(
      now,
      sysflowDocument(NETWORK_FLOW, now, now + random.int(1, 400), service.place, service.process, own),
    );
  }

  #file(service: Service, now: SimulatedTime, path: string, kind: 'read' | 'write'): void {
    const { random } = this.#stage;
    const bytes = random.int(1, 8192);
    const own = sysflowFile(path);
    if (kind === 'write') {
      this.#emit(
        now,
        sysflowDocument(FILE_WRITE, now, now + 1, service.place, service.process, own + sysflowFileCounters(0, bytes)),
      );
    } else if (random.chance(0.4)) {
      this.#emit(now, sysflowDocument(FILE_ACCESS, now, now + 0.1, service.place, service.process, own));
    } else {
      this.#emit(
        now,
        sysflowDocument(FILE_READ, now, now + 0.3, service.place, service.process, own + sysflowFileCounters(bytes, 0)),
      );
    }
  }

  /** Each order makes the shop run a shell: benign, and it trips the sensor's rule all the same. */
  #order(now: SimulatedTime): void {
    const { random } = this.#stage;
    const { process: node, place } = this.shop;
    const order = random.int(1000, 99_999);
    const shell = this.start(node, place, now, '/bin/sh', `-c python3 cos-write.py -p ${order}`, SHELL_ALERT);
    this.#stage.plan(shell.ready + 2, (at) => {
      const script = this.start(shell.process, place, at, '/usr/bin/python3', `cos-write.py -p ${order}`);
      this.#stage.plan(script.ready + 5, (then) => {
        this.read(script.process, place, then, '/srv/shop/cos-write.py');
        this.flow({ process: script.process, place }, then + 8, '10.0.3.40', 9000);
      });
      this.#stage.plan(script.ready + 40, (then) => {
        this.exit(script.process, place, then);
        this.exit(shell.process, place, then + 0.5);
      });
    });
  }

  #cronJob(now: SimulatedTime): void {
    const [executable, args, files] = this.#stage.random.pick(CRON_JOBS);
    const place = this.#hostPlace;
    const shell = this.start(this.#cron, place, now, '/bin/sh', `-c ${executable} ${args}`);
    this.#stage.plan(shell.ready + 1, (at) => {
      const job = this.start(shell.process, place, at, executable, args);
      files.forEach((path, i) =>
        this.#stage.plan(job.ready + 2 + i, (then) => void this.read(job.process, place, then, path)),
      );
      this.#stage.plan(job.ready + 900, (then) => {
        this.exit(job.process, place, then);
        this.exit(shell.process, place, then + 0.3);
      });
    });
  }

  #service(
    parent: LinuxProcess,
    now: SimulatedTime,
    container: string,
    image: string,
    user: LinuxUser,
    executable: string,
    args: string,
    reads: readonly string[],
    writes: readonly string[],
    peers: Service['peers'],
    place?: string,
  ): Service {
    const id = place === undefined ? this.#stage.random.hex(12) : '';
    const process = new LinuxProcess(
      this.#nextPid(),
      parent,
      user,
      now - this.#stage.random.int(60_000, 9_000_000),
      executable,
      args,
    );
    const service = {
      process,
      place: place ?? sysflowPlace(this.name, { id, name: container, image }),
      reads,
      writes,
      peers,
    };
    if (reads.length > 0) this.#services.push(service);
    return service;
  }

  #emit(time: SimulatedTime, line: string): number {
    return this.#stage.emit('sysflow-ecs', time, line);
  }

  #nextPid(): number {
    this.#pid += this.#stage.random.int(1, 7);
    if (this.#pid > 4_000_000) this.#pid = 1000;
    return this.#pid;
  }
}
