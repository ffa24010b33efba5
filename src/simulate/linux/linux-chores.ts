import type { Stage } from '../simulated-host.ts';
import type { SimulatedTime } from '../simulated-time.ts';
import { WeightedChoice } from '../weighted-choice.ts';
import type { LinuxHost } from './linux-host.ts';
import type { LinuxProcess } from './linux-process.ts';
import { WWW } from './linux-services.ts';
import { SHELL_STARTED } from './sensor-rules.ts';

/** Something that starts processes, does its work over a while and is gone. */
type Chore = (host: LinuxHost, now: SimulatedTime, stage: Stage) => void;

const CRON_JOBS: readonly (readonly [string, string, readonly string[]])[] = [
  ['/usr/sbin/logrotate', '/etc/logrotate.conf', ['/etc/logrotate.conf', '/var/lib/logrotate/status']],
  ['/usr/bin/find', '/var/lib/php/sessions -mmin +24 -delete', ['/var/lib/php/sessions', '/etc/passwd']],
  ['/usr/bin/python3', '/opt/metrics/push.py --once', ['/opt/metrics/push.py', '/proc/meminfo', '/proc/loadavg']],
  ['/usr/bin/tar', '-czf /var/backups/shop.tar.gz /srv/shop', ['/srv/shop/app.js', '/srv/shop/package.json']],
];

/** What administrators type. Some of it is what intruders type, too. */
const ADMIN_COMMANDS: readonly (readonly [string, string])[] = [
  ['/usr/bin/id', ''],
  ['/usr/bin/ls', '-la /srv/shop'],
  ['/usr/bin/tail', '-n 200 /var/log/shop/access.log'],
  ['/usr/bin/uname', '-a'],
  ['/usr/bin/docker', 'ps'],
  ['/usr/bin/systemctl', 'status cron'],
  ['/usr/bin/curl', '-sI http://localhost:3000/health'],
  ['/usr/bin/cat', '/etc/passwd'],
  ['/usr/bin/df', '-h'],
];

/** Each order makes the shop run a shell: it trips the sensor's rule all the same. */
const order: Chore = (host, now, stage) => {
  const { process: node } = host.services.shop;
  const number = stage.random.int(1000, 99_999);
  const shell = host.start(node, now, '/bin/sh', `-c python3 cos-write.py -p ${number}`, { alert: SHELL_STARTED });
  stage.plan(shell.ready + 2, (at) => {
    const script = host.start(shell.process, at, '/usr/bin/python3', `cos-write.py -p ${number}`);
    stage.plan(script.ready + 5, (then) => {
      host.read(script.process, then, '/srv/shop/cos-write.py');
      host.connect(script.process, then + 8, '10.0.3.40', 9000);
    });
    stage.plan(script.ready + stage.random.lifetime(60), (then) => {
      host.exit(script.process, then);
      host.exit(shell.process, then + 0.5);
    });
  });
};

/** A picture is uploaded to the blog: PHP runs a shell that runs a converter. */
const picture: Chore = (host, now, stage) => {
  const { process: master } = host.services.php;
  const file = `/var/www/html/wp-content/uploads/${stage.random.hex(6)}.png`;
  const worker = host.clone(master, now, { user: WWW });
  stage.plan(now + 5, (at) => {
    host.write(worker.process, at, file, stage.random.int(20_000, 900_000));
    const args = `-c convert '${file}' -resize 300x '${file.replace('.png', '-300.png')}'`;
    const shell = host.start(worker.process, at + 20, '/bin/sh', args, { alert: SHELL_STARTED });
    stage.plan(shell.ready + 1, (then) => {
      host.exec(shell.process, then, '/usr/bin/convert', `${file} -resize 300x`);
      host.read(shell.process, then + 3, file, 40_000);
      host.write(shell.process, then + 80, file.replace('.png', '-300.png'), 9000);
      stage.plan(then + stage.random.lifetime(150), (end) => void host.exit(shell.process, end));
    });
    stage.plan(at + 5000 + stage.random.lifetime(30_000), (end) => void host.exit(worker.process, end));
  });
};

const cronJob: Chore = (host, now, stage) => {
  const [executable, args, files] = stage.random.pick(CRON_JOBS);
  const shell = host.start(host.services.cron, now, '/bin/sh', `-c ${executable} ${args}`);
  stage.plan(shell.ready + 1, (at) => {
    const job = host.start(shell.process, at, executable, args);
    files.forEach((path, i) => stage.plan(job.ready + 2 + i, (then) => void host.read(job.process, then, path)));
    if (args.includes('push')) {
      stage.plan(job.ready + 40, (then) => void host.connect(job.process, then, '10.0.0.30', 9091));
    }
    stage.plan(job.ready + stage.random.lifetime(1200), (then) => {
      host.exit(job.process, then);
      host.exit(shell.process, then + 0.3);
    });
  });
};

/** The container runtime asks the shop, from inside its container, whether it is well. */
const healthCheck: Chore = (host, now, stage) => {
  const { place } = host.services.shop.process;
  const runc = host.start(host.services.shim, now, '/usr/bin/runc', 'exec --process /tmp/runc-process shop');
  stage.plan(runc.ready + 30, (at) => {
    const shell = host.start(runc.process, at, '/bin/sh', '-c curl -fsS http://localhost:3000/health', { place });
    stage.plan(shell.ready + 1, (then) => {
      host.exec(shell.process, then, '/usr/bin/curl', '-fsS http://localhost:3000/health');
      host.connect(shell.process, then + 4, '127.0.0.1', 3000);
      host.exit(shell.process, then + 15);
      host.exit(runc.process, then + 19);
    });
  });
};

/** An administrator logs in, looks around for some minutes and leaves. */
const login: Chore = (host, now, stage) => {
  const { random } = stage;
  const session = host.start(host.services.sshd, now, '/usr/sbin/sshd', '-D -R');
  host.accept(session.process, now + 3, '10.0.0.9', 22);
  stage.plan(now + 420, (began) => {
    host.write(session.process, began - 100, '/var/log/auth.log', 180);
    const shell = host.start(session.process, began, '/bin/bash', '');
    const commands = random.int(2, 8);
    let at = shell.ready + 900;
    for (let i = 0; i < commands; i++) {
      const [executable, args] = random.pick(ADMIN_COMMANDS);
      stage.plan(at, (then) => run(host, shell.process, then, executable, args, stage));
      at += 500 + random.lifetime(8000);
    }
    stage.plan(at + 1000, (end) => {
      host.exit(shell.process, end);
      host.exit(session.process, end + 12);
    });
  });
};

function run(
  host: LinuxHost,
  shell: LinuxProcess,
  now: SimulatedTime,
  executable: string,
  args: string,
  stage: Stage,
): void {
  const command = host.start(shell, now, executable, args);
  const file = args.split(' ').at(-1) ?? '';
  if (file.startsWith('/')) host.read(command.process, command.ready + 3, file, 4000);
  stage.plan(command.ready + 5 + stage.random.lifetime(40), (end) => void host.exit(command.process, end));
}

/** The system's timer looks for updates, and installs one at times. */
const update: Chore = (host, now, stage) => {
  const script = host.start(host.services.systemd, now, '/bin/sh', '/usr/lib/apt/apt.systemd.daily update');
  stage.plan(script.ready + 50, (at) => {
    const apt = host.start(script.process, at, '/usr/bin/apt-get', '-qq -y update');
    const fetch = host.start(apt.process, apt.ready + 80, '/usr/lib/apt/methods/http', '');
    for (let i = 0; i < 4; i++) {
      stage.plan(fetch.ready + 40 + i * 130, (then) => {
        host.connect(fetch.process, then, '192.0.2.80', 80);
        host.write(fetch.process, then + 90, `/var/lib/apt/lists/partial/main_${i}`, 60_000);
        host.rename(fetch.process, then + 110, `/var/lib/apt/lists/partial/main_${i}`, `/var/lib/apt/lists/main_${i}`);
      });
    }
    stage.plan(fetch.ready + 700 + stage.random.lifetime(3000), (end) => {
      host.remove(apt.process, end, '/var/lib/apt/lists/lock');
      host.exit(fetch.process, end + 2);
      host.exit(apt.process, end + 9);
      host.exit(script.process, end + 15);
    });
  });
};

/** The blog's master process forks a worker for a burst of requests. */
const worker: Chore = (host, now, stage) => {
  const { process: master } = host.services.php;
  const { process } = host.clone(master, now, { user: WWW });
  const requests = stage.random.int(1, 6);
  for (let i = 0; i < requests; i++) {
    stage.plan(now + 10 + i * 400, (at) => {
      host.accept(process, at, host.address, 9000);
      host.read(process, at + 1, '/var/www/html/index.php', 405);
      host.connect(process, at + 4, '10.0.3.20', 3306);
    });
  }
  stage.plan(now + requests * 400 + stage.random.lifetime(10_000), (end) => void host.exit(process, end));
};

/** How often each comes up, against the others. */
export const linuxChores = new WeightedChoice<Chore>([
  [30, order],
  [20, healthCheck],
  [16, worker],
  [14, cronJob],
  [8, picture],
  [6, login],
  [3, update],
]);
